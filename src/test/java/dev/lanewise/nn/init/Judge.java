package dev.lanewise.nn.init;

import dev.lanewise.check.Finding;
import dev.lanewise.check.InitializerCheck;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/// What both contracts judge by: the clauses broken so far, and the relations that any initializer keeps.
abstract class Judge {

    final Candidate candidate;
    final Draw draw;
    private final Map<Clause, String> broken = new EnumMap<>(Clause.class);
    private double falseAlarm;

    Judge(Candidate candidate, Draw draw) {
        this.candidate = candidate;
        this.draw = draw;
    }

    final Contract.Judgement judgement() { return new Contract.Judgement(broken, falseAlarm); }

    final void require(boolean holds, Clause clause, Supplier<String> how) {
        if (!holds) broken.putIfAbsent(clause, how.get());
    }

    /// For what was found by chance, with such a probability at the most.
    final void raise(double probability) { falseAlarm += probability; }

    final void require(InitializerCheck.Report report) {
        for (Finding finding : report.findings())
            require(finding.passed(), Clause.titled(finding.check()), () -> report.what() + ": " + finding);
        falseAlarm += report.falseAlarm();
    }

    final float[] fill(Initializer initializer, Fan fan, Shape shape) {
        var weight = Tensor.full(Float.NaN, shape.toArray());
        initializer.fill(weight, fan, candidate.source(draw.seed()));
        return weight.toArray();
    }

    static float[] times(float factor, float[] values) {
        var product = values.clone();
        for (int i = 0; i < product.length; i++) product[i] *= factor;
        return product;
    }

    final void twiceTheGain(Fan fan, Shape shape) {
        candidate.weight(new Gain(draw.gain(), Gain.Status.EXACT)).ifPresent(once -> {
            var twice = candidate.weight(new Gain(2 * draw.gain(), Gain.Status.EXACT)).orElseThrow();
            require(Arrays.equals(times(2, fill(once, fan, shape)), fill(twice, fan, shape)), Clause.TWICE_THE_GAIN,
                () -> "gain " + draw.gain());
        });
    }

    /// The middle of three: what lies beside it stays.
    final void view(Fan fan, Shape shape, float[] weights) {
        int n = weights.length;
        var sizes = shape.toArray();
        var three = new int[sizes.length + 1];
        three[0] = 3;
        System.arraycopy(sizes, 0, three, 1, sizes.length);
        var whole = Tensor.full(7, three);
        candidate.weight().fill(whole.select(0, 1), fan, candidate.source(draw.seed()));
        var expected = Tensor.full(7, 3 * n).toArray();
        System.arraycopy(weights, 0, expected, n, n);
        require(Arrays.equals(expected, whole.toArray()), Clause.VIEW, () -> "shape " + whole.shape());
    }
}
