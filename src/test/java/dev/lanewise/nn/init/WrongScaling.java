package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Clause.*;

import dev.lanewise.nn.init.Distribution.Normal;
import dev.lanewise.nn.init.Distribution.Uniform;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/// Mistakes in what the variance family and the research initializers scale by, and in copying.
final class WrongScaling {

    private static final Fan BASE = Fan.linear(128, 16);
    /// Of a deviation, when a normal law is cut off at 2.
    private static final double KEPT = 0.8796256610342398;

    /// Has a parameter that a command line can't name.
    static final Scheme MU_P = new Scheme("mu-p", "Xavier at 128 inputs and 16 outputs, scaled up",
        Initializers.muP(Initializers.xavierNormal(), BASE), Initializers.zeros());

    private WrongScaling() {}

    static void addTo(List<Mutant> all) {
        addTruncated(all);
        addFamily(all);
        addSiren(all);
        addFixup(all);
        addTransfer(all);
        addFans(all);
        addCopies(all);
    }

    private static Distribution normal(double std) { return new Normal(0, std); }

    private static Distribution within(double bound) { return new Uniform(-bound, bound); }

    /// Cut off at 2 of these deviations.
    private static Distribution truncated(double std) { return new Truncated(std, 2); }

    private static void addTruncated(List<Mutant> all) {
        for (var scheme : List.of("xavier-truncated", "kaiming-truncated", "lecun-truncated")) {
            Function<Fan, Double> std = fan -> Math.sqrt(Law.ofWeight(Scheme.named(scheme), fan).variance());
            all.add(Mutant.draws(scheme + " not corrected", scheme, fan -> truncated(std.apply(fan)), ENDS, VARIANCE));
            all.add(Mutant.draws(scheme + " corrected twice", scheme, fan -> truncated(std.apply(fan) / KEPT / KEPT),
                SUPPORT, VARIANCE));
        }
        all.add(Mutant.states("0.88 for what truncation leaves", "kaiming-truncated",
            fan -> truncated(Math.sqrt(2 / fan.in()) / 0.88), LAW));
    }

    private static void addFamily(List<Mutant> all) {
        all.add(Mutant.draws("√3 forgotten in LeCun's bound", "lecun-uniform", fan -> within(1 / Math.sqrt(fan.in())), ENDS));
        all.add(Mutant.draws("LeCun's bound 3/√n", "lecun-uniform", fan -> within(3 / Math.sqrt(fan.in())), SUPPORT));
        all.add(Mutant.draws("Kaiming's 2 in LeCun's", "lecun-normal", fan -> normal(Math.sqrt(2 / fan.in())), VARIANCE));
        all.add(Mutant.draws("mode ignored by Kaiming's normal", "kaiming-normal-out",
            fan -> normal(Math.sqrt(2 / fan.in())), OTHER_SIDE, VARIANCE));
        all.add(Mutant.draws("mode ignored by Kaiming's uniform", "kaiming-uniform-out",
            fan -> within(Math.sqrt(6 / fan.in())), OTHER_SIDE, ENDS));
        all.add(Mutant.states("a slope read though the activation is ReLU", "kaiming-normal",
            fan -> normal(Math.sqrt(2 / (1 + 0.01 * 0.01) / fan.in())), LAW));
        all.add(scaling("average for geometric mean", (scale, mode, law) -> Initializers.varianceScaling(scale,
            mode == Initializers.Mode.FAN_GEOMETRIC ? Initializers.Mode.FAN_AVERAGE : mode, law)));
        all.add(scaling("root of the geometric mean", (scale, mode, law) -> mode != Initializers.Mode.FAN_GEOMETRIC
            ? Initializers.varianceScaling(scale, mode, law)
            : (fan, _) -> normal(Math.sqrt(scale / Math.sqrt(fan.geometric())))));
        all.add(scaling("truncation not corrected in the family", (scale, mode, law) -> law != Initializers.Law.TRUNCATED_NORMAL
            ? Initializers.varianceScaling(scale, mode, law) : (fan, shape) -> truncated(Math.sqrt(
                Initializers.varianceScaling(scale, mode, Initializers.Law.NORMAL).distribution(fan, shape).variance()))));
    }

    private static Mutant scaling(String mistake, Mutant.Scaling wrong) {
        return Mutant.scales(mistake, "xavier-truncated", wrong);
    }

    private static void addSiren(List<Mutant> all) {
        all.add(Mutant.draws("SIREN's frequency forgotten", "siren", fan -> within(Math.sqrt(6 / fan.in())), SUPPORT));
        all.add(Mutant.draws("SIREN's frequency squared", "siren", fan -> within(Math.sqrt(6 / fan.in()) / 900), ENDS));
        all.add(Mutant.draws("SIREN's bound taken for a deviation", "siren", fan -> normal(Math.sqrt(6 / fan.in()) / 30),
            SUPPORT, VARIANCE));
        all.add(Mutant.draws("SIREN's root over the frequency, too", "siren", fan -> within(Math.sqrt(6 / fan.in() / 30)),
            SUPPORT));
        all.add(Mutant.draws("SIREN's frequency in the first layer", "siren-first", fan -> within(1 / fan.in() / 30), ENDS));
        all.add(Mutant.draws("a root in SIREN's first layer", "siren-first",
            fan -> within(1 / Math.sqrt(fan.in())), FOUR_TIMES_THE_FAN, SUPPORT));
        all.add(Mutant.of("SIREN's biases 0", new Candidate("siren") {
            @Override
            Initializer bias() { return Initializers.zeros(); }
        }, BIAS));
    }

    private static void addFixup(List<Mutant> all) {
        all.add(Mutant.draws("Fixup with the fan in", "fixup", fan -> normal(Math.sqrt(2 / fan.in() / 8)), OTHER_SIDE, VARIANCE));
        all.add(Mutant.draws("Fixup with 1/(2m) for 1/(2m - 2)", "fixup",
            fan -> normal(Math.sqrt(2 / fan.out()) * Math.pow(8, -1.0 / 4)), VARIANCE));
        all.add(Mutant.draws("Fixup with L for L^(-1/2)", "fixup", fan -> normal(Math.sqrt(2 / fan.out()) / 8), VARIANCE));
        all.add(Mutant.draws("Fixup without the branches", "fixup", fan -> normal(Math.sqrt(2 / fan.out())), VARIANCE));
        all.add(xavierTimes("0.67 forgotten", "t-fixup-encoder", Math.pow(6, -0.25), SUPPORT));
        all.add(xavierTimes("0.67 under the root", "t-fixup-encoder", Math.pow(0.67 * 6, -0.25), SUPPORT));
        all.add(xavierTimes("the encoder's constant in the decoder", "t-fixup-decoder", 0.67 * Math.pow(6, -0.25), SUPPORT));
        all.add(xavierTimes("the decoder's constant in the encoder", "t-fixup-encoder", Math.pow(54, -0.25), ENDS));
        all.add(xavierTimes("a square root for a fourth", "t-fixup-decoder", Math.pow(54, -0.5), ENDS));
        all.add(Mutant.draws("embeddings not scaled by the layers", "t-fixup-embedding", fan -> normal(1 / Math.sqrt(fan.out())),
            VARIANCE));
        all.add(Mutant.draws("an embedding's variance 1/√dim", "t-fixup-embedding",
            fan -> normal(Math.pow(54, -0.25) * Math.pow(fan.out(), -0.25)), FOUR_TIMES_THE_FAN, VARIANCE));
    }

    private static Mutant xavierTimes(String mistake, String scheme, double factor, Clause... killers) {
        return Mutant.draws(mistake, scheme, fan -> within(factor * Math.sqrt(3 / fan.average())), killers);
    }

    private static void addTransfer(List<Mutant> all) {
        // the try has 256 inputs and 64 outputs: twice and four times the base's
        double base = Math.sqrt(2.0 / (128 + 16));
        all.add(transfer("muP with m for √m", fan -> normal(base * 128 / fan.in()), LAW, FOUR_TIMES_THE_FAN));
        all.add(transfer("muP by the outputs' growth", fan -> normal(base * Math.sqrt(16 / fan.out())), LAW, OTHER_SIDE));
        all.add(transfer("muP of Xavier's at the new fan", fan -> normal(Math.sqrt(128 / fan.average() / fan.in())), LAW,
            FOUR_TIMES_THE_FAN));
        all.add(transfer("muP that leaves the width alone", _ -> normal(base), LAW, FOUR_TIMES_THE_FAN));
        all.add(transfer("muP forgotten", fan -> normal(Math.sqrt(1 / fan.average())), LAW));
    }

    private static Mutant transfer(String mistake, Function<Fan, Distribution> wrong, Clause... killers) {
        return Mutant.of(mistake, new Candidate(MU_P) {
            @Override
            Initializer weight() { return (fan, _) -> wrong.apply(fan); }
        }, killers);
    }

    private static void addFans(List<Mutant> all) {
        all.add(Mutant.of("an embedding's fan that of a matrix", new Candidate("xavier-normal") {
            @Override
            Fan embedding(int rows, int dim) { return Fan.linear(rows, dim); }
        }, FAN));
        all.add(Mutant.of("an embedding's fan in its length", new Candidate("xavier-normal") {
            @Override
            Fan embedding(int rows, int dim) { return new Fan(dim, dim); }
        }, FAN));
        all.add(Mutant.of("an embedding's sides swapped: out for in", new Candidate("xavier-normal") {
            @Override
            Fan embedding(int rows, int dim) { return new Fan(dim, 1, dim); }
        }, FAN));
        all.add(Mutant.of("stacked blocks taken for one layer", new Candidate("xavier-normal") {
            @Override
            Fan stacked(int blocks, int in, int out) { return Fan.linear(in, blocks * out); }
        }, FAN));
        all.add(Mutant.of("PyTorch's fans swapped", new Candidate("kaiming-uniform") {
            @Override
            Fan likePyTorch(Shape weight) {
                var fan = super.likePyTorch(weight);
                return new Fan(fan.out(), fan.in());
            }
        }, FAN));
        all.add(Mutant.of("PyTorch's fans without the kernel", new Candidate("kaiming-uniform") {
            @Override
            Fan likePyTorch(Shape weight) { return Fan.linear(weight.size(1), weight.size(0)); }
        }, FAN));
    }

    private static void addCopies(List<Mutant> all) {
        all.add(copies("a copy shifted by one", (weight, values, _, _) -> write(weight, (data, offset, given) ->
            System.arraycopy(given, 0, data, offset + 1, given.length - 1), values)));
        all.add(copies("all but the last row copied", (weight, values, _, _) -> write(weight, (data, offset, given) ->
            System.arraycopy(given, 0, data, offset, given.length - values.size(-1)), values)));
        all.add(copies("a part copied as if rows were as long", (weight, values, fan, source) -> {
            Initializers.normalRule().fill(weight, fan, source);
            write(weight, (data, offset, given) -> System.arraycopy(given, 0, data, offset, given.length), values);
        }));
        all.add(copies("the rest of a copy left 0", (weight, values, fan, source) ->
            Initializers.copyOf(values, Initializers.zeros()).fill(weight, fan, source)));
    }

    private interface Copier {
        void copy(Tensor weight, Tensor values, Fan fan, RandomSource source);
    }

    private interface Writer {
        void write(float[] data, int offset, float[] given);
    }

    private static void write(Tensor weight, Writer writer, Tensor values) {
        InPlace.fill(weight, (data, offset, _) -> writer.write(data, offset, values.toArray()));
    }

    private static Mutant copies(String mistake, Copier copier) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            Initializer copyOf(Tensor values) { return wrong(values, super.copyOf(values)); }

            @Override
            Initializer copyOf(Tensor values, Initializer fresh) { return wrong(values, super.copyOf(values, fresh)); }

            private Initializer wrong(Tensor values, Initializer right) {
                return new Initializer() {
                    @Override
                    public Distribution distribution(Fan fan, Shape shape) { return right.distribution(fan, shape); }

                    @Override
                    public void fill(Tensor weight, Fan fan, RandomSource source) { copier.copy(weight, values, fan, source); }
                };
            }
        }, COPY);
    }
}
