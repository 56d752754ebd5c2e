package dev.lanewise.nn.init;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.NormalDistribution;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/// What initializers with a structure should make, written down from the papers and not from the code.
final class StructuredLaws {

    /// Forms with other parameters than those that have a name; they keep the contract, too.
    static final List<Scheme> VARIANTS = List.of(
        scheme("orthogonal-of-gain", Initializers.orthogonal(Gain.RELU)),
        scheme("delta-orthogonal-of-gain", Initializers.deltaOrthogonal(Gain.TANH)),
        scheme("dirac-of-groups", Initializers.dirac(3)),
        scheme("sparse-half", Initializers.sparse(0.47, 0.3)),
        scheme("sparse-all", Initializers.sparse(1, 0.3)),
        WrongNetworks.PROJECTIONS,
        WrongNetworks.GATES,
        scheme("icnr-of-orthogonal", Initializers.icnr(2, Initializers.orthogonal())));

    static final Map<String, Expected> OF_WEIGHT = new HashMap<>();

    static {
        addOrthogonal();
        addFixed();
        addSparse();
        addRepeated();
        addParted();
        addDirections();
        addHeads();
        addGates();
    }

    private StructuredLaws() {}

    private static Scheme scheme(String name, Initializer weight) { return new Scheme(name, name, weight, Initializers.zeros()); }

    /// A fan, and a shape that goes with it.
    record Place(Fan fan, Shape shape) {

        /// Of one block.
        Place one() {
            var sizes = shape.toArray();
            sizes[0] /= fan.blocks();
            return new Place(new Fan(fan.in(), fan.out(), fan.torchIn()), Shape.of(sizes));
        }

        int columns() { return shape.numel() / shape.size(0); }
    }

    /// @param places    where it is looked at
    /// @param law       of an element, and
    /// @param structure of all, in one block
    /// @param scales    whether weights halve when the fan is four times as large; else they stay
    /// @param flattens  whether a convolution's weights are a matrix's
    record Expected(Function<Draw, List<Place>> places, Function<Place, Law> law, Function<Place, Structure> structure,
                    boolean scales, boolean flattens) {}

    private static void add(String name, Function<Draw, List<Place>> places, Function<Place, Law> law,
                            Function<Place, Structure> structure) {
        OF_WEIGHT.put(name, new Expected(places, law, structure, false, name.startsWith("orthogonal")));
    }

    private static Place stacked(int blocks, int... block) {
        int in = Arrays.stream(block).skip(1).reduce(1, (a, b) -> a * b);
        var fan = Fan.stacked(blocks, in, block[0]);
        block[0] *= blocks;
        return new Place(fan, Shape.of(block));
    }

    private static Place place(int... sizes) { return stacked(1, sizes); }

    private static int blocks(Draw draw) { return 1 + draw.conv().groups() % 3; }

    private static int rows(Draw draw) { return 1 + draw.rows() % 23; }

    private static int columns(Draw draw) { return 1 + draw.columns() % 23; }

    // ---- orthogonal

    private static void addOrthogonal() {
        for (var each : Map.of("orthogonal", 1.0, "orthogonal-of-gain", Math.sqrt(2)).entrySet()) {
            double gain = each.getValue();
            // rectangles in blocks, and a square
            add(each.getKey(), draw -> {
                int side = 1 + draw.columns() % 7;
                int kernel = draw.conv().kernel();
                return List.of(stacked(blocks(draw), rows(draw), columns(draw)), place(side * kernel, side, kernel, 1));
            }, place -> haar(Math.max(place.shape().size(0), place.columns()), gain, 0), _ -> new Structure.Orthogonal(gain));
        }
        for (var each : Map.of("delta-orthogonal", 1.0, "delta-orthogonal-of-gain", 5.0 / 3).entrySet()) {
            double gain = each.getValue();
            add(each.getKey(), draw -> {
                int kernel = draw.conv().kernel();
                int one = 1 + draw.rows() % 13;
                int two = 1 + draw.columns() % 13;
                return List.of(stacked(blocks(draw), Math.max(one, two), Math.min(one, two), kernel, kernel + 2),
                    place(two, two, kernel + 1), place(two, two, 2, 1, kernel));
            }, place -> haar(place.shape().size(0), gain, 1 - 1.0 / kernelPlaces(place.shape())),
                place -> new Structure.OrthogonalAt(gain, middle(place.shape())));
        }
    }

    private static int kernelPlaces(Shape shape) { return shape.numel() / shape.size(0) / shape.size(1); }

    /// By going through the places.
    private static int middle(Shape shape) {
        int place = 0;
        for (int[] at : indices(shape)) {
            boolean middle = at[0] == 0 && at[1] == 0;
            for (int dim = 2; dim < at.length; dim++) middle &= at[dim] == shape.size(dim) / 2;
            if (middle) return place;
            place++;
        }
        throw new AssertionError(shape);
    }

    private static int[][] indices(Shape shape) {
        var indices = new int[shape.numel()][shape.rank()];
        for (int i = 0; i < indices.length; i++)
            for (int dim = shape.rank() - 1, rest = i; dim >= 0; rest /= shape.size(dim--)) indices[i][dim] =
                rest % shape.size(dim);
        return indices;
    }

    /// One coordinate of a point on a sphere, at angle θ from the equator: cosine to the (n - 2)th of it, integrated by parts. Or
    /// 0, with a probability.
    private static Law haar(int n, double gain, double zeros) {
        double whole = 2 * cosines(n - 2, Math.PI / 2);
        DoubleUnaryOperator sphere = z -> n == 1 ? z < -1 ? 0 : z < 1 ? 0.5 : 1 : z <= -1 ? 0 : z >= 1 ? 1
            : 0.5 + cosines(n - 2, Math.asin(z)) / whole;
        double variance = gain * gain / n * (1 - zeros);
        double kurtosis = 3.0 * n / (n + 2) / (1 - zeros);
        return new Law(0, variance, kurtosis, -gain, gain,
            x -> (x < 0 ? 0 : zeros) + (1 - zeros) * sphere.applyAsDouble(x / gain));
    }

    private static double cosines(int power, double angle) {
        if (power < 0) return 0;
        double integral = power % 2 == 0 ? angle : Math.sin(angle);
        for (int n = power % 2 + 2; n <= power; n += 2)
            integral = Math.pow(Math.cos(angle), n - 1) * Math.sin(angle) / n + (n - 1.0) / n * integral;
        return integral;
    }

    // ---- fixed values

    private interface Element {
        double at(int[] index, Shape shape);
    }

    private static void addFixed(String name, Function<Draw, List<Place>> places, Element element) {
        Function<Place, float[]> values = place -> {
            var filled = new float[place.shape().numel()];
            var indices = indices(place.shape());
            for (int i = 0; i < filled.length; i++) filled[i] = (float) element.at(indices[i], place.shape());
            return filled;
        };
        add(name, places, place -> empirical(values.apply(place)),
            place -> new Structure.Fixed(Tensor.wrap(values.apply(place), place.shape().toArray())));
    }

    private static void addFixed() {
        addFixed("eye", draw -> List.of(place(draw.rows(), draw.columns()), stacked(blocks(draw), rows(draw), columns(draw))),
            (at, _) -> at[0] == at[1] ? 1 : 0);
        for (var each : Map.of("dirac", 1, "dirac-of-groups", 3).entrySet()) {
            int groups = each.getValue();
            addFixed(each.getKey(), draw -> {
                int kernel = draw.conv().kernel();
                return List.of(place(groups * rows(draw), columns(draw), kernel + 1),
                    stacked(blocks(draw), groups * draw.conv().out(), draw.conv().in(), kernel, 3), place(6, 2, 1, kernel, 4));
            }, (at, shape) -> at[0] % (shape.size(0) / groups) == at[1] && atMiddle(at, shape) ? 1 : 0);
        }
        addFixed("zero-hadamard", draw -> List.of(place(rows(draw), columns(draw)), place(16, columns(draw)),
            place(columns(draw), rows(draw), draw.conv().kernel(), 2), stacked(blocks(draw), 9, 4)),
            (at, shape) -> atMiddle(at, shape) ? zerO(at[0], at[1], shape.size(0), shape.size(1)) : 0);
        for (var each : Map.of("idinit", 1.0, "idinit-last", 1e-6).entrySet()) addFixed(each.getKey(), draw -> List.of(
            place(rows(draw), columns(draw)), place(columns(draw), rows(draw)), place(7, 3), place(2, 9), place(5, 5),
            stacked(blocks(draw), 4, 6), place(rows(draw), 1 + columns(draw) / 4, draw.conv().kernel(), draw.conv().stride()),
            place(3, 2, 3)), (at, shape) -> repeats(at, shape) ? each.getValue() : 0);
        addFixed("bilinear", draw -> List.of(place(columns(draw), 1, draw.conv().kernel(), draw.conv().stride() + 5),
            place(3, 3, draw.conv().stride(), draw.conv().kernel()), place(6, 2, 4, 3)),
            (at, shape) -> at[0] % shape.size(1) == at[1] ? boxes(shape.size(2))[at[2]] * boxes(shape.size(3))[at[3]] : 0);
    }

    /// Whether identities that are laid one after the other along the longer side have a 1 there.
    private static boolean repeats(int[] at, Shape shape) {
        int column = 0;
        for (int dim = 1; dim < at.length; dim++) column = column * shape.size(dim) + at[dim];
        int row = at[0];
        int shorter = Math.min(shape.size(0), shape.numel() / shape.size(0));
        while (row >= shorter) row -= shorter;
        while (column >= shorter) column -= shorter;
        return row == column;
    }

    private static boolean atMiddle(int[] at, Shape shape) {
        boolean middle = true;
        for (int dim = 2; dim < at.length; dim++) middle &= at[dim] == shape.size(dim) / 2;
        return middle;
    }

    /// Hadamard's matrix by Sylvester's doubling.
    private static double zerO(int row, int column, int rows, int columns) {
        if (rows <= columns) return row == column ? 1 : 0;
        int[][] hadamard = {{1}};
        double scale = Math.sqrt(2);
        while (hadamard.length < rows) {
            int n = hadamard.length;
            var doubled = new int[2 * n][2 * n];
            for (int i = 0; i < 2 * n; i++) for (int j = 0; j < 2 * n; j++)
                doubled[i][j] = hadamard[i % n][j % n] * (i >= n && j >= n ? -1 : 1);
            hadamard = doubled;
            scale /= Math.sqrt(2);
        }
        return scale * hadamard[row][column];
    }

    /// A triangle is what two boxes make, sliding over each other; of even length, half a step apart from itself.
    private static double[] boxes(int k) {
        int reach = (k + 1) / 2;
        var triangle = new double[2 * reach - 1];
        for (int i = 0; i < reach; i++) for (int j = 0; j < reach; j++) triangle[i + j] += 1.0 / reach;
        if (k % 2 == 1) return triangle;
        var both = new double[k];
        for (int i = 0; i < triangle.length; i++) {
            both[i] += triangle[i] / 2;
            both[i + 1] += triangle[i] / 2;
        }
        return both;
    }

    private static Law empirical(float[] values) {
        int n = values.length;
        double[] sorted = new double[n];
        for (int i = 0; i < n; i++) sorted[i] = values[i];
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).sum() / n;
        double variance = Arrays.stream(sorted).map(x -> (x - mean) * (x - mean)).sum() / n;
        double fourth = Arrays.stream(sorted).map(x -> Math.pow(x - mean, 4)).sum() / n;
        return new Law(mean, variance, fourth / (variance * variance), sorted[0], sorted[n - 1],
            x -> (double) Arrays.stream(sorted).filter(value -> value <= x).count() / n);
    }

    // ---- sparse

    private static void addSparse() {
        addSparse("sparse", 0.1, 0.01);
        addSparse("sparse-half", 0.47, 0.3);
        addSparse("sparse-all", 1, 0.3);
    }

    private static void addSparse(String name, double sparsity, double std) {
        add(name, draw -> List.of(place(draw.rows(), draw.columns()), stacked(blocks(draw), rows(draw), columns(draw))),
            place -> {
            double share = leastAtOrAbove(sparsity * place.shape().size(0)) / (double) place.shape().size(0);
            return new Law(0, std * std * (1 - share), share == 1 ? Double.NaN : 3 / (1 - share),
                share == 1 ? 0 : Double.NEGATIVE_INFINITY, share == 1 ? 0 : Double.POSITIVE_INFINITY,
                x -> (x < 0 ? 0 : share) + (1 - share) * NormalDistribution.below(x / std));
        }, place -> new Structure.ZerosPerColumn(leastAtOrAbove(sparsity * place.shape().size(0)),
            new Distribution.Normal(0, std)));
    }

    private static int leastAtOrAbove(double x) {
        int whole = 0;
        while (whole < x) whole++;
        return whole;
    }

    // ---- repeated

    private static void addRepeated() {
        Function<Draw, Place> four = draw -> place(4 * rows(draw), columns(draw), draw.conv().kernel(), draw.conv().stride());
        OF_WEIGHT.put("icnr", new Expected(draw -> List.of(four.apply(draw), stacked(blocks(draw), 8, 5, 3, 3)), place -> {
            double std = Math.sqrt(2 / place.fan().in());
            return new Law(0, std * std, 3, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY,
                x -> NormalDistribution.below(x / std));
        }, _ -> new Structure.Repeated(4, new Structure.Independent()), true, false));
        add("icnr-of-orthogonal", draw ->
            List.of(place(4 * (1 + draw.rows() % 12), 1 + draw.columns() % 5, 1, draw.conv().kernel())),
            place -> haar(Math.max(place.shape().size(0) / 4, place.columns()), 1, 0),
            _ -> new Structure.Repeated(4, new Structure.Orthogonal(1)));
    }

    // ---- parted

    /// Queries, keys and values of DeepNorm's, in 12 layers, and an LSTM's gates.
    private static void addParted() {
        addParted(WrongNetworks.PROJECTIONS, 1, 1, Math.pow(96, -0.25));
        addParted(WrongNetworks.GATES, 1, 0.5, 5 / 3.0, 0.75);
    }

    /// @param gains of Xavier's normal law, one for each block
    private static void addParted(Scheme scheme, double... gains) {
        int blocks = gains.length;
        Function<Place, double[]> deviations = place -> Arrays.stream(gains)
            .map(gain -> gain * Math.sqrt(1 / place.fan().average())).toArray();
        OF_WEIGHT.put(scheme.name(), new Expected(draw -> List.of(stacked(blocks, draw.rows(), draw.columns())), place -> {
            var std = deviations.apply(place);
            double variance = Arrays.stream(std).map(each -> each * each).sum() / blocks;
            double fourth = Arrays.stream(std).map(each -> 3 * Math.pow(each, 4)).sum() / blocks;
            return new Law(0, variance, fourth / (variance * variance), Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY,
                x -> Arrays.stream(std).map(each -> NormalDistribution.below(x / each)).sum() / blocks);
        }, place -> new Structure.Parted(Arrays.stream(deviations.apply(place)).mapToObj(std ->
            new Structure.Parted.Block(new Distribution.Normal(0, std), new Structure.Independent())).toList()), true, false));
    }

    // ---- directions, heads and gates

    private static void addDirections() {
        Function<Place, Double> length = place -> 0.7 * Math.pow(place.shape().size(0), 1.0 / place.columns());
        OF_WEIGHT.put("nguyen-widrow",
            new Expected(draw -> List.of(stacked(blocks(draw), rows(draw), columns(draw)), place(draw.rows(), 1),
                place(1, draw.columns()), place(rows(draw), 2, draw.conv().kernel(), 2)),
                place -> haar(place.columns(), length.apply(place), 0),
            place -> new Structure.Directions(length.apply(place)), false, true));
    }

    private static void addHeads() {
        add("orthogonal-heads", draw -> List.of(stacked(blocks(draw), 8 * (1 + draw.rows() % 3), 12 + draw.columns() % 5)),
            place -> haar(Math.max(place.shape().size(0) / 8, place.columns()), 1, 0),
            _ -> new Structure.Stacked(8, new Structure.Orthogonal(1)));
    }

    /// An LSTM's, of dependencies over 784 steps: powers of the logarithm by parts, from u log u - u on.
    private static void addGates() {
        double most = 783;
        double[] powers = new double[5];
        powers[0] = 1;
        for (int k = 1; k < powers.length; k++) powers[k] = most * Math.pow(Math.log(most), k) / (most - 1) - k * powers[k - 1];
        DoubleUnaryOperator cdf = x -> x < 0 ? 0 : x > Math.log(most) ? 1 : Math.expm1(x) / (most - 1);
        var kept = new LogOfUniform(1, most);
        var both = new Law(0, powers[2], powers[4] / (powers[2] * powers[2]), -Math.log(most), Math.log(most),
            x -> (1 - cdf.applyAsDouble(-x) + cdf.applyAsDouble(x)) / 2);
        var whole = new Law(0, powers[2] / 2, 2 * powers[4] / (powers[2] * powers[2]), -Math.log(most), Math.log(most),
            x -> (1 - cdf.applyAsDouble(-x) + cdf.applyAsDouble(x)) / 4 + (x < 0 ? 0 : 0.5));
        add("chrono", draw -> List.of(stacked(4, 40 + draw.rows()), stacked(4, 1 + draw.columns() % 5)), _ -> whole,
            _ -> new Structure.Parted(List.of(new Structure.Parted.Block(new Stated(both),
                new Structure.Opposite(kept, new Structure.Independent())),
                    new Structure.Parted.Block(new Distribution.Constant(0), new Structure.Independent()))));
    }

    /// Only to be compared.
    private record Stated(Law law) implements Distribution {
        public double mean() { return law.mean(); }
        public double variance() { return law.variance(); }
        public double kurtosis() { return law.kurtosis(); }
        public double lower() { return law.lower(); }
        public double upper() { return law.upper(); }
        public double cdf(double x) { return law.cdf().applyAsDouble(x); }
        public void sample(float[] out, int offset, int length, dev.lanewise.random.RandomSource source) {
            throw new AssertionError("never drawn");
        }
    }
}
