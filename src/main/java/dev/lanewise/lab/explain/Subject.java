package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Explanation;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.networks.NamedNetwork;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Weighted;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What [Explain] looks at: a network of some size, and what it takes.
sealed interface Subject {

    /// For a person.
    String text();

    /// What a batch is, for a person.
    String inputs(int batch);

    Tensor inputs(int batch, RandomSource source);

    /// A new one, which isn't initialized.
    ///
    /// @throws IllegalArgumentException if a layer can't start so
    Layer of(Scheme scheme);

    /// @throws IllegalArgumentException if there isn't as much memory as so many inputs, and starts, take
    void requireMemory(int batch, int seeds);

    /// Linear layers with an activation behind each but the last.
    ///
    /// @param sizes numbers of units, the input's first
    record Chain(int[] sizes, String activation, Supplier<Layer> layer) implements Subject {

        @Override
        public String text() {
            // runs of the same number are said once
            var groups = new ArrayList<String>();
            for (int start = 0, end; start < sizes.length; start = end) {
                end = start;
                while (end < sizes.length && sizes[end] == sizes[start]) end++;
                groups.add(end - start > 3 ? sizes[start] + " (" + (end - start) + " times)"
                    : IntStream.range(start, end).mapToObj(i -> "" + sizes[i]).collect(Collectors.joining("-")));
            }
            return String.join("-", groups) + ", " + activation;
        }

        @Override
        public String inputs(int batch) { return batch + (batch == 1 ? " row" : " rows")
            + " of independent standard normal numbers"; }

        @Override
        public Tensor inputs(int batch, RandomSource source) { return Tensor.randn(source, batch, sizes[0]); }

        @Override
        public Layer of(Scheme scheme) {
            var modules = new LinkedHashMap<String, Layer>();
            for (int i = 1; i < sizes.length; i++) {
                modules.put("" + i, new Linear(sizes[i - 1], sizes[i], scheme.weight(), scheme.bias()));
                if (i < sizes.length - 1) modules.put(i + "a", layer.get());
            }
            return new Sequential(modules);
        }

        /// Theory's, the weights, a copy of them where more than one seed needs them back, and each layer's outputs before and
        /// after its activation.
        @Override
        public void requireMemory(int batch, int seeds) {
            double weights = IntStream.range(1, sizes.length).mapToDouble(i -> (sizes[i - 1] + 1.0) * sizes[i]).sum();
            double units = Arrays.stream(sizes).asDoubleStream().sum();
            Memory.require("explain: a network of these --layers with " + batch + " inputs",
                Explanation.bytes(2 * sizes.length) + Float.BYTES * ((seeds > 1 ? 2 : 1) * weights + 2 * batch * units),
                "give smaller --layers, a smaller --depth or --batch");
        }
    }

    /// One that has a name.
    record Named(NamedNetwork network, NamedNetwork.Size size) implements Subject {

        /// As it is built: what its layers start from where nothing else is asked for.
        Scheme own() { return new Scheme("own start", network.start(), null, null); }

        @Override
        public String text() {
            return network.word() + ": " + network.summary() + "; width " + size.width() + ", " + size.layers() + " "
                + (size.layers() == 1 ? network.unit() : network.unit() + "s");
        }

        @Override
        public String inputs(int batch) {
            return batch + (batch == 1 ? " input" : " inputs") + " of " + inputShape()
                + (network.takesIndices() ? " tokens, all equally likely" : " independent standard normal numbers");
        }

        private String inputShape() {
            return Arrays.stream(network.inputShape(size)).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
        }

        @Override
        public Tensor inputs(int batch, RandomSource source) { return network.inputs(size, batch, source); }

        @Override
        public Layer of(Scheme scheme) {
            var model = network.of(size);
            if (scheme.weight() != null) start(model, scheme);
            return model;
        }

        /// What is drawn in linear layers, convolutions and attention; not what starts at 0 with a purpose, nor vectors of
        /// tokens, nor norms.
        private static void start(Layer model, Scheme scheme) {
            var modules = model.namedModules();
            var vectors = modules.values().stream().filter(Embedding.class::isInstance)
                .map(module -> ((Embedding) module).weight()).toList();
            modules.forEach((path, module) -> {
                switch (module) {
                    case Weighted weighted -> {
                        if (vectors.contains(weighted.weight()) || !start(path, weighted.weight(), scheme)) return;
                        if (weighted.bias() != null) weighted.bias().initializer(scheme.bias());
                    }
                    case MultiheadAttention attention -> attention.namedParameters().forEach((name, parameter) -> {
                        if (name.endsWith("proj_weight")) start(path + "." + name, parameter, scheme);
                    });
                    default -> {}
                }
            });
        }

        private static boolean start(String path, Parameter weight, Scheme scheme) {
            if (!(weight.initializer().distribution(weight.fan(), weight.shape()).variance() > 0)) return false;
            if (!scheme.fits(weight.fan(), weight.shape())) throw new IllegalArgumentException("explain: \"" + scheme.name()
                + "\" (" + scheme.description()
                + ") is not for \"" + path + "\", which is " + weight.shape() + "; give another of --init");
            weight.initializer(scheme.weight());
            return true;
        }

        /// The weights, a copy of them where more than one seed needs them back, and what blocks give.
        @Override
        public void requireMemory(int batch, int seeds) {
            double numbers = (seeds > 1 ? 2.0 : 1) * network.of(size).parameterCount() + 2.0 * batch * network.blockOutputs(size);
            Memory.require("explain: a network of this --width and --layers with " + batch + " inputs", Float.BYTES * numbers,
                "give a smaller --width, --layers or --batch");
        }
    }
}
