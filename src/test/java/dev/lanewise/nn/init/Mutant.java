package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A mistake that a library has made, or might make, and the clauses that have to notice it, whatever the seed.
///
/// @param killers cheapest first
record Mutant(String mistake, Candidate candidate, List<Clause> killers) {

    static Mutant of(String mistake, Candidate candidate, Clause... killers) {
        return new Mutant(mistake, candidate, List.of(killers));
    }

    /// States the right law, and draws from another.
    static Mutant draws(String mistake, String scheme, Function<Fan, Distribution> wrong, Clause... killers) {
        return draws(mistake, Scheme.named(scheme), wrong, killers);
    }

    static Mutant draws(String mistake, Scheme scheme, Function<Fan, Distribution> wrong, Clause... killers) {
        return fills(mistake, scheme, (weight, fan, source) -> InPlace.fill(weight, (data, offset, n) ->
            wrong.apply(fan).sample(data, offset, n, source)), killers);
    }

    /// Draws from the law that it states; it is the wrong one.
    static Mutant states(String mistake, String scheme, Function<Fan, Distribution> wrong, Clause... killers) {
        return of(mistake, new Candidate(scheme) {
            @Override
            Initializer weight() { return (fan, _) -> wrong.apply(fan); }
        }, killers);
    }

    /// Takes something else for the gain.
    static Mutant gains(String mistake, String scheme, UnaryOperator<Gain> wrong, Gain usual, Clause... killers) {
        return of(mistake, new Candidate(scheme) {
            @Override
            Optional<Initializer> weight(Gain gain) { return super.weight(wrong.apply(gain)); }

            @Override
            Initializer weight() {
                return filling(super.weight(), (weight, fan, source) -> weight(usual).orElseThrow().fill(weight, fan, source));
            }
        }, killers);
    }

    interface Scaling {
        Initializer of(double scale, Initializers.Mode mode, Initializers.Law law);
    }

    /// Scales variances another way.
    static Mutant scales(String mistake, String scheme, Scaling wrong) {
        return of(mistake, new Candidate(scheme) {
            @Override
            Initializer varianceScaling(double scale, Initializers.Mode mode, Initializers.Law law) {
                return wrong.of(scale, mode, law);
            }
        }, Clause.SCALING);
    }

    interface Spoiler {
        /// @param columns the length of a row
        void spoil(float[] weights, int columns);
    }

    /// Draws well, and does something to the weights.
    static Mutant spoils(String mistake, Scheme scheme, Spoiler spoiler, Clause... killers) {
        return fills(mistake, scheme, (weight, fan, source) -> {
            scheme.weight().fill(weight, fan, source);
            var values = weight.toArray();
            spoiler.spoil(values, values.length / weight.size(0));
            InPlace.fill(weight, (data, offset, n) -> System.arraycopy(values, 0, data, offset, n));
        }, killers);
    }

    static Mutant spoils(String mistake, String scheme, Spoiler spoiler, Clause... killers) {
        return spoils(mistake, Scheme.named(scheme), spoiler, killers);
    }

    interface Sampler {
        /// Fills with what should be standard normal numbers.
        void sample(float[] out, RandomSource source);
    }

    /// Makes normal numbers of its own.
    static Mutant samples(String mistake, Sampler sampler, Clause... killers) {
        return fills(mistake, Scheme.named("normal-rule"), (weight, fan, source) -> {
            var values = new float[weight.numel()];
            sampler.sample(values, source);
            InPlace.fill(weight, (data, offset, n) -> {
                for (int i = 0; i < n; i++) data[offset + i] = (float) (values[i] / Math.sqrt(fan.in()));
            });
        }, killers);
    }

    interface Filler {
        void fill(Tensor weight, Fan fan, RandomSource source);
    }

    /// States the right law, and does as it likes.
    static Mutant fills(String mistake, Scheme scheme, Filler filler, Clause... killers) {
        return of(mistake, new Candidate(scheme) {
            @Override
            Initializer weight() { return filling(super.weight(), filler); }
        }, killers);
    }

    static Initializer filling(Initializer right, Filler filler) {
        return new Initializer() {
            @Override
            public Distribution distribution(Fan fan, Shape shape) { return right.distribution(fan, shape); }

            @Override
            public Structure structure(Fan fan, Shape shape) { return right.structure(fan, shape); }

            @Override
            public boolean fits(Fan fan, Shape shape) { return right.fits(fan, shape); }

            @Override
            public void fill(Tensor weight, Fan fan, RandomSource source) { filler.fill(weight, fan, source); }
        };
    }
}
