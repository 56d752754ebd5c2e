package dev.lanewise.nn.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.RecurrentKind;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Recurrent layers as modules: state, starts, modes, hooks, errors, and in a trainer.
class RecurrentModulesTest {

    private static final RecurrentOptions ONE = RecurrentOptions.layers(1);

    private final Tensor x = Tensor.randn(new Threefry(1), 4, 2, 3);

    // ---- state

    @Test
    void namesAndShapesArePyTorchs() {
        assertEquals(List.of("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse",
            "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse", "weight_ih_l1", "weight_hh_l1", "bias_ih_l1",
            "bias_hh_l1", "weight_ih_l1_reverse", "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse"),
                List.copyOf(new LSTM(3, 5,
            RecurrentOptions.layers(2).bidirectional(true).dropout(0.5)).initialize(1).stateDict().keySet()));
        assertEquals(List.of("weight_ih", "weight_hh"),
            List.copyOf(new GRUCell(3, 5, ONE.bias(false)).initialize(1).stateDict().keySet()));
        for (var kind : RecurrentKind.values()) {
            var parameters = kind.layer(3, 5, RecurrentOptions.layers(2).bidirectional(true)).namedParameters();
            assertEquals(Shape.of(kind.gates() * 5, 3), parameters.get("weight_ih_l0").shape());
            assertEquals(Shape.of(kind.gates() * 5, 10), parameters.get("weight_ih_l1_reverse").shape());
            assertEquals(Shape.of(kind.gates() * 5, 5), parameters.get("weight_hh_l1").shape());
            assertEquals(Shape.of(kind.gates() * 5), parameters.get("bias_hh_l0").shape());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSavedStateGivesTheSame(RecurrentKind kind, @TempDir Path folder) throws IOException {
        var options = RecurrentOptions.layers(2).bidirectional(true);
        var layer = kind.layer(3, 5, options).initialize(1);
        Safetensors.write(folder.resolve("state"), layer.stateDict());
        var loaded = kind.layer(3, 5, options).loadStateDict(Safetensors.read(folder.resolve("state")).tensors());
        var expected = RecurrentKind.call(layer, x, List.of());
        var actual = RecurrentKind.call(loaded, x, List.of());
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i).toArray(), actual.get(i).toArray());
    }

    // ---- starts

    @Test
    void anOrthogonalStartIsOfEachGate() {
        var weight = new LSTM(3, 6, ONE.initializers(Initializers.xavierUniform(), Initializers.orthogonal(),
            Initializers.zeros())).initialize(1)
            .namedParameters().get("weight_hh_l0").tensor().detach();
        for (int gate = 0; gate < 4; gate++) {
            var block = weight.slice(0, gate * 6, (gate + 1) * 6);
            assertArrayEquals(Tensor.eye(6).toArray(), block.matmul(block.t()).toArray(), 1e-5f);
        }
        var inputs = new LSTM(200, 300,
            ONE.initializers(Initializers.xavierUniform(), Initializers.orthogonal(), Initializers.zeros()))
            .initialize(1).namedParameters().get("weight_ih_l0").tensor();
        assertEquals(2.0 / 500, inputs.square().mean().item(), 2e-5, "a gate's fan, not that of all four");
    }

    @Test
    void aForgetGateStartsOpen() {
        for (var module : List.of(new LSTM(2, 3, ONE.forgetBias(1)).initialize(1),
            new LSTMCell(2, 3, ONE.forgetBias(1)).initialize(1))) {
            var biases = module.namedParameters().entrySet().stream().filter(each -> each.getKey().startsWith("bias"))
                .map(each -> each.getValue().tensor().toArray()).toList();
            assertEquals(2, biases.size());
            assertArrayEquals(new float[] {1, 1, 1}, Arrays.copyOfRange(biases.get(0), 3, 6));
            assertArrayEquals(new float[3], Arrays.copyOfRange(biases.get(1), 3, 6));
            for (int i = 0; i < 12; i++) if (i < 3 || i >= 6) assertNotEquals(0f, biases.get(0)[i]);
        }
    }

    // ---- modes

    @Test
    void dropoutIsBetweenLayersWhileTraining() {
        var options = RecurrentOptions.layers(3).dropout(0.5);
        var dropping = new GRU(3, 40, options);
        dropping.initialize(1);
        var whole = new GRU(3, 40, RecurrentOptions.layers(3));
        whole.loadStateDict(dropping.stateDict());
        var expected = whole.call(x).output().toArray();
        assertArrayEquals(expected, Module.predict(() -> dropping.call(x)).output().toArray());
        assertEquals(0L, dropping.stepDict().get("dropout"));
        var dropped = dropping.call(x).output().toArray();
        assertEquals(2L, dropping.stepDict().get("dropout"), "a mask behind each layer but the last");
        assertTrue(!Arrays.equals(expected, dropped));
        for (float value : dropped) assertNotEquals(0f, value, "nothing is dropped behind the last");
        dropping.eval();
        assertArrayEquals(expected, dropping.call(x).output().toArray());
    }

    @ParameterizedTest
    @EnumSource
    void hooksSeeWhatComesOut(RecurrentKind kind) {
        var layer = kind.layer(3, 5, ONE).initialize(1);
        var seen = new ArrayList<Object>();
        layer.registerForwardHook((_, call) -> seen.add(List.of(call.inputs().size(), call.outputs().size())));
        layer.registerBackwardHook((_, output, gradient) -> seen.add(List.of(output, gradient.shape())));
        RecurrentKind.call(layer, x, List.of()).getFirst().sum().backward();
        assertEquals(List.of(1, 1 + kind.states()), seen.getFirst());
        assertTrue(seen.contains(List.of(0, Shape.of(4, 2, 5))), seen::toString);
        RecurrentKind.call(layer, PackedSequence.packPaddedSequence(x, new int[] {4, 2}), List.of());
        assertEquals(List.of(1, 1 + kind.states()), seen.getLast(), "the packed data, and what comes out");
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsPredictByOneModel(RecurrentKind kind) throws Exception {
        var layer = kind.layer(3, 40, RecurrentOptions.layers(2).dropout(0.5)).initialize(1);
        var expected = Module.predict(() -> RecurrentKind.call(layer, x, List.of())).getFirst().toArray();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var each : threads.invokeAll(IntStream.range(0, 16).<Callable<float[]>>mapToObj(_ -> () ->
                Module.predict(() -> RecurrentKind.call(layer, x, List.of())).getFirst().toArray()).toList()))
                assertArrayEquals(expected, each.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void memoryThatIsUsedAgainGivesTheSame(RecurrentKind kind) {
        var layer = kind.layer(3, 5, RecurrentOptions.layers(2).bidirectional(true)).initialize(1);
        var scope = new Scope();
        float[] first = null;
        for (int i = 0; i < 3; i++) try (var _ = scope.open()) {
            layer.zeroGrad();
            RecurrentKind.call(layer, PackedSequence.packPaddedSequence(x, new int[] {2, 4}), List.of()).stream().map(Tensor::sum)
                .reduce(Tensor::add).get().backward();
            var gradients = layer.namedParameters().get("weight_hh_l0").grad().toArray();
            if (first != null) assertArrayEquals(first, gradients);
            first = gradients;
        }
    }

    // ---- in a trainer

    private record Sequences(Tensor inputs, int[] lengths, int[] labels) {}

    private static final class Classifier extends Module {
        private final LSTM lstm = register("lstm", new LSTM(2, 12, RecurrentOptions.layers(1).batchFirst(true)));
        private final Linear head = register("head", new Linear(12, 2));

        Tensor call(Tensor x, int[] lengths) {
            return observed(head.call(lstm.call(PackedSequence.packPaddedSequence(x, lengths, true)).h().select(0, 0)), x);
        }
    }

    /// Whether the sequence's first number is positive: what stands behind its end is NaN.
    private static Sequences sequences(List<Integer> rows) {
        int time = 6;
        var values = new float[rows.size() * time * 2];
        var lengths = new int[rows.size()];
        var labels = new int[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            var random = new Threefry(rows.get(i));
            random.normal(values, i * time * 2, time * 2);
            lengths[i] = 2 + rows.get(i) % 5;
            labels[i] = values[i * time * 2] > 0 ? 1 : 0;
            Arrays.fill(values, (i * time + lengths[i]) * 2, (i + 1) * time * 2, Float.NaN);
        }
        return new Sequences(Tensor.wrap(values, rows.size(), time, 2), lengths, labels);
    }

    @Test
    void aTrainerTeachesItToRemember() {
        var model = new Classifier();
        model.initialize(1);
        var data = new DataLoader<>(Dataset.of(256, i -> i, RecurrentModulesTest::sequences), 32).shuffle(new Threefry(1));
        var trainer = new Trainer<Sequences>(model,
            batch -> Loss.crossEntropy(model.call(batch.inputs(), batch.lengths()), batch.labels()),
            new Adam(model.parameters(), 0.02));
        var losses = trainer.fit(data, 12).epochLosses();
        assertTrue(losses[losses.length - 1] < 0.3, () -> Arrays.toString(losses));
    }

    // ---- errors

    @Test
    void whatIsWrongIsSaid() {
        var lstm = new LSTM(3, 5);
        lstm.initialize(1);
        Rejected.argument(() -> lstm.call(Tensor.zeros(4, 2, 2)), "LSTM", "[4, 2, 2]", "[time, batch, 3]");
        Rejected.argument(() -> lstm.call(Tensor.zeros(3)), "LSTM", "[3]", "[time, 3]");
        Rejected.argument(() -> lstm.call(Tensor.zeros(0, 2, 3)), "LSTM", "no steps");
        Rejected.argument(() -> lstm.call(x, Tensor.zeros(1, 3, 5), null), "state h", "[1, 3, 5]", "[1, 2, 5]", "null for zeros");
        Rejected.argument(() -> lstm.call(x, null, Tensor.zeros(2, 5)), "state c", "[1, 2, 5]");
        Rejected.argument(() -> new GRU(3, 5, ONE.batchFirst(true)).call(Tensor.zeros(2, 2)), "GRU", "[batch, time, 3]");
        Rejected.argument(() -> new RNN(0, 5), "RNN", "0 inputs");
        Rejected.argument(() -> new LSTM(1, Integer.MAX_VALUE), "LSTM", "2147483647 units", "2^31 - 1", "take fewer");
        Rejected.argument(() -> new GRU(1, 20_000, RecurrentOptions.layers(2).bidirectional(true)), "GRU", "20000 units",
            "take fewer");
        Rejected.argument(() -> new GRUCell(3, 5, null), "GRUCell", "no options", "RecurrentOptions.layers(1)");
        Rejected.argument(() -> new RNN(3, 5, null, ONE), "RNN", "no activation", "TANH");
        Rejected.argument(() -> new GRU(3, 5, ONE.forgetBias(1)), "GRU", "no forget gate");
        Rejected.argument(() -> ONE.dropout(0.5), "one layer", "Dropout behind it");
        Rejected.argument(() -> RecurrentOptions.layers(2).dropout(1), "[0, 1)");
        Rejected.argument(() -> RecurrentOptions.layers(0), "0 layers");
        Rejected.argument(() -> ONE.bias(false).forgetBias(1), "no biases");
        Rejected.argument(() -> new LSTMCell(3, 5, RecurrentOptions.layers(2)), "LSTMCell", "one layer");
        Rejected.argument(() -> new GRUCell(3, 5).call(Tensor.zeros(2, 2, 3)), "GRUCell", "[batch, 3]");
        Rejected.argument(() -> new GRUCell(3, 5).call(Tensor.zeros(2, 3), Tensor.zeros(5)), "GRUCell", "[2, 5]");
        Rejected.state(() -> new LSTM(3, 5).call(x), "initialize(seed)");
    }

    @Test
    void whatCannotBePackedIsSaid() {
        Rejected.argument(() -> PackedSequence.packPaddedSequence(x, new int[] {4, 0}), "sequence 1", "length 0", "1 to 4");
        Rejected.argument(() -> PackedSequence.packPaddedSequence(x, new int[] {5, 1}), "sequence 0", "length 5");
        Rejected.argument(() -> PackedSequence.packPaddedSequence(x, new int[] {1}), "1 lengths", "2 sequences");
        Rejected.argument(() -> PackedSequence.packPaddedSequence(Tensor.zeros(3), new int[] {1}), "[time, batch");
        var lengths = new int[1 << 16];
        Arrays.fill(lengths, 1 << 16);
        Rejected.argument(() -> PackedSequence.packPaddedSequence(Tensor.zeros(1 << 16, 1 << 16, 0), lengths),
            "4294967296 steps");
        Rejected.argument(() -> PackedSequence.packPaddedSequence(x, new int[] {1, 2}, false, true), "sequence 1",
            "enforceSorted");
        Rejected.argument(() -> PackedSequence.padPackedSequence(PackedSequence.packPaddedSequence(x, new int[] {2, 4}), false, 0,
            3), "3", "4 steps");
        Rejected.argument(() -> PackedSequence.padSequence(List.of()), "no sequences");
        Rejected.argument(() -> PackedSequence.padSequence(List.of(x, x.select(0, 0))), "padSequence", "[length, …]");
        Rejected.argument(() -> new PackedSequence(Tensor.zeros(3, 1), new int[] {1, 2}, new int[] {0}),
            "2 sequences have step 1");
        Rejected.argument(() -> new PackedSequence(Tensor.zeros(2, 1), new int[] {2, 1}, new int[] {0, 1}), "3 steps");
        Rejected.argument(() -> new PackedSequence(Tensor.zeros(3, 1), new int[] {2, 1}, new int[] {1, 1}), "come once");
        var lstm = new LSTM(2, 5);
        Rejected.argument(() -> lstm.call(PackedSequence.packPaddedSequence(x, new int[] {2, 4})), "LSTM", "[rows, 2]");
    }

    @Test
    void unpackingGivesWhatWasPacked() {
        var sequences = List.of(Tensor.randn(new Threefry(2), 2, 3), Tensor.randn(new Threefry(3), 4, 3),
            Tensor.randn(new Threefry(4), 1, 3));
        var packed = PackedSequence.packSequence(sequences);
        assertArrayEquals(new int[] {3, 2, 1, 1}, packed.batchSizes());
        assertArrayEquals(new int[] {1, 0, 2}, packed.sortedIndices());
        assertArrayEquals(new int[] {2, 4, 1}, packed.lengths());
        var back = PackedSequence.unpackSequence(packed);
        for (int i = 0; i < 3; i++) assertArrayEquals(sequences.get(i).toArray(), back.get(i).toArray());
    }
}
