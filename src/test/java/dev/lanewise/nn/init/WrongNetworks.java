package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Clause.*;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LoRA;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Distribution.Normal;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/// Mistakes in starting what deep networks consist of: ends of branches, projections in one matrix, gates, and what is learned
/// beside a layer.
final class WrongNetworks {

    /// Queries, keys and values; only values are scaled.
    static final Scheme PROJECTIONS = new Scheme("deep-norm-projections", "queries and keys as Xavier, values 96^-¼ of it",
        Initializers.blocks(Initializers.xavierNormal(), Initializers.xavierNormal(), Initializers.deepNorm(12)),
        Initializers.zeros());

    /// An LSTM's gates, each of a law of its own, so that any order but the right one shows.
    static final Scheme GATES = new Scheme("gates",
        "input, forget, cell and output gates by Xavier's law times 1, 1/2, 5/3 and 3/4",
        Initializers.blocks(gate(1), gate(0.5), gate(5 / 3.0), gate(0.75)), Initializers.zeros());

    private static final double BETA = Math.pow(96, -0.25);

    private WrongNetworks() {}

    static void addTo(List<Mutant> all) {
        addResiduals(all);
        addDeepNorm(all);
        addWalks(all);
        addProjections(all);
        addGates(all);
        addOrders(all);
        addFans(all);
        addLowRank(all);
        addBranches(all);
    }

    private static Initializer gate(double gain) { return Initializers.xavierNormal(new Gain(gain, Gain.Status.EXACT)); }

    private static Distribution normal(double std) { return new Normal(0, std); }

    private static void addResiduals(List<Mutant> all) {
        all.add(residual("a residual's scale forgotten", _ -> normal(0.02), VARIANCE));
        all.add(residual("a residual's scale squared", _ -> normal(0.02 / 24), VARIANCE));
        all.add(residual("layers counted for branches", _ -> normal(0.02 / Math.sqrt(12)), VARIANCE));
        all.add(residual("a fourth root in a residual's scale", _ -> normal(0.02 * Math.pow(24, -0.25)), VARIANCE));
        all.add(residual("a residual's deviation for its variance", _ -> normal(Math.sqrt(0.02 / Math.sqrt(24))), VARIANCE));
        all.add(residual("GPT-2's residual by the width, too", fan -> normal(0.02 / Math.sqrt(24) * 16 / Math.sqrt(fan.in())),
            FOUR_TIMES_THE_FAN));
    }

    private static Mutant residual(String mistake, Function<Fan, Distribution> wrong, Clause... killers) {
        return Mutant.draws(mistake, "gpt-residual", wrong, killers);
    }

    private static void addDeepNorm(List<Mutant> all) {
        all.add(xavier("DeepNorm's factor forgotten", "deep-norm", 1));
        all.add(xavier("DeepNorm's factor squared", "deep-norm", BETA * BETA));
        all.add(xavier("DeepNorm's multiplier for its factor", "deep-norm", Math.pow(24, 0.25)));
        all.add(xavier("one over DeepNorm's multiplier", "deep-norm", Math.pow(24, -0.25)));
        all.add(Mutant.draws("DeepNorm by the fan in", "deep-norm", fan -> normal(BETA / Math.sqrt(fan.in())),
            OTHER_SIDE, VARIANCE));
        all.add(Mutant.states("0.81 for 0.87 in DeepNorm's encoder", "deep-norm-encoder",
            fan -> normal(0.81 * Math.pow(6, -5.0 / 16) / Math.sqrt(fan.average())), LAW));
        all.add(xavier("DeepNorm's decoder in the encoder", "deep-norm-encoder", Math.pow(72, -0.25)));
        all.add(xavier("DeepNorm's encoder without the decoder's layers", "deep-norm-encoder", 0.87 * Math.pow(6, -4.0 / 16)));
        all.add(xavier("8 for 12 in DeepNorm's decoder", "deep-norm-decoder", Math.pow(48, -0.25)));
        all.add(xavier("3 for 12 in DeepNorm's decoder", "deep-norm-decoder", Math.pow(18, -0.25)));
    }

    private static Mutant xavier(String mistake, String scheme, double factor) {
        return Mutant.draws(mistake, scheme, fan -> normal(factor / Math.sqrt(fan.average())), VARIANCE);
    }

    private static void addWalks(List<Mutant> all) {
        double drift = 1.2 / (20 - 2.4);
        all.add(walk("√2 forgotten in a random walk", Math.exp(drift)));
        all.add(walk("a random walk's drift upside down", Math.sqrt(2) * Math.exp(-drift)));
        all.add(walk("a random walk's gain squared", 2 * Math.exp(2 * drift)));
        all.add(Mutant.states("a random walk's drift forgotten", "random-walk", fan -> normal(Math.sqrt(2 / fan.in())), LAW));
        all.add(Mutant.states("a linear walk's drift twice", "random-walk-linear",
            fan -> normal(Math.exp(1 / fan.in()) / Math.sqrt(fan.in())), LAW));
        all.add(Mutant.states("a linear walk's drift forgotten", "random-walk-linear",
            fan -> normal(1 / Math.sqrt(fan.in())), LAW));
    }

    private static Mutant walk(String mistake, double gain) {
        return Mutant.draws(mistake, "random-walk", fan -> normal(gain / Math.sqrt(fan.in())), VARIANCE);
    }

    // ---- projections in one matrix

    private static void addProjections(List<Mutant> all) {
        var one = Initializers.xavierNormal();
        var scaled = Initializers.deepNorm(12);
        all.add(Mutant.fills("one fan for queries, keys and values", PROJECTIONS, (weight, fan, source) ->
            PROJECTIONS.weight().fill(weight, new Fan(fan.in(), 5 * fan.out(), fan.torchIn(), 3), source), VARIANCE));
        all.add(Mutant.of("all projections of one law", new Candidate(PROJECTIONS) {
            @Override
            Initializer weight() { return (fan, shape) -> one.distribution(fan, shape); }
        }, LAW, STRUCTURE));
        all.add(projections("queries scaled for values", scaled, one, one));
        all.add(projections("keys scaled for values", one, scaled, one));
        all.add(projections("queries and keys scaled, too", scaled, scaled, scaled));
        all.add(projections("values not scaled", one, one, one));
        all.add(projections("values scaled twice", one, one,
            Initializers.xavierNormal(new Gain(BETA * BETA, Gain.Status.EXACT))));
        all.add(projections("values 0", one, one, Initializers.zeros()));
        all.add(Mutant.fills("keys that are queries", PROJECTIONS, (weight, fan, source) -> {
            PROJECTIONS.weight().fill(weight, fan, source);
            InPlace.fill(weight, (data, offset, n) -> System.arraycopy(data, offset, data, offset + n / 3, n / 3));
        }, BLOCKS));
        all.add(Mutant.fills("values left unwritten", PROJECTIONS, (weight, fan, source) -> {
            var whole = Tensor.zeros(weight.shape().toArray());
            PROJECTIONS.weight().fill(whole, fan, source);
            InPlace.fill(weight, (data, offset, n) -> System.arraycopy(whole.toArray(), 0, data, offset, n / 3 * 2));
        }, FINITE));
    }

    private static Mutant projections(String mistake, Initializer queries, Initializer keys, Initializer values) {
        return Mutant.fills(mistake, PROJECTIONS, (weight, fan, source) ->
            Initializers.blocks(queries, keys, values).fill(weight, fan, source), VARIANCE);
    }

    // ---- gates

    private interface Gates {
        /// What is added to each of four gates, first from the input's bias, then from the state's.
        float[][] of(float forget);
    }

    private static void addGates(List<Mutant> all) {
        all.add(gates("the forget gate's bias twice", f -> new float[][] {{0, f, 0, 0}, {0, f, 0, 0}}));
        all.add(gates("half of the forget gate's bias", f -> new float[][] {{0, f / 2, 0, 0}, {0, 0, 0, 0}}));
        all.add(gates("the forget gate's bias on the input's", f -> new float[][] {{f, 0, 0, 0}, {0, 0, 0, 0}}));
        all.add(gates("the forget gate's bias on the candidate's", f -> new float[][] {{0, 0, f, 0}, {0, 0, 0, 0}}));
        all.add(gates("the forget gate's bias on the output's", f -> new float[][] {{0, 0, 0, f}, {0, 0, 0, 0}}));
        all.add(gates("the forget gate's bias on all gates", f -> new float[][] {{f, f, f, f}, {0, 0, 0, 0}}));
        all.add(gates("the forget gate shut", f -> new float[][] {{0, -f, 0, 0}, {0, 0, 0, 0}}));
        all.add(gates("the forget gate's bias forgotten", _ -> new float[2][4]));
    }

    private static void addOrders(List<Mutant> all) {
        all.add(order("a cell's gate for the output's, and the other way about", 1, 0.5, 0.75, 5 / 3.0));
        all.add(order("an input's gate for the forget gate, and the other way about", 0.5, 1, 5 / 3.0, 0.75));
        all.add(order("gates in ONNX's order: input, output, forget, cell", 1, 0.75, 0.5, 5 / 3.0));
        all.add(order("gates backwards", 0.75, 5 / 3.0, 0.5, 1));
        all.add(order("all gates as the first", 1, 1, 1, 1));
        all.add(Mutant.fills("gates drawn as columns", GATES, (weight, fan, source) -> {
            var whole = Tensor.zeros(weight.shape().toArray());
            GATES.weight().fill(whole, fan, source);
            int rows = weight.size(0);
            // unit by unit, as some libraries pack them
            InPlace.fill(weight, (data, offset, n) -> {
                for (int row = 0; row < rows; row++)
                    System.arraycopy(whole.toArray(), (row % 4 * rows / 4 + row / 4) * (n / rows), data,
                        offset + row * (n / rows), n / rows);
            });
        }, VARIANCE));
    }

    private static Mutant order(String mistake, double... gains) {
        var wrong = Initializers.blocks(gate(gains[0]), gate(gains[1]), gate(gains[2]), gate(gains[3]));
        return Mutant.fills(mistake, GATES, (weight, fan, source) -> wrong.fill(weight, fan, source), VARIANCE);
    }

    private static Mutant gates(String mistake, Gates wrong) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            float[][] gateBiases(int hidden, double forget) {
                var biases = new float[2][4 * hidden];
                for (int i = 0; i < 2; i++) for (int j = 0; j < 4 * hidden; j++) biases[i][j] =
                    wrong.of((float) forget)[i][j / hidden];
                return biases;
            }
        }, FORGET);
    }

    private static void addFans(List<Mutant> all) {
        all.add(Mutant.of("attention's projections taken for one layer", new Candidate("xavier-normal") {
            @Override
            Fan projections(int width) { return Fan.linear(width, 3 * width); }
        }, FAN));
        all.add(Mutant.of("an LSTM's gates taken for one layer", new Candidate("xavier-normal") {
            @Override
            Fan gates(int in, int hidden) { return new Fan(in, 4 * hidden, hidden); }
        }, FAN));
        all.add(Mutant.of("an LSTM's gates with sides swapped", new Candidate("xavier-normal") {
            @Override
            Fan gates(int in, int hidden) { return new Fan(hidden, in, hidden, 4); }
        }, FAN));
    }

    // ---- beside a layer

    private static void addLowRank(List<Mutant> all) {
        var a = Initializers.uniformRule();
        all.add(lowRank("LoRA's B not 0", (base, rank, alpha) -> new LoRA(base, rank, alpha, a, a)));
        all.add(lowRank("LoRA's A 0, too",
            (base, rank, alpha) -> new LoRA(base, rank, alpha, Initializers.zeros(), Initializers.zeros())));
        all.add(lowRank("LoRA's A for its B", (base, rank, alpha) -> new LoRA(base, rank, alpha, Initializers.zeros(), a)));
        all.add(lowRank("LoRA's A by its rank", (base, rank, alpha) -> new LoRA(base, rank, alpha,
            Initializers.varianceScaling(1.0 / 3, Initializers.Mode.FAN_OUT, Initializers.Law.UNIFORM), Initializers.zeros())));
        all.add(lowRank("LoRA's alpha not over its rank", (base, rank, alpha) -> new LoRA(base, rank, alpha * rank)));
        all.add(lowRank("LoRA's alpha over its rank's root", (base, rank, alpha) ->
            new LoRA(base, rank, alpha * Math.sqrt(rank))));
        all.add(lowRank("what LoRA adapts not frozen", (base, rank, alpha) -> {
            var adapted = new LoRA(base, rank, alpha);
            base.requiresGrad(true);
            return adapted;
        }));
    }

    private interface Adapter {
        LoRA of(Linear base, int rank, double alpha);
    }

    private static Mutant lowRank(String mistake, Adapter wrong) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            LoRA lowRank(Linear base, int rank, double alpha) { return wrong.of(base, rank, alpha); }
        }, LOW_RANK);
    }

    private interface Sum {
        Tensor of(Tensor x, Tensor branch, Tensor scale);
    }

    private static void addBranches(List<Mutant> all) {
        all.add(branch("a branch's scale 1 at first", Initializers.ones(), (x, branch, scale) -> x.add(branch.mul(scale))));
        all.add(branch("a branch's scale on what skips it", Initializers.zeros(),
            (x, branch, scale) -> x.mul(scale).add(branch)));
        all.add(branch("a branch's scale on both", Initializers.zeros(), (x, branch, scale) -> x.add(branch).mul(scale)));
        all.add(branch("a branch's scale squared", Initializers.zeros(), (x, branch, scale) ->
            x.add(branch.mul(scale).mul(scale))));
        all.add(branch("a branch without a scale", Initializers.zeros(), (x, branch, _) -> x.add(branch)));
    }

    private static Mutant branch(String mistake, Initializer start, Sum sum) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            Layer branch(Layer body) {
                return new Layer() {
                    private final Layer inner = register("body", body);
                    private final Parameter scale = register(new Parameter("scale", Shape.of(1), Fan.linear(1, 1), start));

                    @Override
                    public Tensor forward(Tensor x) { return sum.of(x, inner.call(x), scale.tensor()); }
                };
            }
        }, BRANCH);
    }
}
