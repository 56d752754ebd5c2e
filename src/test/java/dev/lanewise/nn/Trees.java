package dev.lanewise.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/// Descriptions of nested models, from which fresh ones can be built, and which can be changed before.
sealed interface Trees {

    Layer build();

    /// Layers of many kinds, with and without random parameters.
    enum Leaf implements Trees {
        LINEAR { public Layer build() { return new Linear(20, 30); } },
        UNBIASED { public Layer build() { return new Linear(24, 24, false); } },
        CONVOLUTION { public Layer build() { return new Conv2d(4, 6, ConvOptions.kernel(3).groups(2)); } },
        TRANSPOSED { public Layer build() { return new ConvTranspose2d(6, 4, ConvOptions.kernel(3).stride(2)); } },
        EMBEDDING { public Layer build() { return new Embedding(40, 8); } },
        NORM { public Layer build() { return new LayerNorm(16); } },
        DROPOUT { public Layer build() { return new Dropout(0.3); } }
    }

    record Branch(Map<String, Trees> children) implements Trees {

        @Override
        public Sequential build() {
            var modules = new LinkedHashMap<String, Layer>();
            children.forEach((name, child) -> modules.put(name, child.build()));
            return new Sequential(modules);
        }

        /// The same children, all the way down, in another order; some left out, and new ones among them.
        Branch changed(SplittableRandom random) {
            var changed = new LinkedHashMap<String, Trees>();
            children.forEach((name, child) -> {
                if (random.nextInt(5) > 0) changed.put(name, child instanceof Branch branch ? branch.changed(random) : child);
            });
            for (int i = random.nextInt(3); i > 0; i--) changed.putIfAbsent(name(random), leaf(random));
            // at least one child that may have been there
            if (changed.isEmpty()) changed.putAll(children);
            List<String> names = new ArrayList<>(changed.keySet());
            Collections.shuffle(names, Random.from(random));
            var shuffled = new LinkedHashMap<String, Trees>();
            for (var name : names) shuffled.put(name, changed.get(name));
            return new Branch(shuffled);
        }
    }

    /// Up to `depth` levels, each of one to five children.
    static Branch random(SplittableRandom random, int depth) {
        var children = new LinkedHashMap<String, Trees>();
        for (int i = 1 + random.nextInt(5); i > 0; i--)
            children.put(name(random), depth > 1 && random.nextBoolean() ? random(random, depth - 1) : leaf(random));
        return new Branch(children);
    }

    private static Leaf leaf(SplittableRandom random) { return Leaf.values()[random.nextInt(Leaf.values().length)]; }

    /// Short, so that the same comes in several branches, and digits, so that a path looks like another's.
    private static String name(SplittableRandom random) { return Integer.toString(random.nextInt(1, 50), 5); }
}
