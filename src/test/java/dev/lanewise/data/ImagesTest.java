package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    @Property
    void aBatchHoldsTheImagesAskedForInOrder(@ForAll @IntRange(min = 1, max = 20) int count,
            @ForAll @IntRange(min = 1, max = 9) int height, @ForAll @IntRange(min = 1, max = 9) int width, @ForAll long seed) {
        var random = new Random(seed);
        var pixels = new byte[count * height * width];
        random.nextBytes(pixels);
        var labels = random.ints(count, 0, NAMES.size()).toArray();
        var images = Images.wrap(height, width, pixels, labels, NAMES);
        var rows = random.ints(random.nextInt(1, 30), 0, count).toArray();

        var batch = images.batch(rows);

        assertEquals(rows.length, batch.size());
        assertEquals(height * width, batch.inputs().shape().size(1));
        var inputs = batch.inputs().toArray();
        for (int i = 0; i < rows.length; i++) {
            assertEquals(labels[rows[i]], batch.targets()[i]);
            var image = images.pixels(rows[i]);
            for (int j = 0; j < height * width; j++) {
                assertEquals((pixels[rows[i] * height * width + j] & 0xff) / 255f, inputs[i * height * width + j]);
                assertEquals(pixels[rows[i] * height * width + j], image[j]);
            }
        }
    }

    @Test
    void blackIsZeroAndWhiteIsOne() {
        var images = Images.wrap(1, 3, new byte[] {0, (byte) 255, 51}, new int[] {0}, NAMES);
        assertArrayEquals(new float[] {0, 1, 0.2f}, images.batch(0).inputs().toArray());
    }

    @Test
    void everyBatchIsFresh() {
        var images = Images.wrap(1, 1, new byte[] {7}, new int[] {2}, NAMES);
        var first = images.batch(0);
        first.targets()[0] = 0;
        assertEquals(2, images.batch(0).targets()[0]);
        assertNotSame(first.inputs(), images.batch(0).inputs());
    }

    @Test
    void namesTheRowOfALabelWithoutAClass() {
        for (int label : new int[] {-1, 3}) {
            assertRejected("row 1 has label " + label + ", but the 3 class names allow 0 to 2",
                    () -> Images.wrap(1, 1, new byte[3], new int[] {0, label, 2}, NAMES));
        }
    }

    @Test
    void pixelsAndLabelsMustFit() {
        assertRejected("11 pixels for 3 labels of 2x2 images", () -> Images.wrap(2, 2, new byte[11], new int[3], NAMES));
        assertRejected("13 pixels for 3 labels of 2x2 images", () -> Images.wrap(2, 2, new byte[13], new int[3], NAMES));
        assertRejected("12 pixels for 2 labels of 2x2 images", () -> Images.wrap(2, 2, new byte[12], new int[2], NAMES));
        assertRejected("0 pixels for 1 labels of 65536x65536", () -> Images.wrap(65536, 65536, new byte[0], new int[1], NAMES));
        assertRejected("both sides must be at least 1", () -> Images.wrap(0, 2, new byte[0], new int[0], NAMES));
    }

    @Test
    void namesARowThatIsNotThere() {
        var images = Images.wrap(1, 1, new byte[2], new int[2], NAMES);
        assertRejected("row 2 is outside the data set; its rows are 0 to 1", () -> images.batch(0, 2));
        assertRejected("row -1 is outside", () -> images.batch(-1));
        assertRejected("row 2 is outside", () -> images.label(2));
        assertRejected("row 2 is outside", () -> images.pixels(2));
        assertRejected("no rows asked for", () -> images.batch());
    }

    @Test
    void filesOfDifferentSetsAreNotMixed(@TempDir Path folder) throws IOException {
        var images = Files.write(folder.resolve("images"), IdxFiles.encode(new byte[8], 2, 2, 2));
        var labels = Files.write(folder.resolve("labels"), IdxFiles.encode(new byte[3], 3));
        assertRejected(images + " holds 2 images and " + labels + " holds 3 labels", () -> Images.read(images, labels, NAMES));
    }

    @Test
    void namesTheFileOfALabelWithoutAClass(@TempDir Path folder) throws IOException {
        var images = Files.write(folder.resolve("images"), IdxFiles.encode(new byte[2], 2, 1, 1));
        var labels = Files.write(folder.resolve("labels"), IdxFiles.encode(new byte[] {0, (byte) 200}, 2));
        assertRejected(labels + ": row 1 has label 200", () -> Images.read(images, labels, NAMES));
    }

    private static void assertRejected(String complaint, Runnable action) {
        var error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(complaint), error.getMessage());
    }
}
