package dev.lanewise.check;

import dev.lanewise.check.InitializerCheck.Filler;
import dev.lanewise.nn.init.Distribution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A parameter's values of several seeds: drawn whenever they are asked for, or given once and for all.
interface Draws {

    /// How many seeds there are, of so many that are wanted.
    int count(int wanted);

    /// Of the i-th seed.
    float[] get(int i);

    /// What is judged together as independent values: of given ones, all.
    float[] pooled();

    Terms terms();

    /// The same part of each.
    Draws part(UnaryOperator<float[]> part);

    /// These, for several parts to be looked at one after the other: what is small isn't drawn anew for each, but for the first
    /// seeds, by which it is told whether a seed gives the same values again.
    Draws forParts();

    /// What only drawing once more can show. Of given values, nothing.
    ///
    /// @param law    of independent elements, whose signs are compared with the next seed's
    /// @param signed those elements of all
    List<Finding> streams(Distribution law, UnaryOperator<float[]> signed);

    /// By a function.
    ///
    /// @param n    values of all
    /// @param part of them
    /// @param kept all values of some seeds, by their number; null to draw them each time
    record Drawn(Filler filler, int n, long seed, UnaryOperator<float[]> part, Map<Integer, float[]> kept) implements Draws {

        /// Of the values of some hundred seeds, all together.
        private static final int MOST_KEPT = 1 << 13;
        private static final int ANEW = 2;

        Drawn(Filler filler, int n, long seed) { this(filler, n, seed, UnaryOperator.identity(), null); }

        @Override
        public int count(int wanted) { return wanted; }

        @Override
        public float[] get(int i) {
            return part.apply(kept == null || i < ANEW ? InitializerCheck.fill(filler, n, seed + i)
                : kept.computeIfAbsent(i, _ -> InitializerCheck.fill(filler, n, seed + i)));
        }

        @Override
        public Draws forParts() {
            return n > MOST_KEPT || kept != null ? this : new Drawn(filler, n, seed, part, new HashMap<>());
        }

        @Override
        public float[] pooled() { return get(0); }

        @Override
        public Terms terms() { return Terms.USUAL; }

        @Override
        public Draws part(UnaryOperator<float[]> further) {
            return new Drawn(filler, n, seed, values -> further.apply(part.apply(values)), kept);
        }

        @Override
        public List<Finding> streams(Distribution law, UnaryOperator<float[]> signed) {
            var values = get(0);
            var other = get(1);
            var findings = new ArrayList<Finding>();
            findings.add(Finding.none("repeatable", InitializerCheck.differing(values, get(0))));
            var one = signed.apply(values);
            var two = signed.apply(other);
            if (one.length > 0 && two.length > 0 && law.variance() > 0) findings.addAll(Signs.compare(law, one, two, terms()));
            return findings;
        }
    }

    /// By somebody else, of which there are no more.
    record Given(List<float[]> seeds, Terms terms) implements Draws {

        @Override
        public int count(int wanted) { return Math.min(wanted, seeds.size()); }

        @Override
        public float[] get(int i) { return seeds.get(i); }

        @Override
        public float[] pooled() {
            if (seeds.size() == 1) return seeds.getFirst();
            var all = new float[seeds.stream().mapToInt(values -> values.length).reduce(0, Math::addExact)];
            int at = 0;
            for (var values : seeds) {
                System.arraycopy(values, 0, all, at, values.length);
                at += values.length;
            }
            return all;
        }

        @Override
        public Draws forParts() { return this; }

        @Override
        public Draws part(UnaryOperator<float[]> part) { return new Given(seeds.stream().map(part).toList(), terms); }

        @Override
        public List<Finding> streams(Distribution law, UnaryOperator<float[]> signed) { return List.of(); }
    }
}
