package dev.lanewise.nn.init;

import dev.lanewise.check.TailBounds;
import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Trace;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;

/// What starts go through that take a whole module: attention as trained networks have it, and sums that depend on their
/// branches.
final class StartsContract {

    static final int WIDTH = 24;
    private static final int HEADS = 3;
    private static final TailBounds BOUNDS = TailBounds.USUAL;

    private StartsContract() {}

    static void judge(Judge judge) {
        mimetic(judge);
        admin(judge);
    }

    // ---- attention

    private static void mimetic(Judge judge) {
        var one = started(judge, 1);
        product(judge, "queries and keys", part(one, 0), part(one, 1), 0.7, 0.7);
        var several = started(judge, HEADS);
        for (var attention : new MultiheadAttention[] {one, several})
            product(judge, "values and outputs", part(attention, 2), attention.namedParameters().get("out_proj.weight").tensor()
                .t(), 0.4, -0.4);
        int each = WIDTH / HEADS;
        var queries = part(several, 0);
        var keys = part(several, 1);
        for (int row = 0; row < WIDTH; row++) {
            double ratio = Statistics.norm(queries.select(0, row).toArray()) / Statistics.norm(keys.select(0, row).toArray());
            judge.require(Math.abs(ratio - 1) < 1e-5, Clause.MIMETIC, () -> "a query's row is " + ratio + " times its key's");
        }
        var first = queries.slice(0, 0, each).t().matmul(keys.slice(0, 0, each));
        var second = queries.slice(0, each, 2 * each).t().matmul(keys.slice(0, each, 2 * each));
        judge.require(!Arrays.equals(first.toArray(), second.toArray()), Clause.MIMETIC, () -> "two heads are alike");
        // the greatest third of singular values has more than the mean square of all, 0.98 of a wide layer's
        for (var head : new Tensor[] {first, second}) judge.require(head.square().sum().item() / each > 0.6, Clause.MIMETIC,
            () -> "a head's product has the square " + head.square().sum().item());
    }

    private static MultiheadAttention started(Judge judge, int heads) {
        var attention = new MultiheadAttention(WIDTH, heads);
        attention.initialize(judge.draw.seed());
        judge.candidate.mimetic(attention, judge.draw.seed());
        return attention;
    }

    private static Tensor part(MultiheadAttention attention, int part) {
        return attention.namedParameters().get("in_proj_weight").tensor().detach().slice(0, part * WIDTH, (part + 1) * WIDTH);
    }

    /// Normal numbers of variance noise² / width, and the identity on the diagonal.
    private static void product(Judge judge, String what, Tensor left, Tensor right, double noise, double identity) {
        var product = left.t().matmul(right).toArray();
        double diagonal = 0;
        double squares = 0;
        for (int i = 0; i < product.length; i++) {
            double rest = product[i] - (i / WIDTH == i % WIDTH ? identity : 0);
            if (i / WIDTH == i % WIDTH) diagonal += product[i] / WIDTH;
            squares += rest * rest;
        }
        double mean = diagonal;
        double deviation = noise / Math.sqrt(WIDTH);
        judge.require(Math.abs(mean - identity) <= deviation * BOUNDS.ofSigns(WIDTH), Clause.MIMETIC,
            () -> what + ": on the diagonal " + mean);
        double ratio = squares / (deviation * deviation * product.length);
        judge.require(ratio >= BOUNDS.leastNormalVariance(product.length)
            && ratio <= BOUNDS.greatestNormalVariance(product.length), Clause.MIMETIC,
            () -> what + ": noise of " + ratio + " times its variance");
    }

    // ---- sums

    /// By what each layer's parts make.
    private static void admin(Judge judge) {
        var options = TransformerOptions.feedForward(12).dropout(0).batchFirst(true);
        var model = new TransformerEncoder(3, () -> new TransformerEncoderLayer(8, 2, options));
        model.initialize(judge.draw.seed());
        var batch = Tensor.randn(new Threefry(judge.draw.seed()).stream("batch"), 4, 5, 8).mul(1.5f);
        judge.candidate.admin(model, batch);
        var variances = new HashMap<String, Double>();
        Module.predict(() -> {
            Trace.watch(model, () -> model.call(batch),
                step -> variances.put(step.path(), Math.pow(Statistics.deviation(step.call().output().toArray()), 2)));
            return null;
        });
        double entering = Math.pow(Statistics.deviation(batch.toArray()), 2);
        double square = 1;
        for (int layer = 0; layer < 3; layer++) for (int sum = 0; sum < 2; sum++) {
            var path = "layers." + layer + ".";
            var at = model.layers().get(layer).sums().get(sum);
            double expected = Math.sqrt(square);
            judge.require(Math.abs(at.skip() - expected) <= 1e-5 * expected && at.branch() == 1, Clause.ADMIN,
                () -> path + ": " + at.skip() + " of what skips and " + at.branch() + " of the branch for " + expected);
            square = square * entering + variances.get(path + (sum == 0 ? "dropout1" : "dropout2"));
            entering = variances.get(path + (sum == 0 ? "norm1" : "norm2"));
        }
    }
}
