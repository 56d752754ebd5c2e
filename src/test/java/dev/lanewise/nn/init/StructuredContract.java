package dev.lanewise.nn.init;

import dev.lanewise.check.InitializerCheck;
import dev.lanewise.check.StreamCheck;
import dev.lanewise.nn.init.StructuredLaws.Expected;
import dev.lanewise.nn.init.StructuredLaws.Place;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// The contract of initializers whose elements depend on each other: the same four tiers, on shapes that they are for.
final class StructuredContract extends Judge {

    private final Expected expected;

    private StructuredContract(Candidate candidate, Draw draw) {
        super(candidate, draw);
        this.expected = StructuredLaws.OF_WEIGHT.get(candidate.scheme.name());
    }

    static boolean covers(Scheme scheme) { return StructuredLaws.OF_WEIGHT.containsKey(scheme.name()); }

    static Contract.Judgement judge(Candidate candidate, Draw draw, boolean statistics) {
        var contract = new StructuredContract(candidate, draw);
        for (var place : contract.expected.places().apply(draw)) contract.judge(place, statistics);
        contract.require(Contract.agree(Law.ofBias(candidate.scheme, draw.fan(), draw.rows()),
            candidate.bias().distribution(draw.fan(), Shape.of(draw.rows()))), Clause.BIAS, () -> "" + draw.fan());
        if (statistics) contract.require(StreamCheck.of(candidate.model(), candidate::source, draw.seed()));
        return contract.judgement();
    }

    private void judge(Place place, boolean statistics) {
        exactTargets(place);
        exactRelations(place);
        extremes(place);
        if (statistics) require(InitializerCheck.of(candidate.weight(), place.fan(), place.shape(), draw.seed()));
    }

    // ---- A: exact targets

    private void exactTargets(Place place) {
        var law = expected.law().apply(place.one());
        var stated = candidate.weight().distribution(place.fan(), place.shape());
        require(Contract.agree(law, stated), Clause.LAW, () -> stated + " of " + place + " for " + law);
        var structure = candidate.weight().structure(place.fan(), place.shape());
        int blocks = place.fan().blocks();
        var one = expected.structure().apply(place.one());
        boolean alike = blocks > 1 && !(one instanceof Structure.Parted);
        require(agree(alike ? new Structure.Stacked(blocks, one) : one, structure), Clause.STRUCTURE,
            () -> structure + " of " + place);
    }

    private static boolean agree(Structure expected, Structure stated) {
        if (expected instanceof Structure.Stacked(int blocks, var each)
            && stated instanceof Structure.Stacked(int found, var other))
            return blocks == found && agree(each, other);
        if (expected instanceof Structure.Directions(double length) && stated instanceof Structure.Directions(double other))
            return Math.abs(other - length) <= 1e-15 * length;
        if (expected instanceof Structure.Opposite(var law, var each)
            && stated instanceof Structure.Opposite(var other, var others))
            return law.equals(other) && agree(each, others);
        if (expected instanceof Structure.Parted(var blocks) && stated instanceof Structure.Parted(var others)) {
            boolean all = blocks.size() == others.size();
            for (int i = 0; all && i < blocks.size(); i++) all = Contract.agree(blocks.get(i).law(), others.get(i).law())
                && agree(blocks.get(i).structure(), others.get(i).structure());
            return all;
        }
        if (!(expected instanceof Structure.Fixed(var values) && stated instanceof Structure.Fixed(var others)))
            return expected.equals(stated);
        var a = values.toArray();
        var b = others.toArray();
        if (a.length != b.length) return false;
        for (int i = 0; i < a.length; i++) if (Math.abs(a[i] - b[i]) > Math.ulp(a[i])) return false;
        return true;
    }

    // ---- B: exact relations under one seed

    private void exactRelations(Place place) {
        var fan = place.fan();
        var weights = fill(candidate.weight(), fan, place.shape());
        twiceTheGain(fan, place.shape());
        var larger = new Fan(4 * fan.in(), 4 * fan.out(), 4 * fan.torchIn(), fan.blocks());
        float factor = expected.scales() ? 0.5f : 1;
        require(Arrays.equals(times(factor, weights), fill(candidate.weight(), larger, place.shape())),
            Clause.FOUR_TIMES_THE_FAN, fan::toString);
        if (expected.flattens()) {
            var flat = Shape.of(place.shape().size(0), place.shape().numel() / place.shape().size(0));
            require(Arrays.equals(weights, fill(candidate.weight(), fan, flat)), Clause.SHAPE, () -> "" + place);
        }
        view(fan, place.shape(), weights);
    }

    // ---- C: structure and support

    /// All numbers alike: even so, all is finite, and a matrix orthogonal.
    private void extremes(Place place) {
        var structure = expected.structure().apply(place.one());
        for (float uniform : new float[] {0, 0x1p-24f, 1 - 0x1p-24f}) {
            var weight = Tensor.zeros(place.shape().toArray());
            candidate.weight().fill(weight, place.fan(), new Contract.Extreme(uniform));
            var values = weight.toArray();
            for (float value : values) require(Float.isFinite(value), Clause.EXTREMES, () -> value + " from " + uniform);
            if (structure instanceof Structure.Orthogonal(var gain)) {
                var block = Arrays.copyOf(values, place.one().shape().numel());
                double off = Matrices.fromOrthogonal(block, place.one().shape().size(0), gain);
                require(off < 1e-5, Clause.EXTREMES, () -> off + " from " + uniform);
            }
        }
    }
}
