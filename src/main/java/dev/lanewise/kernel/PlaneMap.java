package dev.lanewise.kernel;

/// A linear map of planes that is one of their columns and one of their rows, `[planes, height, width]` to `[planes, rows, columns]`:
/// means of windows, interpolation. Sums are of doubles, and rounded once.
public record PlaneMap(int planes, Band down, Band across) {

    /// The gradient's way.
    public PlaneMap transposed() { return new PlaneMap(planes, down.transposed(), across.transposed()); }

    public void run(float[] x, int xo, float[] y, int yo) {
        int rows = down.positions();
        int columns = across.positions();
        int size = down.size() * across.size();
        Planes.forEach(planes, (double) down.weights().length * across.weights().length, plane -> {
            for (int row = 0; row < rows; row++)
                line(row, x, xo + plane * size, y, yo + (plane * rows + row) * columns);
        });
    }

    private void line(int row, float[] x, int from, float[] y, int to) {
        int width = across.size();
        var firsts = across.firsts();
        var starts = across.starts();
        var weights = across.weights();
        for (int column = 0; column < across.positions(); column++) {
            int start = starts[column];
            int end = starts[column + 1];
            int at = from + down.firsts()[row] * width + firsts[column] - start;
            double sum = 0;
            for (int i = down.starts()[row]; i < down.starts()[row + 1]; i++, at += width) {
                double inner = 0;
                for (int j = start; j < end; j++) inner += weights[j] * x[at + j];
                sum += down.weights()[i] * inner;
            }
            y[to + column] = (float) sum;
        }
    }
}
