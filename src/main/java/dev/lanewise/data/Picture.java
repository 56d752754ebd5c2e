package dev.lanewise.data;

/// A picture within a batch, as an [Augmentation] changes it: number (c, y, x) is `data[offset + (c height + y) width + x]`.
///
/// @param data     the whole batch's; a step changes its own picture alone
/// @param offset   where the picture begins
/// @param channels planes, one after the other
/// @param height   rows of a plane
/// @param width    numbers of a row
public record Picture(float[] data, int offset, int channels, int height, int width) {

    /// Where a row of a plane begins.
    int row(int channel, int y) { return offset + (channel * height + y) * width; }

    /// How many numbers there are.
    int size() { return channels * height * width; }
}
