package dev.lanewise.lab.upsample;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Images;
import dev.lanewise.data.Rows;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Trainer;
import java.util.List;
import java.util.stream.IntStream;

/// A transposed convolution of one channel that learns to double the size of images: kernel 4 x 4, stride 2, padding 1, so that
/// each output pixel is a sum of four inputs, with sixteen weights in all and no bias.
final class Upsampling {

    static final int KERNEL = 4;
    static final int WEIGHTS = KERNEL * KERNEL;
    private static final int BATCH = 32;
    private static final double LEARNING_RATE = 1e-2;

    /// How the kernel starts.
    record Start(String name, Initializer weight) {
        static final List<Start> ALL = List.of(new Start("random", Initializers.torchDefault()), new Start("zeros",
            Initializers.zeros()),
            new Start("bilinear", Initializers.bilinear()));
    }

    private final int side;
    private final Tensor small;
    private final Tensor large;

    /// @param images of even height and width, which are the same
    /// @param count  how many of them, the first ones, are trained on
    Upsampling(Images images, int count) {
        side = images.height();
        large = rows(images, 0, count).reshape(count, 1, side, side);
        small = halved(large);
    }

    static Tensor rows(Images images, int from, int count) {
        return images.batch(IntStream.range(from, from + count).toArray()).inputs();
    }

    /// Each 2 x 2 pixels as their mean.
    static Tensor halved(Tensor images) {
        return images.reshape(images.size(0), 1, images.size(2) / 2, 2, images.size(3) / 2, 2).mean(3, 5);
    }

    /// A model of one transposed convolution, from the start that it is given.
    static Layer model(Initializer weight) {
        return new ConvTranspose2d(1, 1, ConvOptions.kernel(KERNEL).stride(2).padding(1).initializers(weight, null));
    }

    /// A model that is to stay as it is.
    static Layer fixed(float[] kernel) {
        return model(Initializers.copyOf(Tensor.of(kernel, 1, 1, KERNEL, KERNEL))).initialize(0);
    }

    /// The images themselves, twice as large.
    static Tensor enlarged(Layer model, Tensor images) { return model.predict(images); }

    UpsampleOutcome.Run train(Start start, int epochs, RandomSource weights, RandomSource order) {
        var model = model(start.weight()).initialize(weights);
        var before = kernel(model);
        var losses = new double[epochs + 1];
        losses[0] = loss(model);
        int half = side / 2;
        var data = new DataLoader<>(Rows.regression(small.toArray(), half * half, large.toArray(), side * side),
            BATCH).shuffle(order);
        Trainer.regressor(model(model, half), (y, t) -> Loss.mseLoss(y, t.reshape(y.shape().toArray())),
            new Adam(model.parameters(), LEARNING_RATE)).watchEpochs(_ -> true, snapshot ->
                losses[snapshot.step().epoch() + 1] = loss(model)).fit(data, epochs);
        return new UpsampleOutcome.Run(start.name(), losses, kernel(model), before, model);
    }

    /// Takes images as rows, as a loader gives them.
    private static Layer model(Layer convolution, int half) {
        return new Layer() {
            { register("up", convolution); }

            @Override
            public Tensor forward(Tensor x) { return convolution.call(x.reshape(x.size(0), 1, half, half)); }
        };
    }

    static float[] kernel(Layer model) {
        return model.parameters().stream().map(Parameter::tensor).findFirst().orElseThrow().toArray();
    }

    /// The mean squared error over all training images.
    double loss(Layer model) {
        return Losses.mseLoss(model.predict(small), large).item();
    }

    /// The kernel whose mean squared error is the least there is: the output is linear in the weights, so it solves the normal
    /// equations of sixteen images, each what one weight alone would draw.
    float[] best() {
        var images = new float[WEIGHTS][];
        for (int i = 0; i < WEIGHTS; i++) {
            var unit = new float[WEIGHTS];
            unit[i] = 1;
            images[i] = enlarged(fixed(unit), small).toArray();
        }
        var target = large.toArray();
        var equations = new double[WEIGHTS][WEIGHTS + 1];
        for (int i = 0; i < WEIGHTS; i++) {
            for (int j = 0; j < WEIGHTS; j++) equations[i][j] = dot(images[i], images[j]);
            equations[i][WEIGHTS] = dot(images[i], target);
        }
        return solve(equations);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }

    /// Gauss and Jordan's elimination; the matrix is symmetric and positive definite, so that no pivot is 0.
    static float[] solve(double[][] equations) {
        int n = equations.length;
        for (int column = 0; column < n; column++)
            for (int row = 0; row < n; row++) {
                double factor = equations[row][column] / equations[column][column];
                if (row != column) for (int k = column; k <= n; k++) equations[row][k] -= factor * equations[column][k];
            }
        var solution = new float[n];
        for (int i = 0; i < n; i++) solution[i] = (float) (equations[i][n] / equations[i][i]);
        return solution;
    }
}
