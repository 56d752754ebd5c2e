package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Clause.*;

import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.testing.Delegate;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.LongFunction;

/// Mistakes around the initializers: fans, gains, biases, and the streams that a model's parameters draw from.
final class WrongLayers {

    private WrongLayers() {}

    static void addTo(List<Mutant> all) {
        addFans(all);
        addTargets(all);
        addStreams(all);
    }

    private static void addFans(List<Mutant> all) {
        all.add(fan("the kernel's places ignored", conv ->
            new Fan(right(conv).in() / places(conv), right(conv).out() / places(conv), right(conv).torchIn())));
        all.add(fan("groups ignored on the way in", conv ->
            new Fan(right(conv).in() * conv.groups(), right(conv).out(), right(conv).torchIn())));
        all.add(fan("groups ignored on the way out", conv ->
            new Fan(right(conv).in(), right(conv).out() * conv.groups(), right(conv).torchIn())));
        all.add(fan("a transposed convolution's fans swapped", conv -> conv.transposed()
            ? new Fan(right(conv).out(), right(conv).in(), right(conv).torchIn()) : right(conv)));
        all.add(fan("stride ignored", conv -> conv.transposed()
            ? new Fan(right(conv).in() * conv.stride() * conv.stride(), right(conv).out(), right(conv).torchIn())
            : new Fan(right(conv).in(), right(conv).out() * conv.stride() * conv.stride(), right(conv).torchIn())));
        all.add(fan("stride of one dimension alone", conv -> conv.transposed() ? right(conv)
            : new Fan(right(conv).in(), right(conv).out() * conv.stride(), right(conv).torchIn())));
        all.add(fan("PyTorch's count not kept", conv -> new Fan(right(conv).in(), right(conv).out())));
        all.add(Mutant.of("a linear layer's sides swapped", new Candidate("kaiming-normal") {
            @Override
            Fan linear(int in, int out) { return Fan.linear(out, in); }
        }, FAN));
    }

    private static Fan right(Candidate.Conv conv) { return conv.weight().fan(); }

    private static int places(Candidate.Conv conv) { return conv.kernel() * conv.kernel(); }

    private static Mutant fan(String mistake, Function<Candidate.Conv, Fan> wrong) {
        return Mutant.of(mistake, new Candidate("kaiming-normal") {
            @Override
            Fan conv(Conv conv) { return wrong.apply(conv); }
        }, FAN);
    }

    private static void addTargets(List<Mutant> all) {
        all.add(scaling("mode ignored", (scale, _, law) -> Initializers.varianceScaling(scale, Initializers.Mode.FAN_IN, law)));
        all.add(scaling("geometric mean for average", (scale, mode, law) -> mode != Initializers.Mode.FAN_AVERAGE
            ? Initializers.varianceScaling(scale, mode, law)
            : (fan, _) -> new Distribution.Normal(0, Math.sqrt(scale / Math.sqrt(fan.in() * fan.out())))));
        all.add(scaling("one magnitude for both laws", (scale, mode, law) ->
            Initializers.varianceScaling(law == Initializers.Law.UNIFORM ? scale : 3 * scale, mode, law)));
        all.add(bias("bias from the fan out",
            (fan, _) -> new Distribution.Uniform(-1 / Math.sqrt(fan.out()), 1 / Math.sqrt(fan.out()))));
        all.add(bias("bias always 0", (_, _) -> new Distribution.Constant(0)));
        all.add(gain("1 + a for 1 + a²", slope -> Math.sqrt(2 / (1 + slope))));
        all.add(gain("the slope ignored", _ -> Math.sqrt(2)));
        all.add(gain("no root", slope -> 2 / (1 + slope * slope)));
    }

    private static Mutant scaling(String mistake, Mutant.Scaling wrong) { return Mutant.scales(mistake, "xavier-normal", wrong); }

    private static Mutant bias(String mistake, Initializer wrong) {
        return Mutant.of(mistake, new Candidate("torch-default") {
            @Override
            Initializer bias() { return wrong; }
        }, BIAS);
    }

    private static Mutant gain(String mistake, DoubleUnaryOperator wrong) {
        return Mutant.of(mistake, new Candidate("kaiming-uniform") {
            @Override
            Gain leakyRelu(double slope) { return new Gain(wrong.applyAsDouble(slope), Gain.Status.EXACT); }
        }, GAIN);
    }

    private static void addStreams(List<Mutant> all) {
        all.add(streams("one stream for all parameters", seed -> new Streams(seed, (source, _) -> source.stream("")),
            DUPLICATES, CROSS_SIGNS, SIGN_WINDOW));
        all.add(streams("one stream for two layers, at another scale", seed -> new Streams(seed, (source, path) ->
            path.equals("second.weight") ? new Scaled(source.stream("first.weight")) : source.stream(path)),
            CROSS_SIGNS, SIGN_WINDOW));
        all.add(streams("streams that overlap by half", seed -> new Streams(seed, (source, path) -> {
            var stream = source.stream("all");
            // a weight has 4,096 elements
            int before = 2048 * number(path);
            stream.uniform(new float[before], 0, before);
            return stream;
        }), SIGN_WINDOW));
        all.add(streams("the stream of the field's name", seed -> new Streams(seed, (source, path) ->
            source.stream(path.substring(path.lastIndexOf('.') + 1))), DUPLICATES, CROSS_SIGNS, SIGN_WINDOW));
        all.add(streams("the stream of the path's length",
            seed -> new Streams(seed, (source, path) -> source.stream(path.length())), DUPLICATES, CROSS_SIGNS, SIGN_WINDOW));
        all.add(streams("a layer copied with its weights", seed -> new Streams(seed, (source, path) ->
            source.stream(path.replace("third", "first"))), DUPLICATES, CROSS_SIGNS, SIGN_WINDOW));
        all.add(streams("seed and counter added up", seed -> new Streams(seed, (_, path) -> new Threefry(seed + number(path))),
            SIGN_WINDOW));
        all.add(streams("one after the other from one source", seed -> new Streams(seed, (source, _) -> source),
            PARAMETER_ALONE));
        all.add(streams("the clock in the seed", seed -> new Streams(seed, (source, path) ->
            source.stream(path).stream(System.nanoTime())), REPEATABLE));
        all.add(streams("the seed ignored by all streams", _ -> new Threefry(0), DUPLICATES, CROSS_SIGNS, SIGN_WINDOW));
    }

    private static Mutant streams(String mistake, LongFunction<RandomSource> wrong, Clause... killers) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            RandomSource source(long seed) { return wrong.apply(seed); }
        }, killers);
    }

    /// Of a parameter's layer.
    private static int number(String path) { return 1 + Candidate.LAYERS.indexOf(path.split("\\.")[0]); }

    private interface Keys {
        RandomSource stream(Threefry source, String path);
    }

    /// The right numbers, but streams after a rule of its own.
    private static final class Streams extends Delegate {
        private final Threefry source;
        private final Keys keys;

        Streams(long seed, Keys keys) { this(new Threefry(seed), keys); }

        private Streams(Threefry source, Keys keys) {
            super(source);
            this.source = source;
            this.keys = keys;
        }

        @Override
        public RandomSource stream(String path) { return keys.stream(source, path); }
    }

    private static final class Scaled extends Delegate {

        Scaled(RandomSource source) { super(source); }

        @Override
        public void normal(float[] out, int offset, int length) {
            super.normal(out, offset, length);
            for (int i = offset; i < offset + length; i++) out[i] *= 1.7f;
        }
    }
}
