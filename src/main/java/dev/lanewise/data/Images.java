package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Grey 8-bit images with class labels, held in memory as bytes: 60,000 of 28x28 take 47 MB, where floats would take 188.
/// A batch has one flattened image per row, `[size, height * width]`, its values `v / 255` in `[0, 1]`.
public final class Images implements Dataset<Batch<int[]>> {
    private static final float[] GREY = new float[256]; // v / 255, so that making a batch does not divide

    static {
        for (int v = 0; v < GREY.length; v++) GREY[v] = v / 255f;
    }

    private final int height;
    private final int width;
    private final byte[] pixels;
    private final int[] labels;
    private final List<String> classNames;

    private Images(int height, int width, byte[] pixels, int[] labels, List<String> classNames) {
        this.height = height;
        this.width = width;
        this.pixels = pixels;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
    }

    /// Takes the arrays without a copy; they must not be changed afterwards.
    ///
    /// @param pixels image after image, each row after row from the top left, 0 black to 255 white
    /// @param labels the class of each image, an index into `classNames`
    /// @throws IllegalArgumentException if `pixels` does not hold `labels.length` images of `height` times `width`, or a label
    ///     has no class name
    public static Images wrap(int height, int width, byte[] pixels, int[] labels, List<String> classNames) {
        if (height < 1 || width < 1) throw new IllegalArgumentException("Images: images of " + height + "x" + width
            + "; both sides must be at least 1");
        long area = (long) height * width;
        // Divides, because a product of three could overflow.
        if (pixels.length % area != 0 || pixels.length / area != labels.length) throw new IllegalArgumentException("Images: "
            + pixels.length + " pixels for " + labels.length + " labels of " + height + "x" + width
            + " images; there must be " + area + " for each");
        if (area > Integer.MAX_VALUE) throw new IllegalArgumentException("Images: images of " + height + "x" + width
            + "; an image has at most 2^31 - 1 pixels");
        Checks.labels("Images", labels, classNames);
        return new Images(height, width, pixels, labels, classNames);
    }

    /// Reads images `[count, height, width]` and their labels `[count]` from two IDX files; see [Idx#read] for the errors.
    ///
    /// @throws MalformedFileException   if a file is not what it should be
    /// @throws IllegalArgumentException if the counts differ, or a label has no class name
    public static Images read(Path imageFile, Path labelFile, List<String> classNames) {
        var images = Idx.read(imageFile, 3);
        var labels = Idx.read(labelFile, 1);
        int count = images.sizes().get(0);
        if (count != labels.sizes().get(0)) throw new IllegalArgumentException("Images.read: " + Quote.of(imageFile)
            + " holds " + count + " images and " + Quote.of(labelFile) + " holds " + labels.sizes().get(0)
            + " labels; take two files of the same set");
        int height = images.sizes().get(1);
        int width = images.sizes().get(2);
        if (height == 0 || width == 0 || (long) height * width > Integer.MAX_VALUE) throw MalformedFileException.atByte(
            "Images.read", imageFile, 8, "it has images of " + height + "x" + width
            + "; both sides must be at least 1, and an image has at most 2^31 - 1 pixels");
        var classes = new int[count];
        for (int i = 0; i < count; i++) classes[i] = labels.bytes()[i] & 0xff;
        Checks.labels("Images.read: " + Quote.of(labelFile), classes, classNames);
        return wrap(height, width, images.bytes(), classes, classNames);
    }

    @Override
    public int size() {
        return labels.length;
    }

    /// The number of pixel rows of an image.
    public int height() {
        return height;
    }

    /// The number of pixel columns of an image.
    public int width() {
        return width;
    }

    /// The number of values in a row of a batch: `height * width`.
    public int features() {
        return height * width;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    /// The class label of an image.
    ///
    /// @throws IllegalArgumentException if there is no such row
    public int label(int row) {
        Checks.rows("Images.label", new int[] {row}, size());
        return labels[row];
    }

    /// A copy of the bytes of an image, row after row from the top left, 0 (black) to 255 unsigned.
    ///
    /// @throws IllegalArgumentException if there is no such row
    public byte[] pixels(int row) {
        Checks.rows("Images.pixels", new int[] {row}, size());
        return Arrays.copyOfRange(pixels, row * features(), (row + 1) * features());
    }

    @Override
    public Batch<int[]> batch(int... rows) {
        Checks.rows("Images.batch", rows, size());
        int features = features();
        Checks.elements("Images.batch", rows.length, features);
        var targets = new int[rows.length];
        for (int i = 0; i < rows.length; i++) targets[i] = labels[rows[i]];
        return new Batch<>(Tensor.generate((inputs, offset, _) -> {
            for (int i = 0; i < rows.length; i++) {
                int from = rows[i] * features;
                int to = offset + i * features;
                for (int j = 0; j < features; j++) inputs[to + j] = GREY[pixels[from + j] & 0xff];
            }
        }, rows.length, features), targets);
    }
}
