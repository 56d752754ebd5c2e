package dev.lanewise.kernel;

import java.util.Arrays;

/// Lines of an image as windows meet them: copied so that each row of the matrix of [Windows] is one run of them.
///
/// A place of the window across has lines of its own, as long as a line of positions. Those of a place down are the lines of
/// another a little further down, so they are in memory but once, unless places are so far apart that they have no lines in
/// common. A strip is a rectangle of positions: some whole lines of them, or a part of one.
final class Lines {

    /// Runs that lie a multiple of this many floats apart share too few sets of the first-level cache.
    private static final int CACHE_CONFLICT = 128;
    private static final int CACHE_LINE = 16;

    private final Windows windows;
    /// Of a strip.
    private final int width;
    /// From a channel's place across to the next.
    private final int stride;
    /// Lines that have places down in common: which image's line the first is, at position 0, and how many there are.
    private final long[] first;
    private final int[] count;
    /// All of them.
    private final int all;
    /// Of each place down, its first line.
    private final int[] line;

    /// @param rows  of positions in a strip, at the most
    /// @param width of a strip, at the most
    Lines(Windows windows, int rows, int width) {
        this.windows = windows;
        this.width = width;
        var down = windows.down();
        int places = down.kernel();
        this.line = new int[places];
        var first = new long[places];
        var count = new int[places];
        int groups = 0;
        int lines = 0;
        var done = new boolean[places];
        for (int k = 0; k < places; k++) {
            if (done[k]) continue;
            // places whose distance is a multiple of the stride
            int apart = down.stride() / Windows.gcd(down.stride(), down.dilation());
            int together = Math.ceilDiv(places - k, apart);
            long step = (long) down.dilation() * apart / down.stride();
            long reach = rows + Math.abs(step) * (together - 1);
            boolean isShared = reach <= (long) rows * together;
            if (!isShared) together = 1;
            int last = k + (together - 1) * apart;
            long lowest = Math.min((long) k * down.dilation(), (long) last * down.dilation());
            for (int i = k; i <= last; i += apart) {
                done[i] = true;
                line[i] = lines + (int) (((long) i * down.dilation() - lowest) / down.stride());
            }
            first[groups] = lowest - down.padding();
            count[groups] = isShared ? (int) reach : rows;
            lines += count[groups++];
        }
        this.first = Arrays.copyOf(first, groups);
        this.count = Arrays.copyOf(count, groups);
        this.all = lines;
        int stride = Math.multiplyExact(lines, width);
        this.stride = stride % CACHE_CONFLICT == 0 ? stride + CACHE_LINE : stride;
    }

    /// How many lines of a length the places down need for so many rows of positions.
    static long count(Windows.Axis down, long rows) {
        int apart = down.stride() / Windows.gcd(down.stride(), down.dilation());
        long step = Math.abs((long) down.dilation() * apart / down.stride());
        long lines = 0;
        for (int k = 0; k < Math.min(down.kernel(), apart); k++) {
            long together = Math.ceilDiv(down.kernel() - k, apart);
            lines += Math.min(rows + step * (together - 1), rows * together);
        }
        return lines;
    }

    /// Floats of some channels.
    int size(int channels) { return Math.toIntExact(floats(channels)); }

    private long floats(int channels) { return (long) channels * windows.across().kernel() * stride + GatheredGemm.SLACK; }

    /// How many parts channels have to be cut into for each to take no more than so many floats.
    int parts(int channels, int most) { return (int) Math.ceilDiv(floats(channels), (long) most); }

    /// From a channel's place across to the next.
    int stride() { return stride; }

    /// Where the run of a place down begins, of the first channel's first place across.
    int start(int placeDown) { return line[placeDown] * width; }

    /// Where the runs of all places of some channels begin, in the order of a weight's terms.
    int[] starts(int channels) {
        int down = windows.down().kernel();
        int across = windows.across().kernel();
        var starts = new int[channels * down * across];
        for (int i = 0; i < starts.length; i++)
            starts[i] = (i / (down * across) * across + i % across) * stride + start(i / across % down);
        return starts;
    }

    /// Copies what a strip needs of some channels of an image; what lies outside is 0.
    ///
    /// @param row    the strip's first row of positions
    /// @param column its first column
    /// @param n      columns
    void copy(float[] x, int xo, int image, int channel, int channels, int row, int column, int n, float[] out) {
        var down = windows.down();
        var across = windows.across();
        int plane = down.size() * across.size();
        // a place has the elements of one before it, some positions further on; of neighbours it is as cheap to copy them from
        // the image
        int apart = across.stride() == 1 ? across.kernel() : across.stride() / Windows.gcd(across.stride(), across.dilation());
        int shift = (int) ((long) across.dilation() * apart / across.stride());
        for (int c = 0, at = 0; c < channels; c++) {
            int from = xo + (image * windows.channels() + channel + c) * plane;
            for (int k = 0; k < across.kernel(); k++, at += stride) {
                if (k >= apart && n == width && shift < width) {
                    shifted(x, from, row, k, column, shift, out, at - apart * stride, at);
                    continue;
                }
                int begin = Math.max(across.firstInside(k), column);
                int end = Math.min(across.endInside(k), column + n);
                for (int group = 0, to = at; group < first.length; to += count[group++] * width)
                    lines(x, from, first[group] + (long) row * down.stride(), count[group], k, column, begin, end, out, to);
            }
        }
    }

    /// All lines of one place across, from those of another, but for what lies beyond them.
    private void shifted(float[] x, int xo, int row, int k, int column, int shift, float[] out, int from, int at) {
        var down = windows.down();
        var across = windows.across();
        System.arraycopy(out, from + shift, out, at, all * width - shift);
        // what lies beyond them, of which some may be outside
        int beyond = column + width - shift;
        int begin = Math.clamp(across.firstInside(k) - beyond, 0, shift);
        int end = Math.clamp(across.endInside(k) - beyond, begin, shift);
        int place = across.at(beyond, k);
        for (int group = 0, to = at + width - shift; group < first.length; group++)
            for (int i = 0; i < count[group]; i++, to += width) {
                long line = first[group] + (long) (row + i) * down.stride();
                boolean isInside = line >= 0 && line < down.size();
                int source = isInside ? xo + (int) line * across.size() + place : 0;
                for (int j = 0; j < shift; j++)
                    out[to + j] = isInside && j >= begin && j < end ? x[source + j * across.stride()] : 0f;
            }
    }

    /// Of one place across.
    private void lines(float[] x, int xo, long line, int lines, int k, int column, int begin, int end, float[] out, int to) {
        var across = windows.across();
        int step = windows.down().stride();
        int size = windows.down().size();
        int firstInside = Math.clamp(Math.ceilDiv(-line, step), 0, lines);
        int endInside = end <= begin ? firstInside : Math.clamp(Math.ceilDiv(size - line, step), firstInside, lines);
        Arrays.fill(out, to, to + firstInside * width, 0f);
        Arrays.fill(out, to + endInside * width, to + lines * width, 0f);
        int rows = endInside - firstInside;
        if (rows == 0) return;
        int left = begin - column;
        int right = end - column;
        int from = xo + (int) (line + (long) firstInside * step) * across.size() + across.at(begin, k);
        int at = to + firstInside * width + left;
        if (across.stride() == 1 && step == 1 && across.size() == width) {
            // what comes between is written over below
            System.arraycopy(x, from, out, at, (rows - 1) * width + right - left);
        } else Strides.CURRENT.gather(rows, right - left, x, from, step * across.size(), across.stride(), out, at, width);
        for (int i = 0, start = to + firstInside * width; i < rows; i++, start += width) {
            for (int j = 0; j < left; j++) out[start + j] = 0f;
            for (int j = right; j < width; j++) out[start + j] = 0f;
        }
    }
}
