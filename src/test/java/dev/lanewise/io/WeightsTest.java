package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.io.onnx.Onnx;
import dev.lanewise.io.onnx.OnnxModel;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {

    @TempDir
    Path folder;

    private static Sequential model() {
        return new Sequential(new Linear(5, 4), new BatchNorm1d(4), new ReLU(), new Dropout(0.5), new Linear(4, 3));
    }

    private Path file(Map<String, Tensor> state) {
        var file = folder.resolve("t.safetensors");
        Safetensors.write(file, state);
        return file;
    }

    /// Stands on a class path of its own, for the files beside it.
    static final class Beside {}

    /// Each reader of weights, from a path, bytes, a stream, a channel and a class path.
    @Test
    void everyReaderTakesEverySource() throws Exception {
        var model = new Sequential(new Linear(5, 4));
        model.initialize(1);
        var state = model.stateDict();
        var x = Tensor.ones(2, 5);
        var weight = Map.of("0.weight", state.get("0.weight"));
        var packages = Files.createDirectories(folder.resolve("dev/lanewise/io"));
        try (var type = WeightsTest.class.getResourceAsStream("WeightsTest$Beside.class")) {
            Files.copy(type, packages.resolve("WeightsTest$Beside.class"));
        }
        Safetensors.write(packages.resolve("w.safetensors"), weight);
        Npz.write(packages.resolve("w.npz"), weight);
        Npy.write(packages.resolve("w.npy"), state.get("0.weight"));
        Onnx.write(model, x, packages.resolve("w.onnx"));
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            var beside = loader.loadClass(Beside.class.getName());
            for (var name : List.of("w.safetensors", "w.npz", "w.npy", "w.onnx")) {
                var path = packages.resolve(name);
                var bytes = Files.readAllBytes(path);
                var kinds = List.<Supplier<Source>>of(() -> Source.of(path), () -> Source.of(bytes),
                    () -> Source.of(new ByteArrayInputStream(bytes)),
                    () -> Source.of(Channels.newChannel(new ByteArrayInputStream(bytes))), () -> Source.resource(beside, name));
                for (var kind : kinds) {
                    var open = TensorFile.open(kind.get());
                    var first = open.tensors().keySet().stream().filter(each -> !each.contains("bias")).findFirst().orElseThrow();
                    Bits.assertSame(state.get("0.weight"), open.tensor(first));
                    assertTrue(Weights.read(kind.get()).shapes().containsKey(first));
                    switch (name) {
                        case "w.safetensors" -> {
                            Bits.assertSame(weight, Safetensors.read(kind.get()).tensors());
                            Bits.assertSame(state.get("0.weight"), SafetensorsFile.open(kind.get()).tensor(first));
                        }
                        case "w.npz" -> Bits.assertSame(weight, Npz.read(kind.get()));
                        case "w.npy" -> Bits.assertSame(state.get("0.weight"), Npy.read(kind.get()));
                        default -> Bits.assertSame(model.predict(x), OnnxModel.read(kind.get()).call(x));
                    }
                }
            }
        }
    }

    @Test
    void allFormatsAndSourcesGiveTheSameModel() throws IOException {
        var state = model().initialize(1).stateDict();
        var safetensors = file(state);
        var npz = folder.resolve("t");
        Npz.write(npz, state);
        var bytes = Files.readAllBytes(safetensors);
        for (var weights : List.of(Weights.read(safetensors), Weights.read(npz), Weights.read(Source.of(bytes)),
            Weights.read(Source.of(Files.readAllBytes(npz))), Weights.read(Source.of(new ByteArrayInputStream(bytes))),
            Weights.of(SafetensorsFile.open(safetensors)))) {
            var model = model();
            var report = weights.into(model);
            Bits.assertSame(state, model.stateDict());
            assertEquals(List.copyOf(state.keySet()), report.loaded());
            assertTrue(report.difference().isEmpty());
        }
        var index = Files.writeString(folder.resolve("model.safetensors.index.json"),
            "{\"weight_map\":{" + String.join(",", state.keySet().stream()
            .map(name -> "\"" + name + "\":\"t.safetensors\"").toList()) + "}}");
        var model = model();
        Weights.read(index).into(model);
        Bits.assertSame(state, model.stateDict());
    }

    @Test
    void whatDoesNotFitIsNamedAndNothingIsChanged() {
        var state = new LinkedHashMap<>(model().initialize(1).stateDict());
        state.put("more", Tensor.ones(2));
        state.remove("0.bias");
        state.put("4.weight", Tensor.ones(3, 5));
        var model = model().initialize(2);
        var before = model.stateDict();
        var weights = Weights.read(file(state));
        Rejected.argument(() -> weights.into(model),
            "nothing was loaded; 1 missing: 0.bias; 1 unexpected: more; 1 misshapen: 4.weight has shape [3, 5], the model's"
            + " is [3, 4]");
        // what is allowed isn't named
        Rejected.argument(() -> weights.allowMissing().allowUnexpected().into(model), "nothing was loaded; 1 misshapen: 4.weight",
            "or leave it out by without(…)");
        Rejected.argument(() -> weights.without("4\\.weight").allowUnexpected().into(model),
            "nothing was loaded; 2 missing: 0.bias, 4.weight");
        Bits.assertSame(before, model.stateDict());
        var difference = weights.compare(model);
        assertEquals(List.of("0.bias"), difference.missing());
        assertEquals(List.of("more"), difference.unexpected());
        assertEquals("4.weight has shape [3, 5], the model's is [3, 4]", difference.misshapen().getFirst().toString());
        var report = weights.without("4\\..*").allowMissing().allowUnexpected().into(model);
        assertEquals("""
            5 loaded: 0.weight, 1.weight, 1.bias, 1.running_mean, 1.running_var
            3 missing: 0.bias, 4.weight, 4.bias
            1 unexpected: more""", report.toString());
        var after = model.stateDict();
        Bits.assertSame(state.get("0.weight"), after.get("0.weight"));
        Bits.assertSame(before.get("0.bias"), after.get("0.bias"));
    }

    /// Whatever fails last: a number that is none, a file that is damaged or gone, a function that gives another shape.
    @Test
    void whateverFailsNothingIsHalfLoaded() throws IOException {
        var model = model().initialize(2);
        var before = model.stateDict();
        var state = model().initialize(1).stateDict();
        var file = folder.resolve("t.npz");
        Npz.write(file, state);
        var weights = Weights.read(file);
        Rejected.argument(() -> weights.map("4.bias", tensor -> Tensor.ones(7)).into(model),
            "1 misshapen: 4.bias has shape [7], the model's is [3]");
        Rejected.nothing(() -> weights.map("4.bias", _ -> null).into(model), "the function gives null for \"4.bias\"");
        assertThrows(IllegalStateException.class, () -> weights.map("4.bias", _ -> {
            throw new IllegalStateException("mine");
        }).into(model));
        // the last array's bytes aren't those of its checksum
        var bytes = Files.readAllBytes(file);
        int last = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("4.bias.npy", bytes.length - 200);
        bytes[last + 10 + 128 + 2] ^= 1;
        assertThrows(MalformedFileException.class, () -> Weights.read(Source.of(bytes)).into(model));
        Files.delete(file);
        assertThrows(UncheckedIOException.class, () -> weights.into(model));
        Bits.assertSame(before, model.stateDict());
    }

    @Test
    void whatWouldBeRoundedIsRefusedUnlessItMay() {
        var name = "types F64";
        var bytes = SafetensorsReferenceTest.bytes(name);
        var model = new Sequential(new Linear(11, 1));
        var weights = Weights.read(Source.of(bytes)).only("v").rename("v", "0.weight")
            .map("0\\.weight", tensor -> tensor.reshape(1, 11)).allowMissing();
        Rejected.argument(() -> weights.into(model), "tensor \"v\": element 2 is 0.333", "read it rounded");
        assertFalse(model.parameters().getFirst().isInitialized());
        weights.rounded().into(model);
        assertEquals(1f / 3, model.parameters().getFirst().tensor().toArray()[2]);
    }

    @Test
    void namesAreMapped() {
        var state = new LinkedHashMap<String, Tensor>();
        model().initialize(1).stateDict()
            .forEach((name, tensor) -> state.put("module.net." + name.replace("4.", "head."), tensor));
        var model = model();
        Weights.read(file(state)).rename("^module\\.net\\.", "").rename("^head\\.(.*)$", "4.$1").into(model);
        Bits.assertSame(model().initialize(1).stateDict(), model.stateDict());
        var again = model();
        Weights.read(file(state)).rename(name -> name.substring("module.net.".length()).replace("head.", "4.")).into(again);
        Bits.assertSame(model.stateDict(), again.stateDict());
        var weights = Weights.read(file(state));
        Rejected.argument(() -> weights.rename(".*(weight|bias)", "$1").into(model), "would both be named \"weight\"", "without");
        Rejected.argument(() -> weights.rename("(", ""), "Weights.rename: \"(\" is no pattern");
        Rejected.argument(() -> weights.rename("x*", "$7"), "is no replacement for what");
        Rejected.argument(() -> weights.rename("net", "$"), "is no replacement for what");
        Rejected.argument(() -> weights.transpose("nothing"), "no name matches \"nothing\"; there are module.net.0.weight");
        Rejected.argument(() -> weights.transpose(".*"), "permute");
        Rejected.argument(() -> weights.freezing("nothing").rename("^module\\.net\\.", "").rename("head", "4").into(model),
            "no parameter's path matches \"nothing\"");
    }

    /// Nothing is one without units, or with parts of gates.
    @Test
    void whatOfKerasIsNoRecurrentLayerKeepsItsName() {
        for (var sizes : List.of(new int[] {0, 0}, new int[] {0, 12}, new int[] {5, 7})) {
            var npz = folder.resolve("keras.npz");
            Npz.write(npz, Map.of("gru/recurrent_kernel", Tensor.zeros(sizes)));
            assertEquals(Map.of("gru.recurrent_kernel", Shape.of(sizes)), Weights.read(npz).keras().shapes());
        }
    }

    /// [out, in, height, width] by index from what is kept the other way round.
    @Test
    void axesOfKerasBecomeOurs() {
        var conv = new Tensor[1];
        var kernel = Tensor.randn(new Threefry(1), 3, 2, 4, 5);
        var depthwise = Tensor.randn(new Threefry(2), 3, 2, 4, 2);
        var dense = Tensor.randn(new Threefry(3), 6, 7);
        var file = new LinkedHashMap<String, Tensor>();
        file.put("conv/kernel:0", kernel);
        file.put("conv/bias:0", Tensor.ones(5));
        file.put("deep/depthwise_kernel", depthwise);
        file.put("dense/kernel", dense);
        file.put("norm/gamma:0", Tensor.ones(3));
        file.put("norm/beta:0", Tensor.zeros(3));
        file.put("norm/moving_mean:0", Tensor.zeros(3));
        file.put("norm/moving_variance:0", Tensor.ones(3));
        file.put("words/embeddings", Tensor.ones(9, 2));
        var npz = folder.resolve("keras.npz");
        Npz.write(npz, file);
        var weights = Weights.read(npz).keras();
        assertEquals(Map.of("conv.weight", Shape.of(5, 4, 3, 2), "conv.bias", Shape.of(5), "deep.weight", Shape.of(8, 1, 3, 2),
            "dense.weight", Shape.of(7, 6), "norm.weight", Shape.of(3), "norm.bias", Shape.of(3), "norm.running_mean",
            Shape.of(3), "norm.running_var", Shape.of(3), "words.weight", Shape.of(9, 2)), weights.shapes());
        var model = new Sequential(new Conv2d(4, 5, ConvOptions.kernel(3, 2)));
        weights.only("conv\\..*").rename("conv", "0").into(model);
        conv[0] = model.stateDict().get("0.weight");
        var manual = new Sequential(new Conv2d(4, 5, ConvOptions.kernel(3, 2)));
        Weights.read(npz).only("conv.*").permute(".*kernel:0", 3, 2, 0, 1).rename("conv/kernel:0", "0.weight")
            .rename("conv/bias:0", "0.bias").into(manual);
        Bits.assertSame(model.stateDict(), manual.stateDict());
        for (int o = 0; o < 5; o++) for (int i = 0; i < 4; i++) for (int h = 0; h < 3; h++) for (int w = 0; w < 2; w++)
            assertEquals(kernel.toArray()[((h * 2 + w) * 4 + i) * 5 + o], conv[0].toArray()[((o * 4 + i) * 3 + h) * 2 + w]);
        var linear = new Sequential(new Linear(6, 7, false));
        weights.only("dense.*").rename("dense", "0").into(linear);
        for (int i = 0; i < 6; i++) for (int o = 0; o < 7; o++)
            assertEquals(dense.toArray()[i * 7 + o], linear.stateDict().get("0.weight").toArray()[o * 6 + i]);
        var channelwise = new Sequential(new Conv2d(4, 8, ConvOptions.kernel(3, 2).groups(4).bias(false)));
        weights.only("deep.*").rename("deep", "0").into(channelwise);
        for (int c = 0; c < 4; c++) for (int m = 0; m < 2; m++) for (int h = 0; h < 3; h++) for (int w = 0; w < 2; w++)
            assertEquals(depthwise.toArray()[((h * 2 + w) * 4 + c) * 2 + m],
                channelwise.stateDict().get("0.weight").toArray()[((c * 2 + m) * 3 + h) * 2 + w]);
    }

    /// To the bits that the whole model would start with, whatever is loaded, by keyed and by sequential sources.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsMissingIsInitializedAsIfAllWere(boolean sequential) {
        var loaded = model().initialize(1).stateDict();
        var fresh = model().initialize(sequential ? new TorchRandom(9) : new Threefry(9)).stateDict();
        var names = new ArrayList<>(loaded.keySet());
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            var some = new LinkedHashMap<String, Tensor>();
            for (var name : names) if (random.nextBoolean()) some.put(name, loaded.get(name));
            var model = model();
            var weights = Weights.read(file(some));
            var report = (sequential ? weights.initializingMissing(new TorchRandom(9)) : weights.initializingMissing(9))
                .into(model);
            var state = model.stateDict();
            for (var name : names) Bits.assertSame((some.containsKey(name) ? loaded : fresh).get(name), state.get(name));
            assertEquals(names.size() - some.size(), report.difference().missing().size());
            if (some.size() < names.size()) assertTrue(report.toString().contains("missing ones were initialized"));
            // dropout has its stream, too
            model.call(Tensor.ones(2, 5));
        }
    }

    @Test
    void frozenPartsTrainNoLonger() {
        var model = model();
        model.initialize(2);
        var report = Weights.read(file(model().initialize(1).stateDict())).freezing("0\\..*").freezing("1\\.weight").into(model);
        assertEquals(List.of("0.weight", "0.bias", "1.weight"), report.frozen());
        assertTrue(report.toString().endsWith("3 frozen: 0.weight, 0.bias, 1.weight"));
        model.call(Tensor.ones(2, 5)).sum().backward();
        model.namedParameters().forEach((name, parameter) -> assertEquals(!report.frozen().contains(name),
            parameter.grad() != null, name));
        var refused = model();
        Rejected.argument(() -> Weights.read(file(Map.of())).freezing(".*").into(refused), "missing");
        assertTrue(refused.parameters().stream().allMatch(parameter -> parameter.requiresGrad()));
    }

    /// A shared weight is one, under either name; PyTorch's counts are passed over.
    @Test
    void tiedWeightsAndCountsAreAsInAStateDict() {
        var shared = new Linear(4, 4);
        var tied = new Sequential(shared, new ReLU(), shared);
        Weights.read(file(Map.of("2.weight", Tensor.full(3, 4, 4), "2.bias", Tensor.ones(4)))).into(tied);
        assertArrayEquals(Tensor.full(3, 4, 4).toArray(), shared.weight().tensor().toArray());
        Rejected.argument(() -> Weights.read(file(Map.of("2.weight", Tensor.full(3, 4, 4), "0.weight", Tensor.ones(4, 4),
            "2.bias", Tensor.ones(4)))).into(tied), "are one in the model, but have different values");
        var state = new LinkedHashMap<>(model().initialize(1).stateDict());
        state.put("1.num_batches_tracked", Tensor.scalar(7));
        var model = model();
        assertEquals(List.copyOf(model().initialize(1).stateDict().keySet()), Weights.read(file(state)).into(model).loaded());
    }

    /// An initializer may fail, and memory may end, at any parameter: the model is as it was, or as it wasn't.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whateverGoesWrongChangesNothing(boolean initialized) {
        var npz = folder.resolve("some.npz");
        Npz.write(npz, Map.of("0.weight", Tensor.ones(3, 2), "1.running_mean", Tensor.ones(3)));
        for (int failing = 0; failing < 5; failing++) {
            int last = failing;
            var calls = new int[] {Integer.MIN_VALUE};
            var model = new Sequential(new Linear(2, 3), new BatchNorm1d(3), new Dropout(0.5), new Linear(3, 2));
            model.parameters().forEach(parameter -> {
                var initializer = parameter.initializer();
                parameter.initializer(Counted.of(initializer, () ->
                    { if (calls[0]++ == last) throw new OutOfMemoryError("of a test"); }));
            });
            if (initialized) model.initialize(5);
            var before = initialized ? model.stateDict() : null;
            var tensor = initialized ? model.parameters().getFirst().tensor() : null;
            var weights = Weights.read(npz).initializingMissing(7).freezing("0\\..*");
            calls[0] = 0;
            assertThrows(OutOfMemoryError.class, () -> weights.into(model));
            if (initialized) Bits.assertSame(before, model.stateDict());
            else assertTrue(model.parameters().stream().noneMatch(Parameter::isInitialized));
            assertTrue(model.parameters().stream().allMatch(Parameter::requiresGrad));
            calls[0] = Integer.MIN_VALUE;
            weights.into(model);
            if (initialized) assertSame(tensor, model.parameters().getFirst().tensor(), "who holds it sees the new values");
            assertFalse(model.parameters().getFirst().requiresGrad());
            var whole = new Sequential(new Linear(2, 3), new BatchNorm1d(3), new Dropout(0.5), new Linear(3, 2)).initialize(7);
            whole.loadStateDict(Map.of("0.weight", Tensor.ones(3, 2), "1.running_mean", Tensor.ones(3)), false);
            Bits.assertSame(whole.stateDict(), model.stateDict());
            var x = Tensor.ones(4, 2);
            assertArrayEquals(whole.call(x).toArray(), model.call(x).toArray(), "its masks, too");
        }
        // what stands in two places and has two values is refused before anything is initialized
        var linear = new Linear(2, 2);
        var tied = new Sequential(linear, linear);
        Npz.write(npz, Map.of("0.weight", Tensor.ones(2, 2), "1.weight", Tensor.zeros(2, 2)));
        Rejected.argument(() -> Weights.read(npz).initializingMissing(1).into(tied), "different values");
        assertFalse(linear.weight().isInitialized());
    }

    /// Calls something before it fills.
    private record Counted(Initializer initializer, Runnable before) implements Initializer {

        static Initializer of(Initializer initializer, Runnable before) { return new Counted(initializer, before); }

        @Override
        public void fill(Tensor tensor, Fan fan, RandomSource source) {
            before.run();
            initializer.fill(tensor, fan, source);
        }

        @Override
        public Distribution distribution(Fan fan, Shape shape) { return initializer.distribution(fan, shape); }
    }

    /// One that no array holds may be left out, as any other.
    @Test
    void whatIsTooLargeIsRefusedOnlyWhereItIsWanted() {
        var file = new TensorFile() {
            @Override
            public String format() { return "made up"; }

            @Override
            public SequencedMap<String, Info> tensors() {
                var tensors = new LinkedHashMap<String, Info>();
                tensors.put("0.weight", new Info("F32", List.of(1L, 1L)));
                tensors.put("huge", new Info("F32", List.of(1L << 20, 1L << 20)));
                return tensors;
            }

            @Override
            public SequencedMap<String, String> metadata() { return new LinkedHashMap<>(); }

            @Override
            public float[] read(String name, long from, int count) { return new float[] {3}; }

            @Override
            public float[] readRounded(String name, long from, int count) { return read(name, from, count); }
        };
        var model = new Sequential(new Linear(1, 1, false)).initialize(1);
        Weights.of(file).without("huge").into(model);
        assertEquals(3, model.stateDict().get("0.weight").toArray()[0]);
        Weights.of(file).allowUnexpected().into(model);
        Rejected.argument(() -> Weights.of(file).into(model), "1 unexpected: huge");
        Rejected.argument(() -> Weights.of(file).only("huge").rename("huge", "0.weight").into(model),
            "\"huge\" has 1099511627776 elements");
        assertTrue(Weights.of(file).toString().contains("huge [1048576, 1048576]"), Weights.of(file)::toString);
    }
}
