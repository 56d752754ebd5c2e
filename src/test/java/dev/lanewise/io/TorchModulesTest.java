package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.InstanceNorm1d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ModuleDict;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.TransformerDecoderLayer;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The model that `torch_modules.py` makes with PyTorch: its state loads strictly, computes what it computes there, and is
/// written so that PyTorch loads it strictly.
class TorchModulesTest {

    private static final String COUNT = ".num_batches_tracked";

    @TempDir
    Path folder;

    private static ModuleDict<Module> model() {
        var options = TransformerOptions.feedForward(5);
        return new ModuleDict<>()
            .put("conv", new Conv1d(4, 6, ConvOptions.kernel(3).stride(2).padding(1).groups(2)))
            .put("group", new GroupNorm(2, 4))
            .put("instance", new InstanceNorm1d(4, InstanceNorm1d.options().affine(true).trackRunningStats(true)))
            .put("batch", new BatchNorm1d(4, BatchNorm1d.options().momentum(null)))
            .put("batchOfMomentum", new BatchNorm1d(4, BatchNorm1d.options().momentum(0.25)))
            .put("lstm", new LSTM(4, 3, RecurrentOptions.layers(2).bidirectional(true)))
            .put("gru", new GRU(4, 3, RecurrentOptions.layers(1).batchFirst(true)))
            .put("attention", new MultiheadAttention(4, 2))
            .put("widths", new MultiheadAttention(4, 2, MultiheadAttention.options().keyWidth(3).valueWidth(5).bias(false)))
            .put("encoder", new TransformerEncoderLayer(4, 2, options))
            .put("decoder", new TransformerDecoderLayer(4, 2, options.gelu().normFirst(true)));
    }

    private Map<String, Tensor> torchs(String name) {
        return Safetensors.read(PythonFiles.in(folder, name + ".safetensors")).tensors();
    }

    private ModuleDict<Module> loaded() {
        var model = model();
        model.loadStateDict(torchs("torch_modules"));
        return model;
    }

    private static Map<String, Tensor> outputs(ModuleDict<Module> model, Tensor x, Tensor keys, Tensor values) {
        var outputs = new TreeMap<String, Tensor>();
        model.modules().forEach((name, module) -> {
            switch (module) {
                case Layer layer -> outputs.put(name, layer.call(x));
                case LSTM lstm -> {
                    var output = lstm.call(x);
                    outputs.putAll(Map.of(name, output.output(), name + ".h", output.h(), name + ".c", output.c()));
                }
                case GRU gru -> {
                    var output = gru.call(x);
                    outputs.putAll(Map.of(name, output.output(), name + ".h", output.h()));
                }
                case MultiheadAttention attention ->
                    outputs.put(name, name.equals("widths") ? attention.call(x, keys, values) : attention.call(x, x, x));
                case TransformerDecoderLayer decoder ->
                    outputs.put(name, decoder.call(x, x.flip(0), Attention.options(), Attention.options()));
                default -> throw new AssertionError(name);
            }
        });
        return outputs;
    }

    @Test
    void aStateOfTorchsComputesWhatItComputesThere() {
        var expected = torchs("torch_modules_outputs");
        var model = loaded();
        var outputs = Module.predict(() -> outputs(model, expected.get("x"), expected.get("keys"), expected.get("values")));
        assertEquals(expected.size(), outputs.size() + 3);
        outputs.forEach((name, output) -> {
            var there = expected.get("out." + name);
            assertEquals(there.shape(), output.shape(), name);
            assertArrayEquals(there.toArray(), output.toArray(), 4e-6f, name);
        });
    }

    /// `torch_modules.py --load` has loaded such a file: what is left out here are counts, which PyTorch adds by itself.
    @Test
    void whatIsWrittenHasTheNamesAndShapesThatTorchAsksFor() {
        var expected = new TreeMap<String, Shape>();
        torchs("torch_modules").forEach((name, values) -> expected.put(name, values.shape()));
        expected.remove("instance" + COUNT);
        expected.remove("batchOfMomentum" + COUNT);
        var file = folder.resolve("ours");
        Safetensors.write(file, loaded().stateDict());
        var written = Safetensors.read(file).tensors();
        var shapes = new TreeMap<String, Shape>();
        written.forEach((name, values) -> shapes.put(name, values.shape()));
        assertEquals(expected, shapes);
        var torchs = new LinkedHashMap<>(torchs("torch_modules"));
        torchs.keySet().retainAll(written.keySet());
        torchs.forEach((name, values) -> Bits.assertSame(values, written.get(name)));
        assertEquals(3, written.get("batch" + COUNT).item());
    }
}
