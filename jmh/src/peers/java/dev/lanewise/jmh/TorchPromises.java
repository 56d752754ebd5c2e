package dev.lanewise.jmh;

import static dev.lanewise.jmh.Laws.normal;
import static dev.lanewise.jmh.Laws.uniform;

import dev.lanewise.nn.init.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// PyTorch's initializers and its layers' own, as a Python process draws them. The process ends with this one's input.
final class TorchPromises implements AutoCloseable {

    private static final String DOC = "`torch.nn.init`";
    private static final String LAYER = "the layer's documentation";
    private static final String FORWARD = "\"fan_in preserves the magnitude … in the forward pass\"";
    private static final String BACKWARD = "\"fan_out preserves the magnitudes in the backwards pass\"";
    /// Of 256 channels in 4 groups to 64: what PyTorch sees is [64, 64, 3, 3].
    private static final int[] GROUPED = {64, 64, 3, 3};
    /// Of 64 channels to 32, its weight's shape being [in, out, …].
    private static final int[] TRANSPOSED = {64, 32, 3, 3};
    private static final int GROUPS = 4;

    private final Process process;

    /// @param python a command that runs a Python with PyTorch
    TorchPromises(String python, Path script) throws IOException {
        process = new ProcessBuilder(python, script.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    List<Promise> all() {
        return List.of(initializers(), scaled(), layers()).stream().flatMap(List::stream).toList();
    }

    private List<Promise> initializers() {
        return List.of(
            of("uniform_(w, -0.2, 0.3)", "uniform", "U(-0.2, 0.3)", Laws.of(new Distribution.Uniform(-0.2, 0.3))),
            of("normal_(w, 0.1, 0.4)", "normal", "N(0.1, 0.4²)", Laws.of(new Distribution.Normal(0.1, 0.4))),
            of("trunc_normal_(w)", "trunc_normal", "N(0, 1), redrawn beyond ±2", Laws.truncated(_ -> 1)),
            of("trunc_normal_(w, 0, 0.02, -0.04, 0.04)", "trunc_normal_narrow", "N(0, 0.02²), redrawn beyond ±0.04",
                Laws.truncated(_ -> 0.02)),
            of("constant_(w, 0.3)", "constant", "0.3", Laws.constant(0.3)),
            of("ones_(w)", "ones", "1", Laws.constant(1)),
            of("zeros_(w)", "zeros", "0", Laws.constant(0)),
            of("eye_(w)", "eye", "ones where row and column are the same", Laws.identity(), Promise.LINEAR),
            of("dirac_(w)", "dirac", "inputs pass through", Laws.dirac(), Promise.CONVOLUTION),
            of("orthogonal_(w)", "orthogonal", "(semi-)orthogonal", Laws.orthogonal(), Promise.LINEAR, Promise.CONVOLUTION),
            of("sparse_(w, 0.1)", "sparse", "a tenth of each column 0", Laws.aTenthOfEachColumnIsZero(), Promise.LINEAR));
    }

    private List<Promise> scaled() {
        return List.of(
            of("xavier_uniform_(w)", "xavier_uniform", "U(±√(6/(in + out)))", uniform(fan -> Math.sqrt(3 / fan.average()))),
            of("xavier_normal_(w)", "xavier_normal", "N(0, 2/(in + out))", normal(fan -> 1 / fan.average())),
            of("xavier_uniform_(w, calculate_gain('tanh'))", "xavier_uniform_tanh", "U(±5/3 √(6/(in + out)))",
                uniform(fan -> 5.0 / 3 * Math.sqrt(3 / fan.average()))),
            of("kaiming_uniform_(w)", "kaiming_uniform", "U(±√(6/in))", uniform(fan -> Math.sqrt(6 / fan.in()))),
            of("kaiming_normal_(w)", "kaiming_normal", "N(0, 2/in)", normal(fan -> 2 / fan.in())),
            of("kaiming_uniform_(w, mode='fan_out', …='relu')", "kaiming_uniform_relu_out", "U(±√(6/out))",
                uniform(fan -> Math.sqrt(6 / fan.out()))),
            of("kaiming_normal_(w, mode='fan_out', …='relu')", "kaiming_normal_relu_out", "N(0, 2/out)",
                normal(fan -> 2 / fan.out())),
            of("kaiming_normal_(w, nonlinearity='selu')", "kaiming_normal_selu", "N(0, 9/(16 in))",
                normal(fan -> 9.0 / 16 / fan.in())),
            new Promise("PyTorch", "kaiming_normal_(grouped_conv.weight, mode='fan_out', …='relu')",
                "N(0, 2/out), out being what an input of its group meets", BACKWARD, List.<int[]>of(GROUPED),
                draw("kaiming_normal_relu_out"), normal(fan -> 2 * GROUPS / fan.out())),
            new Promise("PyTorch", "kaiming_normal_(transposed_conv.weight)", "N(0, 2/in), in being the terms of an output",
                FORWARD, List.<int[]>of(TRANSPOSED), draw("kaiming_normal"), normal(fan -> 2 / fan.out())),
            new Promise("PyTorch", "kaiming_normal_(transposed_conv.weight, mode='fan_out', …='relu')",
                "N(0, 2/out), out being what an input meets", BACKWARD, List.<int[]>of(TRANSPOSED),
                draw("kaiming_normal_relu_out"), normal(fan -> 2 / fan.in())));
    }

    private List<Promise> layers() {
        return List.of(
            layer("Linear(300, 400).weight", "linear", "U(±1/√in)", uniform(fan -> 1 / Math.sqrt(fan.in())), Promise.LINEAR),
            layer("Conv2d(32, 64, 3).weight", "conv", "U(±1/√(in places))",
                uniform(fan -> 1 / Math.sqrt(fan.in())), Promise.CONVOLUTION),
            layer("Conv2d(256, 64, 3, groups=4).weight", "grouped_conv", "U(±√(groups/(in places)))",
                uniform(fan -> 1 / Math.sqrt(fan.in())), GROUPED),
            layer("ConvTranspose2d(64, 32, 3).weight", "transposed_conv", "U(±1/√(out places))",
                uniform(fan -> 1 / Math.sqrt(fan.in())), TRANSPOSED),
            layer("Embedding(400, 300).weight", "embedding", "N(0, 1)", normal(_ -> 1), Promise.LINEAR));
    }

    private Promise of(String name, String request, String words, Promise.Judge judge) {
        return of(name, request, words, judge, Promise.LINEAR, Promise.CONVOLUTION);
    }

    private Promise of(String name, String request, String words, Promise.Judge judge, int[]... shapes) {
        return new Promise("PyTorch", name, words, DOC, List.of(shapes), draw(request), judge);
    }

    private Promise layer(String name, String request, String words, Promise.Judge judge, int[] shape) {
        return new Promise("PyTorch", name, words, LAYER, List.<int[]>of(shape), draw(request), judge);
    }

    private Promise.Draw draw(String request) {
        return (shape, seed) -> {
            try {
                var sizes = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining("x"));
                var out = process.getOutputStream();
                out.write((request + " " + sizes + " " + seed + "\n").getBytes(StandardCharsets.US_ASCII));
                out.flush();
                var bytes = process.getInputStream().readNBytes(Float.BYTES * Promise.size(shape));
                if (bytes.length < Float.BYTES * Promise.size(shape))
                    throw new IOException("the Python process ended before it drew " + request + " " + sizes
                        + "; does it have PyTorch?");
                var weights = new float[Promise.size(shape)];
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(weights);
                return weights;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @Override
    public void close() { process.destroy(); }
}
