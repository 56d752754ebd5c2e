package dev.lanewise.nn.init;

import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// What layers that consist of parts start as: gates, branches and what is learned beside a layer. All is exact.
final class PartsContract {

    private PartsContract() {}

    static void judge(Judge judge) {
        gates(judge);
        chrono(judge, true);
        chrono(judge, false);
        remembering(judge);
        lowRank(judge);
        branch(judge);
    }

    /// An LSTM adds two biases to each gate: of the second, the forget gate, their sum is what was asked for; of others it stays.
    private static void gates(Judge judge) {
        int hidden = 3;
        var biases = judge.candidate.gateBiases(hidden, judge.draw.gain());
        for (int i = 0; i < 4 * hidden; i++) {
            float expected = i / hidden == 1 ? (float) judge.draw.gain() : 0;
            float sum = biases[0][i] + biases[1][i];
            int unit = i;
            judge.require(sum == expected, Clause.FORGET, () -> "unit " + unit + " of the gates: " + sum + " for " + expected);
        }
    }

    /// Both biases of each gate in sum: what keeps the state is log u, of an LSTM what lets in is the opposite, and all else is
    /// 0.
    private static void chrono(Judge judge, boolean lstm) {
        int hidden = 5;
        double longest = 3 + 40 * judge.draw.gain();
        var biases = judge.candidate.chronoBiases(lstm, hidden, longest, judge.draw.seed());
        var sums = new float[biases[0].length];
        for (int i = 0; i < sums.length; i++) sums[i] = biases[0][i] + biases[1][i];
        for (int unit = 0; unit < hidden; unit++) {
            float kept = sums[hidden + unit];
            judge.require(kept >= 0 && kept < Math.log(longest - 1), Clause.CHRONO,
                () -> "a gate keeps by " + kept + ", the longest being " + longest);
            for (int gate = 0; gate < sums.length / hidden; gate++) {
                float sum = sums[gate * hidden + unit];
                float expected = gate == 1 ? kept : gate == 0 && lstm ? -kept : 0;
                int which = gate;
                judge.require(sum == expected, Clause.CHRONO, () -> "gate " + which + ": " + sum + " for " + expected);
            }
        }
        judge.require(sums[hidden] != sums[hidden + 1], Clause.CHRONO, () -> "units alike: " + sums[hidden]);
    }

    /// States that aren't negative stay where nothing comes in, to the bit; what comes in is small.
    private static void remembering(Judge judge) {
        int hidden = 6;
        var network = judge.candidate.remembering(40, hidden);
        network.initialize(judge.draw.seed());
        var state = Tensor.of(0, 1, 2.5f, 1e-30f, 7, 1e20f).reshape(1, 1, hidden);
        var output = network.call(Tensor.zeros(9, 1, 40), state).h().toArray();
        judge.require(Arrays.equals(state.toArray(), output), Clause.REMEMBERING,
            () -> "states become " + Arrays.toString(output));
        var input = network.namedParameters().get("weight_ih_l0");
        var law = input.initializer().distribution(input.fan(), input.shape());
        judge.require(law.equals(new Distribution.Normal(0, 0.001)), Clause.REMEMBERING, () -> "input weights are " + law);
    }

    private static void lowRank(Judge judge) {
        int in = 9;
        var base = new Linear(in, 5);
        var adapted = judge.candidate.lowRank(base, 4, 6);
        adapted.initialize(judge.draw.seed());
        var x = Tensor.generate((data, offset, length) -> {
            for (int i = 0; i < length; i++) data[offset + i] = i % 7 - 2.5f;
        }, 2, in);
        judge.require(Arrays.equals(base.call(x).toArray(), adapted.call(x).toArray()), Clause.LOW_RANK,
            () -> "it changes the layer at once");
        var law = adapted.a().initializer().distribution(adapted.a().fan(), adapted.a().shape());
        judge.require(Math.abs(law.upper() - 1.0 / 3) < 1e-12 && Math.abs(law.variance() - 1.0 / 27) < 1e-12, Clause.LOW_RANK,
            () -> "A is " + law);
        judge.require(base.parameters().stream().noneMatch(Parameter::requiresGrad), Clause.LOW_RANK,
            () -> "the layer isn't frozen");
        adapted.b().load(Tensor.full(1, 5, 4));
        var delta = adapted.call(x).toArray();
        var still = base.call(x).toArray();
        var a = adapted.a().tensor().toArray();
        for (int i = 0; i < delta.length; i++) {
            double sum = 0;
            for (int r = 0; r < 4; r++) for (int k = 0; k < in; k++) sum += a[r * in + k] * (double) x.get(i / 5, k);
            double expected = still[i] + 6 / 4.0 * sum;
            float got = delta[i];
            judge.require(Math.abs(got - expected) < 1e-4, Clause.LOW_RANK, () -> got + " for " + expected);
        }
    }

    /// From its start on.
    private static void branch(Judge judge) {
        var body = new Linear(3, 3);
        var block = judge.candidate.branch(body);
        block.initialize(judge.draw.seed());
        var x = Tensor.of(1, -2, 3).reshape(1, 3);
        judge.require(Arrays.equals(x.toArray(), block.call(x).toArray()), Clause.BRANCH,
            () -> "the block doesn't start as the identity");
        block.namedParameters().get("scale").load(Tensor.full(0.5f, Shape.of(1).toArray()));
        var expected = x.add(body.call(x).mul(Tensor.scalar(0.5f))).toArray();
        judge.require(Arrays.equals(expected, block.call(x).toArray()), Clause.BRANCH,
            () -> "half of the branch isn't what is added");
    }
}
