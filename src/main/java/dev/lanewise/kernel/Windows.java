package dev.lanewise.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/// How windows lie on a batch of images, `[batch, channels, height, width]`, row-major; and the matrix that they make.
///
/// The matrix has a row for each place of the window on each channel, and a column for each position of the window on each image:
/// `[channels * places, batch * positions]`. It is many times the images: any part of it can be made by itself.
public record Windows(int batch, int channels, Axis down, Axis across) {

    /// Along one dimension: so many windows over `size` elements, `stride` apart, the first beginning `padding` before the
    /// elements, its places `dilation` apart.
    public record Axis(int size, int positions, int kernel, int stride, int padding, int dilation) {

        /// The first window whose place `k` is not before the start.
        int firstInside(int k) { return Math.clamp(Math.ceilDiv(padding - (long) k * dilation, stride), 0, positions); }

        /// The end of the windows whose place `k` is before the end.
        int endInside(int k) {
            return Math.clamp(Math.ceilDiv(size + (long) padding - (long) k * dilation, stride), 0, positions);
        }

        /// The element at place `k` of a window.
        int at(int position, int k) { return (int) ((long) position * stride - padding + (long) k * dilation); }

        /// Whether each element is a window.
        boolean isIdentity() { return kernel == 1 && stride == 1 && padding == 0 && size == positions; }

        /// Each element as a window.
        Axis elements() { return new Axis(size, size, 1, 1, 0, 1); }

        /// The first elements that windows reach: from each on, `stride` apart, lie those that the same places reach.
        int[] seenFrom() {
            return IntStream.range(0, Math.min(kernel, stride / gcd(stride, dilation)))
                .mapToLong(k -> Math.floorMod((long) k * dilation - padding, (long) stride)).filter(first -> first < size)
                .mapToInt(first -> (int) first).toArray();
        }

        /// The places that reach the elements from `first` on.
        int[] placesSeen(int first) {
            return IntStream.range(0, kernel)
                .filter(k -> Math.floorMod(first + (long) padding - (long) k * dilation, (long) stride) == 0).toArray();
        }

        /// Windows as those elements see them: the windows in which one lies are the places of a window around it.
        Axis seen(int first) {
            var places = placesSeen(first);
            long window = Math.floorDiv(first + (long) padding - (long) places[0] * dilation, (long) stride);
            return new Axis(positions, Math.ceilDiv(size - first, stride), places.length, 1, (int) -window,
                -(dilation / gcd(stride, dilation)));
        }
    }

    static int gcd(int a, int b) {
        a = Math.abs(a);
        b = Math.abs(b);
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    /// Places in a window.
    public int places() { return down.kernel * across.kernel; }

    /// Windows of an image.
    public int plane() { return down.positions * across.positions; }

    /// Windows of all images: the matrix's columns.
    public int positions() { return batch * plane(); }

    /// Copies a part of the matrix, `ldo` being from a row to the next; what lies outside the image is 0.
    ///
    /// @param row  the first of `rows` rows
    /// @param from the first of `n` columns
    public void columns(float[] images, int offset, int row, int rows, int from, int n, float[] out, int oo, int ldo) {
        for (int i = 0; i < rows; i++) {
            if (isShift()) {
                shifted(images, offset, row + i, from, n, out, oo + i * ldo);
                continue;
            }
            Arrays.fill(out, oo + i * ldo, oo + i * ldo + n, 0f);
            row(false, images, offset, row + i, from, n, out, oo + i * ldo);
        }
    }

    /// Whether an image's row of the matrix is the image itself, some elements further on, but for the borders.
    private boolean isShift() {
        return down.stride == 1 && across.stride == 1 && down.size == down.positions && across.size == across.positions;
    }

    /// One row then, image by image: in one piece, and the borders 0.
    private void shifted(float[] images, int offset, int row, int from, int n, float[] out, int oo) {
        int channel = row / places();
        int ky = row % places() / across.kernel;
        int kx = row % across.kernel;
        int wide = across.positions;
        int plane = plane();
        int left = across.firstInside(kx);
        int right = across.endInside(kx);
        int firstLine = down.firstInside(ky);
        int endLine = left < right ? Math.max(firstLine, down.endInside(ky)) : firstLine;
        // within the lines that are inside
        int shift = firstLine < endLine ? down.at(0, ky) * wide + across.at(0, kx) : 0;
        int begin = Math.max(firstLine * wide, -shift);
        int end = Math.max(begin, Math.min(endLine * wide, plane - shift));
        for (int done = 0, now; done < n; done += now) {
            int position = (from + done) % plane;
            now = Math.min(plane - position, n - done);
            int to = oo + done - position;
            int source = offset + ((from + done) / plane * channels + channel) * plane + shift;
            int first = Math.clamp(begin, position, position + now);
            int last = Math.clamp(end, first, position + now);
            Arrays.fill(out, to + position, to + first, 0f);
            System.arraycopy(images, source + first, out, to + first, last - first);
            Arrays.fill(out, to + last, to + position + now, 0f);
            if (left == 0 && right == wide) continue;
            for (int line = first / wide; line * wide < last; line++) {
                int at = line * wide;
                for (int i = Math.max(at, position); i < Math.min(at + left, position + now); i++) out[to + i] = 0f;
                for (int i = Math.max(at + right, position); i < Math.min(at + wide, position + now); i++) out[to + i] = 0f;
            }
        }
    }

    /// Adds a part of the matrix to the images' elements that its own are copies of.
    ///
    /// An element's terms come in the order of places, and so in the opposite order of positions: who adds a matrix in parts
    /// begins with the last columns.
    public void addColumns(float[] columns, int co, int ldc, int row, int rows, int from, int n, float[] images, int offset) {
        for (int i = 0; i < rows; i++) row(true, images, offset, row + i, from, n, columns, co + i * ldc);
    }

    /// One place of the window on one channel: a run for each row of positions.
    private void row(boolean back, float[] images, int offset, int row, int from, int n, float[] columns, int co) {
        int channel = row / places();
        int ky = row % places() / across.kernel;
        int kx = row % across.kernel;
        int first = across.firstInside(kx);
        int end = across.endInside(kx);
        int firstLine = down.firstInside(ky);
        int endLine = down.endInside(ky);
        int wide = across.positions;
        int image = from / plane();
        int line = from % plane() / wide;
        int start = from % wide;
        for (int done = 0; done < n; ) {
            int now = Math.min(wide - start, n - done);
            int begin = Math.max(first, start);
            int count = Math.min(end, start + now) - begin;
            if (count > 0 && line >= firstLine && line < endLine) {
                int at = offset + ((image * channels + channel) * down.size + down.at(line, ky)) * across.size
                    + across.at(begin, kx);
                run(back, images, at, across.stride, columns, co + done + begin - start, count);
            }
            done += now;
            start = 0;
            if (++line == down.positions) {
                line = 0;
                image++;
            }
        }
    }

    private static void run(boolean back, float[] images, int at, int stride, float[] columns, int column, int n) {
        if (back) for (int i = 0; i < n; i++) images[at + i * stride] += columns[column + i];
        else Strides.CURRENT.gather(1, n, images, at, 0, stride, columns, column, 0);
    }
}
