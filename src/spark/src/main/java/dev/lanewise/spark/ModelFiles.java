package dev.lanewise.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/// A fitted model in a folder: Spark's metadata, the network as lines of text, and the weights as a safetensors file that every
/// reader of such files takes.
final class ModelFiles {

    private static final String NETWORK = "network.txt";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String FORM = "lanewise-spark 1";

    private ModelFiles() {}

    static final class Writer extends MLWriter {
        private final Params model;
        private final Predictor predictor;

        Writer(Params model, Predictor predictor) {
            this.model = model;
            this.predictor = predictor;
        }

        @Override
        public void saveImpl(String path) {
            DefaultParamsWriter$.MODULE$.saveMetadata(model, path, sparkSession());
            write(new Path(path, NETWORK), String.join("\n", lines(predictor.network())).getBytes(StandardCharsets.UTF_8));
            write(new Path(path, WEIGHTS), predictor.weights());
        }

        private void write(Path file, byte[] bytes) {
            try (var out = file.getFileSystem(sparkSession().sessionState().newHadoopConf()).create(file, false)) {
                out.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException("save: " + file + " can't be written, " + e.getMessage(), e);
            }
        }
    }

    static final class Reader<M extends Params> extends MLReader<M> {
        private final Class<M> type;
        private final BiFunction<String, Predictor, M> maker;

        Reader(Class<M> type, BiFunction<String, Predictor, M> maker) {
            this.type = type;
            this.maker = maker;
        }

        @Override
        public M load(String path) {
            var metadata = DefaultParamsReader$.MODULE$.loadMetadata(path, sparkSession(), type.getName());
            var model = maker.apply(metadata.uid(), predictor(path));
            metadata.getAndSetParams(model, scala.Option.empty());
            return model;
        }

        private Predictor predictor(String path) {
            var lines = new String(read(new Path(path, NETWORK)), StandardCharsets.UTF_8).lines().toList();
            var weights = read(new Path(path, WEIGHTS));
            try {
                var predictor = new Predictor(network(lines), weights);
                predictor.shared(); // what is damaged is told here, and not by the first row
                return predictor;
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("load: " + path + " has no whole model, " + e.getMessage(), e);
            }
        }

        private byte[] read(Path file) {
            try (var in = file.getFileSystem(sparkSession().sessionState().newHadoopConf()).open(file)) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException("load: " + file + " can't be read, " + e.getMessage(), e);
            }
        }
    }

    private static List<String> lines(Network network) {
        var hidden = Arrays.stream(network.hidden()).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        return List.of(FORM,
            "hidden " + hidden,
            "outputs " + network.outputs(),
            "activation " + network.activation(),
            "dropout " + network.dropout(),
            "optimizer " + network.optimizer(),
            "stepSize " + network.stepSize(),
            "seed " + network.seed(),
            "means " + numbers(network.scaling().means()),
            "deviations " + numbers(network.scaling().deviations()));
    }

    private static String numbers(double[] numbers) {
        return DoubleStream.of(numbers).mapToObj(Double::toString).collect(Collectors.joining(" "));
    }

    private static Network network(List<String> lines) {
        if (lines.isEmpty() || !lines.getFirst().equals(FORM)) throw new IllegalArgumentException("it"
            + " has no network of the form " + FORM + "; was it saved by another version?");
        var texts = lines.stream().skip(1).map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts.length < 2 ? "" : parts[1]));
        Function<String, String> text = name -> {
            if (!texts.containsKey(name)) throw new IllegalArgumentException(NETWORK + " has no line of " + name);
            return texts.get(name).strip();
        };
        var hidden = text.apply("hidden").isEmpty() ? new int[0]
            : Arrays.stream(text.apply("hidden").split(" ")).mapToInt(Integer::parseInt).toArray();
        var scaling = new Scaling(doubles(text.apply("means")), doubles(text.apply("deviations")));
        return new Network(scaling, hidden, Integer.parseInt(text.apply("outputs")), text.apply("activation"),
            Double.parseDouble(text.apply("dropout")), text.apply("optimizer"), Double.parseDouble(text.apply("stepSize")),
            Long.parseLong(text.apply("seed")));
    }

    private static double[] doubles(String text) {
        return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
