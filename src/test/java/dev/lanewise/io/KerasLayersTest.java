package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ModuleDict;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The layers that `keras_layers.py` makes with Keras: their weights load by [Weights#keras()] alone, and compute what they
/// compute there.
class KerasLayersTest {

    private static final RecurrentOptions BATCH_FIRST = RecurrentOptions.layers(1).batchFirst(true);

    @TempDir
    Path folder;

    private static Tensor call(Module layer, Tensor x) {
        return switch (layer) {
            case RNN rnn -> rnn.call(x).output();
            case LSTM lstm -> lstm.call(x).output();
            case GRU gru -> gru.call(x).output();
            case Layer plain -> plain.call(x);
            default -> throw new AssertionError(layer);
        };
    }

    /// Images and sequences have their channels last there.
    private static Tensor channels(Tensor x, boolean first) {
        return switch (x.shape().rank()) {
            case 4 -> first ? x.permute(0, 3, 1, 2) : x.permute(0, 2, 3, 1);
            case 3 -> x.transpose(1, 2);
            default -> x;
        };
    }

    @Test
    void itsLayersComputeWhatTheyComputeThere() {
        var file = PythonFiles.in(folder, "keras_layers.safetensors");
        var deep = ConvOptions.kernel(3, 2).groups(3);
        var model = new ModuleDict<Module>().put("rnn", new RNN(4, 3, BATCH_FIRST)).put("lstm", new LSTM(4, 3, BATCH_FIRST))
            .put("gru", new GRU(4, 3, BATCH_FIRST))
            .put("plain", new LSTM(4, 3, BATCH_FIRST.bias(false))).put("both", new GRU(4, 3, BATCH_FIRST.bidirectional(true)))
            .put("separable", new Sequential(new Conv2d(3, 6, deep.bias(false)), new Conv2d(6, 5, 1)))
            .put("depthwise", new Conv2d(3, 6, deep)).put("conv", new Conv2d(3, 5, ConvOptions.kernel(3, 2)))
            .put("transposed", new ConvTranspose2d(3, 5, ConvOptions.kernel(3, 2))).put("conv1", new Conv1d(3, 5, 3))
            .put("dense", new Linear(4, 5)).put("batch", new BatchNorm1d(4, BatchNorm1d.options().eps(1e-3)))
            .put("norm", new LayerNorm(Shape.of(4), 1e-3, true));
        var weights = Weights.read(file).without("(in|out)put\\..*").without("before/.*").keras()
            .rename("^separable\\.depthwise", "separable.0").rename("^separable\\.pointwise", "separable.1");
        assertTrue(weights.into(model).difference().isEmpty());
        var there = Safetensors.read(file).tensors();
        model.eval();
        model.modules().forEach((name, layer) -> {
            boolean images = layer instanceof Sequential || layer.getClass().getSimpleName().startsWith("Conv");
            var x = there.get("input." + name);
            var y = call(layer, images ? channels(x, true) : x);
            var expected = there.get("output." + name);
            var found = images ? channels(y, false).contiguous() : y;
            assertEquals(expected.shape(), found.shape(), name);
            for (int i = 0; i < expected.numel(); i++) assertEquals(expected.toArray()[i], found.toArray()[i], 2e-5f, name);
        });
        Rejected.argument(() -> Weights.read(file).keras(), "\"before/gru_cell/bias\"", "reset_after=False", "without(…)");
    }

    /// The gates stand where the equations in Keras' documentation have them, as names are in each of its versions.
    @Test
    void namesOfRecurrentLayersBecomeOurs() {
        var tensors = new LinkedHashMap<String, Tensor>();
        for (var prefix : new String[] {"gru/", "net/gru_1/gru_cell_7/", "two/forward_gru/gru_cell/",
            "two/backward_gru/gru_cell/"}) {
            tensors.put(prefix + "kernel:0", Tensor.of(new float[] {1, 2, 3}, 1, 3));
            tensors.put(prefix + "recurrent_kernel:0", Tensor.of(new float[] {4, 5, 6}, 1, 3));
            tensors.put(prefix + "bias:0", Tensor.of(new float[] {7, 8, 9, 10, 11, 12}, 2, 3));
        }
        tensors.put("maps/kernel", Tensor.zeros(3, 3, 2, 8));
        tensors.put("maps/recurrent_kernel", Tensor.zeros(3, 3, 2, 8));
        var npz = folder.resolve("gru.npz");
        Npz.write(npz, tensors);
        var weights = Weights.read(npz).keras();
        var names = Set.of("gru", "net.gru_1", "two").stream().flatMap(layer -> Set.of("weight_ih_l0", "weight_hh_l0",
            "bias_ih_l0", "bias_hh_l0").stream()
            .map(name -> layer + "." + name)).collect(Collectors.toSet());
        for (var name : Set.of("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")) names.add("two." + name + "_reverse");
        names.addAll(Set.of("maps.weight", "maps.recurrent_kernel"));
        assertEquals(names, weights.shapes().keySet());
        assertEquals(Shape.of(3, 1), weights.shapes().get("gru.weight_ih_l0"));
        var gru = new ModuleDict<Module>().put("two", new GRU(1, 1, BATCH_FIRST.bidirectional(true)));
        weights.only("two\\..*").into(gru);
        var state = gru.stateDict();
        assertEquals("[2.0, 1.0, 3.0][5.0, 4.0, 6.0][8.0, 7.0, 9.0][11.0, 10.0, 12.0]", java.util.stream.Stream.of("weight_ih_l0",
            "weight_hh_l0",
            "bias_ih_l0_reverse", "bias_hh_l0_reverse").map(name -> java.util.Arrays.toString(state.get("two." + name).toArray()))
                .collect(Collectors.joining()));
    }
}
