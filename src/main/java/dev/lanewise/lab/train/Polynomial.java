package dev.lanewise.lab.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Split;
import dev.lanewise.data.Synthetic;
import dev.lanewise.nn.Layer;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.History;
import dev.lanewise.train.Snapshot;
import dev.lanewise.train.Trainer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/// Regression on y = 2 x₁² - x₂² + noise, x uniform on [-1, 1)²: data, networks and training that several experiments share.
///
/// @param train    what is learned from
/// @param test     held out
/// @param batch    rows of a step
/// @param learningRate of plain SGD
public record Polynomial(Dataset<Batch<Tensor>> train, Dataset<Batch<Tensor>> test, int batch, double learningRate) {

    public static final double NOISE = 0.1;
    private static final double[][] POWERS = {{0, 0}, {2, -1}};
    /// The error of who says the mean whatever the input: the variance of y, x² having variance 1/5 - 1/9.
    public static final double BLIND = (4 + 1) * (1.0 / 5 - 1.0 / 9) + NOISE * NOISE;
    private static final double HELD_OUT = 0.25;

    /// @param trainErrors mean squared error in each epoch
    /// @param testErrors  after it, on the rows held out
    /// @param watched     weights and gradients at the end of the epoch that was asked for
    /// @param gradients   the root mean square of each layer's weights' gradients, over all steps of that epoch: a single batch's
    ///                    may be small by chance in the last layer, where it grows with the mean residual
    public record Run(String name, double[] trainErrors, double[] testErrors, Snapshot watched, double[] gradients) {

        public double last() { return testErrors[testErrors.length - 1]; }
    }

    /// The test error of who says the mean of the training rows whatever the input: on these rows, not on all that there could
    /// be.
    public double blind() {
        double mean = Arrays.stream(targets(train)).average().orElseThrow();
        return Arrays.stream(targets(test)).map(y -> (y - mean) * (y - mean)).average().orElseThrow();
    }

    private static double[] targets(Dataset<Batch<Tensor>> data) {
        var targets = data.batch(IntStream.range(0, data.size()).toArray()).targets().toArray();
        return IntStream.range(0, targets.length).mapToDouble(i -> targets[i]).toArray();
    }

    public static Polynomial of(int rows, int batch, double learningRate, RandomSource source) {
        var data = Synthetic.polynomialRegression(rows, POWERS, 0, NOISE, source.stream("rows"));
        var split = Split.holdOut(data, HELD_OUT, source.stream("split"));
        return new Polynomial(split.train(), split.validation(), batch, learningRate);
    }

    /// @param watched the epoch, from 0, after which weights and gradients are kept
    public Run run(String name, Layer model, int epochs, int watched, RandomSource order) {
        var kept = new AtomicReference<Snapshot>();
        var squares = new double[(int) model.namedParameters().keySet().stream().filter(Polynomial::isWeight).count()];
        var trainer = Trainer.regressor(model, new SGD(model.parameters(), learningRate))
            .validate(new DataLoader<>(test, test.size()))
            .watchSteps(step -> step.epoch() == watched, snapshot -> {
                kept.set(snapshot);
                var gradients = weights(snapshot.gradients());
                for (int i = 0; i < squares.length; i++) squares[i] += gradients.get(i).square().mean().item();
            });
        var data = new DataLoader<>(train, batch).shuffle(order);
        var history = trainer.fit(data, epochs);
        return new Run(name, history.epochLosses(), tests(history), kept.get(),
            Arrays.stream(squares).map(sum -> Math.sqrt(sum / data.batches())).toArray());
    }

    /// The weights among what is named by path, biases left out, from the first layer to the last.
    public static List<Tensor> weights(Map<String, Tensor> named) {
        return named.entrySet().stream().filter(each -> isWeight(each.getKey())).map(Map.Entry::getValue).toList();
    }

    private static boolean isWeight(String path) { return path.endsWith("weight"); }

    private static double[] tests(History history) {
        return history.validation().stream().mapToDouble(Evaluation::loss).toArray();
    }
}
