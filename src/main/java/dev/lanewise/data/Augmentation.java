package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Changes pictures at random, each in another way in each epoch, so that a network learns what doesn't matter in them:
///
/// ```java
/// var augmentation = Augmentation.of(1, 28, 28).flip(0.5).crop(2).normalize(0.286, 0.353).cutout(8);
/// var training = new DataLoader<>(augmentation.of(images, source.stream("augmentation")), 128).shuffle(source.stream("order"));
/// ```
///
/// Steps are made in the order in which they are said. What becomes of a picture is a function of the source's key, the epoch,
/// the picture's row in the data set and the step's place: the same in whatever order, in whatever batch and on however many
/// threads it is loaded, and in a run that goes on in the middle of an epoch.
///
/// Immutable: each method returns a new one.
public final class Augmentation {

    /// A change of a picture, in place.
    @FunctionalInterface
    public interface Step {

        /// Changes one picture in place.
        ///
        /// @param random of this picture, epoch and step alone
        void apply(Picture picture, RandomSource random);
    }

    private final int channels;
    private final int height;
    private final int width;
    private final List<Step> steps;

    private Augmentation(int channels, int height, int width, List<Step> steps) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.steps = steps;
    }

    /// Of pictures of this size, without a step. They may come flat: batches have the shape `[size, channels, height, width]`.
    public static Augmentation of(int channels, int height, int width) {
        if (channels < 1 || height < 1 || width < 1 || (double) channels * height * width > Integer.MAX_VALUE)
            throw new IllegalArgumentException("augmentation: pictures of " + channels + " x " + height + " x " + width
                + "; channels and sides must be 1 or more, and all no more than 2^31 - 1 numbers");
        return new Augmentation(channels, height, width, List.of());
    }

    /// With a step of your own behind the others.
    public Augmentation then(Step step) {
        var all = new ArrayList<>(steps);
        all.add(step);
        return new Augmentation(channels, height, width, List.copyOf(all));
    }

    /// Turns left and right round, with probability p of [0, 1].
    public Augmentation flip(double p) {
        if (!(p >= 0 && p <= 1)) throw new IllegalArgumentException("augmentation: flip with probability " + p
            + "; it must be of [0, 1]");
        return then((picture, random) -> {
            var happens = new float[1];
            random.bernoulli(p, happens, 0, 1);
            if (happens[0] == 0) return;
            for (int row = 0; row < channels * height; row++) reverse(picture.data(), picture.offset() + row * width, width);
        });
    }

    private static void reverse(float[] data, int from, int n) {
        for (int i = from, j = from + n - 1; i < j; i++, j--) {
            float kept = data[i];
            data[i] = data[j];
            data[j] = kept;
        }
    }

    /// Puts so many zeros around, and takes a part of the picture's own size from there: a shift by up to `padding` in each
    /// direction.
    ///
    /// @param padding 0 or more
    public Augmentation crop(int padding) {
        if (padding < 0 || padding > Math.max(height,
            width)) throw new IllegalArgumentException("augmentation: crop with padding "
            + padding + " of pictures of " + height + " x " + width + "; it must be 0 or more, and no more than a side");
        return then((picture, random) -> {
            var places = new float[2];
            random.uniform(places, 0, 2);
            shift(picture, index(places[0], 2 * padding + 1) - padding, index(places[1], 2 * padding + 1) - padding);
        });
    }

    /// One of `n` numbers from 0 on, by a uniform number of [0, 1).
    private static int index(float uniform, int n) { return Math.min(n - 1, (int) ((double) uniform * n)); }

    private static void shift(Picture picture, int down, int right) {
        var before = Arrays.copyOfRange(picture.data(), picture.offset(), picture.offset() + picture.size());
        int width = picture.width();
        int kept = width - Math.abs(right);
        for (int c = 0; c < picture.channels(); c++)
            for (int y = 0; y < picture.height(); y++) {
                int to = picture.row(c, y);
                Arrays.fill(picture.data(), to, to + width, 0f);
                int from = y - down;
                if (from < 0 || from >= picture.height() || kept <= 0) continue;
                System.arraycopy(before, (c * picture.height() + from) * width + Math.max(0, -right), picture.data(),
                    to + Math.max(0, right), kept);
            }
    }

    /// Subtracts a mean and divides by a standard deviation, the same in all channels.
    public Augmentation normalize(double mean, double std) {
        var means = new double[channels];
        var stds = new double[channels];
        Arrays.fill(means, mean);
        Arrays.fill(stds, std);
        return normalize(means, stds);
    }

    /// As [#normalize(double, double)], with one of each for each channel.
    ///
    /// @throws IllegalArgumentException if there aren't as many as channels, or one isn't finite, or a standard deviation isn't
    ///     above 0
    public Augmentation normalize(double[] means, double[] stds) {
        boolean fine = means.length == channels && stds.length == channels;
        for (double mean : means) fine &= Double.isFinite(mean);
        for (double std : stds) fine &= std > 0 && std < Double.POSITIVE_INFINITY;
        if (!fine) throw new IllegalArgumentException("augmentation: normalize with means " + Arrays.toString(means)
            + " and standard deviations " + Arrays.toString(stds) + "; there must be one of each for each of " + channels
            + " channels, all finite, deviations above 0");
        var mean = means.clone();
        var std = stds.clone();
        return then((picture, _) -> {
            for (int c = 0; c < channels; c++) {
                int from = picture.row(c, 0);
                for (int i = from; i < from + height * width; i++)
                    picture.data()[i] = (float) ((picture.data()[i] - mean[c]) / std[c]);
            }
        });
    }

    /// Sets a square to 0 whose middle is anywhere in the picture, in all channels: DeVries and Taylor, "Improved regularization
    /// of convolutional neural networks with cutout", 2017. What is beyond the edge is cut off.
    ///
    /// @param side 1 or more
    public Augmentation cutout(int side) {
        if (side < 1) throw new IllegalArgumentException("augmentation: cutout of side " + side + "; it must be 1 or more");
        return then((picture, random) -> {
            var places = new float[2];
            random.uniform(places, 0, 2);
            int top = index(places[0], height) - side / 2;
            int left = index(places[1], width) - side / 2;
            int from = Math.max(0, left);
            int to = (int) Math.min(width, (long) left + side);
            for (int c = 0; c < channels; c++)
                for (int y = Math.max(0, top); y < Math.min(height, (long) top + side); y++)
                    Arrays.fill(picture.data(), picture.row(c, y) + from, picture.row(c, y) + to, 0f);
        });
    }

    /// A view of a data set whose pictures are changed, in each epoch anew.
    ///
    /// @param source a keyed one, of this data set alone: `source.stream("augmentation")`
    /// @throws IllegalArgumentException if it is a sequential one, whose numbers depend on what was drawn before
    public <T> Dataset<Batch<T>> of(Dataset<Batch<T>> data, RandomSource source) {
        PerEpoch.requireKeyed("augmentation", source);
        return new PerEpoch<>(data, 0, (pictures, epoch, rows) -> {
            var random = source.stream(epoch);
            return changed(pictures.batch(rows), row -> random.stream(rows[row]));
        });
    }

    private interface Streams {
        RandomSource of(int position);
    }

    private <T> Batch<T> changed(Batch<T> batch, Streams streams) {
        int size = channels * height * width;
        var inputs = batch.inputs();
        if (inputs.numel() != (long) batch.size() * size) throw new IllegalArgumentException("augmentation: inputs of shape "
            + inputs.shape() + " are not " + batch.size() + " pictures of " + channels + " x " + height + " x " + width
            + "; say Augmentation.of their size");
        InPlace.fill(inputs, (data, offset, _) -> {
            for (int i = 0; i < batch.size(); i++) {
                var random = streams.of(i);
                var picture = new Picture(data, offset + i * size, channels, height, width);
                for (int step = 0; step < steps.size(); step++) steps.get(step).apply(picture, random.stream(step));
            }
        });
        return new Batch<>(inputs.reshape(batch.size(), channels, height, width), batch.targets());
    }
}
