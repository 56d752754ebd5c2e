package dev.lanewise.check;

import dev.lanewise.io.TensorFile;
import dev.lanewise.nn.init.Gain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lines of a matrix in a file, rows or columns, whichever are as long as its longer side: those that may be orthogonal. As many
/// of a large one as tell that from chance, spread evenly.
///
/// @param count  of lines, at most their length
/// @param values line by line
record Lines(int count, int length, float[] values) {

    /// Elements that are read at once where lines are columns.
    private static final int PIECE = 1 << 22;
    private static final List<Gain> GAINS = List.of(Gain.LINEAR, Gain.RELU, Gain.TANH, Gain.SELU);

    /// @param from of the matrix's elements, the first; it may be some rows of a tensor
    /// @param most lines that are read
    static Lines read(TensorFile file, String name, long from, int rows, int columns, int most) {
        int count = Math.min(most, Math.min(rows, columns));
        if (rows > columns) return ofColumns(file, name, from, rows, columns, count);
        var values = new float[count * columns];
        for (int i = 0; i < count; i++)
            System.arraycopy(file.readRounded(name, from + (long) spread(i, count, rows) * columns, columns), 0, values,
                i * columns, columns);
        return new Lines(count, columns, values);
    }

    private static Lines ofColumns(TensorFile file, String name, long from, int rows, int columns, int count) {
        var values = new float[count * rows];
        int atOnce = Math.max(1, PIECE / columns);
        for (int row = 0; row < rows; row += atOnce) {
            int read = Math.min(atOnce, rows - row);
            var piece = file.readRounded(name, from + (long) row * columns, read * columns);
            for (int i = 0; i < count; i++) for (int k = 0, at = spread(i, count, columns); k < read; k++, at += columns)
                values[i * rows + row + k] = piece[at];
        }
        return new Lines(count, rows, values);
    }

    private static int spread(int i, int count, int all) { return count == 1 ? 0 : (int) ((long) i * (all - 1) / (count - 1)); }

    /// The length that all of them have, being orthogonal, if they are: 1, or another gain.
    Optional<Double> orthogonal(Terms terms) {
        double squares = 0;
        for (float value : values) squares += (double) value * value;
        double own = Math.sqrt(squares / count);
        if (!(own > 0 && Double.isFinite(own))) return Optional.empty();
        var gains = new ArrayList<>(GAINS.stream().map(Gain::value).toList());
        gains.add((double) (float) own);
        return gains.stream().filter(gain -> Math.abs(gain / own - 1) < 0.1 && isOrthogonal(gain, terms)).findFirst();
    }

    private boolean isOrthogonal(double gain, Terms terms) {
        return new OrthogonalCheck(gain, count, length, new Draws.Given(List.of(values), terms)).findings().stream()
            .allMatch(Finding::passed);
    }

    /// Whether they are an identity's.
    ///
    /// @param all the lines that there are, of which these are spread evenly
    boolean areOfIdentity(int all) {
        for (int i = 0; i < values.length; i++) {
            int line = i / length;
            if (values[i] != (i % length == spread(line, count, all) ? 1 : 0)) return false;
        }
        return true;
    }

    /// Whether independent normal numbers are so near to orthogonal with a probability below that of a false alarm. Given those
    /// before it, a line's product with each has, over its own length, a density of at most √(length / 2π), as long as those are
    /// nearly orthogonal.
    boolean tellFromChance(double gain, Terms terms) {
        double each = 2 * OrthogonalCheck.rounding(length, gain, terms.precision()) * Math.sqrt(length / (2 * Math.PI));
        return each < 1 && -Math.log(each) * count * (count - 1) / 2 > terms.bounds().x();
    }
}
