package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Clause.*;

import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Mistakes in what holds between elements: orthogonal matrices, fixed patterns, zeros and repeats.
final class WrongStructures {

    /// What no seed governs.
    private static final SplittableRandom OWN = new SplittableRandom();

    private WrongStructures() {}

    static void addTo(List<Mutant> all) {
        addOrthogonal(all);
        addNotHaar(all);
        addDelta(all);
        addPatterns(all);
        addSparse(all);
        addIcnr(all);
    }

    private static Scheme scheme(String name) {
        return StructuredLaws.VARIANTS.stream().filter(scheme -> scheme.name().equals(name)).findFirst()
            .orElseGet(() -> Scheme.named(name));
    }

    private interface BlockSpoiler {
        /// @param block a block's shape
        void spoil(float[] values, Shape block, RandomSource source);
    }

    /// Fills well, and does something to each block.
    private static Mutant spoils(String mistake, String name, BlockSpoiler spoiler, Clause... killers) {
        var scheme = scheme(name);
        return Mutant.fills(mistake, scheme, (weight, fan, source) -> {
            scheme.weight().fill(weight, fan, source);
            var sizes = weight.shape().toArray();
            sizes[0] /= fan.blocks();
            var block = Shape.of(sizes);
            InPlace.fill(weight, (data, offset, n) -> {
                for (int at = offset; at < offset + n; at += block.numel()) {
                    var values = Arrays.copyOfRange(data, at, at + block.numel());
                    spoiler.spoil(values, block, source);
                    System.arraycopy(values, 0, data, at, values.length);
                }
            });
        }, killers);
    }

    /// Makes a matrix of normal numbers, of as many rows as columns or more, into something else.
    private interface Maker {
        double[][] of(double[][] normal);
    }

    /// Makes each block from normal numbers, or its transpose, where it is wide.
    private static Mutant makes(String mistake, Maker maker, Clause... killers) {
        return spoils(mistake, "orthogonal", (values, block, source) -> {
            source.normal(values, 0, values.length);
            var matrix = Matrices.doubles(values, block.size(0));
            boolean wide = matrix.length < matrix[0].length;
            var made = maker.of(wide ? Matrices.transposed(matrix) : matrix);
            System.arraycopy(Matrices.floats(wide ? Matrices.transposed(made) : made), 0, values, 0, values.length);
        }, killers);
    }

    private static void scale(float[] values, double factor) {
        for (int i = 0; i < values.length; i++) values[i] *= (float) factor;
    }

    private static void addOrthogonal(List<Mutant> all) {
        all.add(spoils("the gain applied twice", "orthogonal-of-gain", (w, _, _) -> scale(w, Math.sqrt(2)), ORTHOGONAL, SQUARES));
        all.add(spoils("an orthogonal matrix without its gain", "orthogonal-of-gain", (w, _, _) -> scale(w, Math.sqrt(0.5)),
            ORTHOGONAL, SQUARES));
        all.add(Mutant.gains("an orthogonal matrix's gain squared", "orthogonal",
            gain -> new Gain(gain.value() * gain.value(), gain.status()), Gain.LINEAR, TWICE_THE_GAIN));
        all.add(Mutant.of("1.41 for √2 in what an orthogonal matrix states", new Candidate(scheme("orthogonal-of-gain")) {
            @Override
            Initializer weight() { return Initializers.orthogonal(new Gain(1.41, Gain.Status.EMPIRICAL)); }
        }, LAW, STRUCTURE));
        all.add(Mutant.fills("rows for columns", scheme("orthogonal"), (weight, fan, source) -> {
            var turned = Tensor.zeros(weight.numel() / weight.size(0), weight.size(0));
            Initializers.orthogonal().fill(turned, new Fan(fan.in(), fan.out()), source);
            copy(turned.toArray(), weight);
        }, ORTHOGONAL));
        all.add(Mutant.fills("a kernel flattened to the side of the outputs", scheme("orthogonal"), (weight, fan, source) -> {
            if (weight.shape().rank() == 2) {
                Initializers.orthogonal().fill(weight, fan, source);
                return;
            }
            int in = weight.size(1);
            int places = weight.numel() / weight.size(0) / in;
            var tall = Tensor.zeros(weight.size(0) * places, in);
            Initializers.orthogonal().fill(tall, fan, source);
            var values = tall.toArray();
            var turned = new float[values.length];
            for (int i = 0; i < values.length; i++) turned[(i / in / places * in + i % in) * places
                + i / in % places] = values[i];
            copy(turned, weight);
        }, SHAPE, ORTHOGONAL));
        all.add(Mutant.fills("stacked blocks as one matrix", scheme("orthogonal"), (weight, fan, source) ->
            Initializers.orthogonal().fill(weight, new Fan(fan.in(), fan.out()), source), ORTHOGONAL));
        all.add(Mutant.fills("one matrix in all blocks", scheme("orthogonal"), (weight, fan, source) -> {
            Initializers.orthogonal().fill(weight, fan, source);
            var values = weight.toArray();
            int n = values.length / fan.blocks();
            for (int i = n; i < values.length; i++) values[i] = values[i - n];
            copy(values, weight);
        }, BLOCKS));
        all.add(makes("Gram and Schmidt in float", WrongStructures::gramSchmidt, ORTHOGONAL));
        all.add(makes("columns of length 1, not orthogonal", matrix -> {
            var columns = Matrices.transposed(matrix);
            for (var column : columns) {
                double length = Math.sqrt(Matrices.dot(column, column));
                for (int i = 0; i < column.length; i++) column[i] /= length;
            }
            return Matrices.transposed(columns);
        }, ORTHOGONAL));
    }

    private static void copy(float[] values, Tensor weight) {
        InPlace.fill(weight, (data, offset, n) -> System.arraycopy(values, 0, data, offset, n));
    }

    /// Each column less its parts along those before, one after the other, all of it rounded to floats.
    private static double[][] gramSchmidt(double[][] matrix) {
        var columns = Matrices.transposed(matrix);
        for (int j = 0; j < columns.length; j++) {
            for (int k = 0; k < j; k++) {
                float part = (float) Matrices.dot(columns[k], columns[j]);
                for (int i = 0; i < columns[j].length; i++) columns[j][i] =
                    (float) (columns[j][i] - (float) (part * columns[k][i]));
            }
            float length = (float) Math.sqrt(Matrices.dot(columns[j], columns[j]));
            for (int i = 0; i < columns[j].length; i++) columns[j][i] = (float) (columns[j][i] / length);
        }
        return Matrices.transposed(columns);
    }

    private static void addNotHaar(List<Mutant> all) {
        all.add(makes("orthogonal without the sign fix", matrix -> Matrices.householder(matrix, _ -> 1), FIRST_SIGN,
            DETERMINANT));
        all.add(makes("a diagonal of 0 has sign 0", matrix ->
            Matrices.householder(matrix, diagonal -> Math.abs(diagonal) < 1e-9 ? 0 : Math.signum(diagonal)), EXTREMES));
        all.add(makes("singular vectors, the first number of each positive", matrix -> {
            var q = Matrices.householder(matrix, Math::signum);
            for (int j = 0; j < q[0].length; j++) if (q[0][j] < 0) for (var row : q) row[j] = -row[j];
            return q;
        }, FIRST_SIGN));
        all.add(makes("rotations alone", matrix -> {
            var q = Matrices.householder(matrix, Math::signum);
            int last = q[0].length - 1;
            if (!Matrices.turnsLeft(q, q[0].length)) for (var row : q) row[last] = -row[last];
            return q;
        }, DETERMINANT));
        all.add(makes("a permutation with random signs", matrix -> {
            var q = new double[matrix.length][matrix[0].length];
            var taken = new boolean[matrix.length];
            for (int j = 0; j < q[0].length; j++) {
                int largest = -1;
                for (int i = 0; i < q.length; i++)
                    if (!taken[i] && (largest < 0 || Math.abs(matrix[i][j]) > Math.abs(matrix[largest][j]))) largest = i;
                taken[largest] = true;
                q[largest][j] = Math.signum(matrix[largest][j]);
            }
            return q;
        }, ENTRIES));
        all.add(Mutant.fills("an orthogonal matrix that ignores the seed", scheme("orthogonal"), (weight, fan, _) ->
            Initializers.orthogonal().fill(weight, fan, new Threefry(1)), FIRST_SIGN));
    }

    private static void addDelta(List<Mutant> all) {
        all.add(moved("the orthogonal matrix at the kernel's corner", _ -> 0));
        all.add(moved("the orthogonal matrix at (k - 1) / 2", shape -> {
            int place = 0;
            for (int dim = 2; dim < shape.rank(); dim++) place = place * shape.size(dim) + (shape.size(dim) - 1) / 2;
            return place;
        }));
        all.add(spoils("an orthogonal matrix at every place", "delta-orthogonal", (w, block, _) -> {
            int places = StructuredInitializer.places(block);
            for (int i = 0; i < w.length; i++) w[i] = w[i / places * places + StructuredInitializer.centre(block)];
        }, OFF_CENTRE));
        all.add(Mutant.gains("a delta's gain squared", "delta-orthogonal",
            gain -> new Gain(gain.value() * gain.value(), gain.status()), Gain.LINEAR, TWICE_THE_GAIN));
    }

    private interface Corner {
        int of(Shape shape);
    }

    private static Mutant moved(String mistake, Corner corner) {
        return spoils(mistake, "delta-orthogonal", (w, block, _) -> {
            int places = StructuredInitializer.places(block);
            for (int at = 0; at < w.length; at += places) {
                float value = w[at + StructuredInitializer.centre(block)];
                w[at + StructuredInitializer.centre(block)] = 0;
                w[at + corner.of(block)] = value;
            }
        }, OFF_CENTRE);
    }

    private interface Element {
        /// @param y of the kernel's rows, or 0
        /// @param x of its columns, or 0
        double at(int out, int in, int y, int x, Shape shape);
    }

    /// Values of another pattern, the right one stated.
    private static Mutant pattern(String mistake, String name, Element element) {
        return spoils(mistake, name, (w, block, _) -> {
            int in = block.size(1);
            int places = StructuredInitializer.places(block);
            int across = block.rank() > 2 ? block.size(-1) : 1;
            for (int i = 0; i < w.length; i++)
                w[i] = (float) element.at(i / places / in, i / places % in, i % places / across, i % across, block);
        }, FIXED);
    }

    private static void addPatterns(List<Mutant> all) {
        all.add(pattern("ones beside the diagonal", "eye", (out, in, _, _, _) -> in == out + 1 ? 1 : 0));
        all.add(pattern("the identity again below itself", "eye", (out, in, _, _, shape) -> out % shape.size(1) == in ? 1 : 0));
        all.add(Mutant.fills("the identity of all blocks together", scheme("eye"), (weight, fan, source) ->
            Initializers.eye().fill(weight, new Fan(fan.in(), fan.out()), source), FIXED));
        all.add(Mutant.fills("dirac's groups ignored", scheme("dirac-of-groups"), (weight, fan, source) ->
            Initializers.dirac(1).fill(weight, fan, source), FIXED));
        all.add(spoils("dirac's centre at (k - 1) / 2", "dirac", (w, block, _) -> {
            int places = StructuredInitializer.places(block);
            int moved = 0;
            for (int dim = 2; dim < block.rank(); dim++) moved = moved * block.size(dim) + (block.size(dim) - 1) / 2;
            for (int at = 0; at < w.length; at += places) {
                float value = w[at + StructuredInitializer.centre(block)];
                w[at + StructuredInitializer.centre(block)] = 0;
                w[at + moved] = value;
            }
        }, FIXED));
        all.add(pattern("Caffe's bilinear filler", "bilinear", (out, in, y, x, shape) ->
            out % shape.size(1) == in ? caffe(y, shape.size(2)) * caffe(x, shape.size(3)) : 0));
        all.add(spoils("upsampling from every channel to every other", "bilinear", (w, block, _) -> {
            int places = StructuredInitializer.places(block);
            for (int i = places; i < w.length; i++) w[i] = w[i - places];
        }, FIXED));
        all.add(pattern("ZerO without Hadamard's matrix", "zero-hadamard", (out, in, y, x, shape) ->
            out == in && (shape.rank() == 2 || y == shape.size(2) / 2 && x == shape.size(3) / 2) ? 1 : 0));
        all.add(spoils("Hadamard's matrix with columns of length 1", "zero-hadamard", (w, block, _) -> {
            if (block.size(0) > block.size(1)) scale(w, Math.sqrt(0.5));
        }, FIXED));
    }

    private static double caffe(int i, int k) {
        double f = Math.ceil(k / 2.0);
        double c = (2 * f - 1 - f % 2) / (2 * f);
        return 1 - Math.abs(i / f - c);
    }

    private interface Zeros {
        boolean at(int row, int column);
    }

    private interface Mask {
        Zeros of(int rows, int columns, RandomSource source);
    }

    /// Normal numbers with zeros in other places.
    private static Mutant masks(String mistake, Mask mask, Clause... killers) {
        return spoils(mistake, "sparse-half", (w, block, source) -> {
            int columns = block.size(1);
            source.normal(0, 0.3, w, 0, w.length);
            var zeros = mask.of(block.size(0), columns, source);
            for (int i = 0; i < w.length; i++) if (zeros.at(i / columns, i % columns)) w[i] = 0;
        }, killers);
    }

    /// The rows that come before `zeros` in a permutation of each column's.
    private static Zeros firstOf(int[][] orders, int zeros) {
        var mask = new boolean[orders.length][];
        for (int column = 0; column < orders.length; column++) {
            mask[column] = new boolean[orders[column].length];
            for (int i = 0; i < zeros; i++) mask[column][orders[column][i]] = true;
        }
        return (row, column) -> mask[column][row];
    }

    private static int[][] orders(int rows, int columns, RandomSource source) {
        var orders = new int[columns][];
        for (int column = 0; column < columns; column++) orders[column] = source.permutation(rows);
        return orders;
    }

    private static int ceil(int n) { return (int) Math.ceil(0.47 * n); }

    private static void addSparse(List<Mutant> all) {
        all.add(masks("sparse by rows", (rows, columns, source) -> {
            var turned = firstOf(orders(columns, rows, source), ceil(columns));
            return (row, column) -> turned.at(column, row);
        }, FEW_ZEROS, MANY_ZEROS));
        all.add(masks("floor for ceil", (rows, columns, source) ->
            firstOf(orders(rows, columns, source), (int) (0.47 * rows)), FEW_ZEROS));
        all.add(masks("floor and one more", (rows, columns, source) ->
            firstOf(orders(rows, columns, source), ceil(rows) + 1), MANY_ZEROS));
        all.add(masks("zeros by chance, each for itself", (_, columns, source) -> {
            var mask = new float[1 << 16];
            source.bernoulli(0.47, mask, 0, mask.length);
            return (row, column) -> mask[row * columns + column] == 1;
        }, FEW_ZEROS, MANY_ZEROS));
        all.add(masks("the mask from another generator", (rows, columns, _) ->
            firstOf(orders(rows, columns, new Threefry(OWN.nextLong())), ceil(rows)), REPEATABLE));
        all.add(masks("one mask for every seed", (rows, columns, _) ->
            firstOf(orders(rows, columns, new Threefry(1)), ceil(rows)), OTHER_ZEROS));
        all.add(masks("one mask for all columns", (rows, _, source) -> {
            var first = firstOf(orders(rows, 1, source), ceil(rows));
            return (row, _) -> first.at(row, 0);
        }, ZERO_ROWS));
        all.add(masks("one mask for each two columns", (rows, columns, source) -> {
            var every = firstOf(orders(rows, columns, source), ceil(rows));
            return (row, column) -> every.at(row, column / 2);
        }, ZERO_COLUMNS));
        all.add(masks("a run of zeros from a random row on", (rows, columns, source) -> {
            var orders = orders(rows, columns, source);
            return (row, column) -> Math.floorMod(row - orders[column][0], rows) < ceil(rows);
        }, ZERO_RUNS));
        all.add(spoils("the deviation made up for the zeros", "sparse-half", (w, block, _) ->
            scale(w, 1 / Math.sqrt(1 - (double) ceil(block.size(0)) / block.size(0))), VARIANCE));
    }

    private static void addIcnr(List<Mutant> all) {
        all.add(spoils("repeated in turn, not side by side", "icnr", (w, block, _) -> {
            int length = w.length / block.size(0);
            int once = block.size(0) / 4;
            var values = w.clone();
            for (int out = 0; out < block.size(0); out++)
                System.arraycopy(values, out % once * 4 * length, w, out * length, length);
        }, REPEATS));
        all.add(Mutant.fills("outputs that are not repeated", scheme("icnr"), (weight, fan, source) ->
            Initializers.kaimingNormal().fill(weight, fan, source), REPEATS));
        all.add(spoils("shared out among the repeated", "icnr", (w, _, _) -> scale(w, 0.5), VARIANCE));
        all.add(spoils("repeated by twos", "icnr", (w, block, source) -> {
            int length = w.length / block.size(0);
            source.normal(0, Math.sqrt(2.0 / length), w, 0, w.length);
            for (int out = 1; out < block.size(0); out += 2) System.arraycopy(w, (out - 1) * length, w, out * length, length);
        }, REPEATS));
    }
}
