package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Clause.*;

import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.InPlace;
import java.util.List;
import java.util.function.UnaryOperator;

/// Mistakes in rows of one length, padded identities, heads, and gates that remember.
final class WrongToday {

    private static final double LONGEST = 784;

    private WrongToday() {}

    static void addTo(List<Mutant> all) {
        addDirections(all);
        addIdentities(all);
        addHeads(all);
        addGates(all);
        addLayers(all);
        addRemembering(all);
    }

    private interface BlockWriter {
        void write(float[] values, int rows, int columns, RandomSource source);
    }

    /// Fills each block in a way of its own.
    private static Mutant writes(String mistake, String scheme, BlockWriter writer, Clause... killers) {
        return Mutant.fills(mistake, Scheme.named(scheme), (weight, fan, source) -> InPlace.fill(weight, (data, offset, n) -> {
            int size = n / fan.blocks();
            int rows = weight.size(0) / fan.blocks();
            for (int at = offset; at < offset + n; at += size) {
                var values = new float[size];
                writer.write(values, rows, size / rows, source);
                System.arraycopy(values, 0, data, at, size);
            }
        }), killers);
    }

    // ---- Nguyen and Widrow's rows

    private static double length(int rows, int columns) { return 0.7 * Math.pow(rows, 1.0 / columns); }

    private static void normalize(float[] values, int from, int step, int count, double length) {
        double square = 0;
        for (int i = 0; i < count; i++) square += (double) values[from + i * step] * values[from + i * step];
        for (int i = 0; i < count; i++) values[from + i * step] *= (float) (length / Math.sqrt(square));
    }

    private interface Length {
        double of(int rows, int columns);
    }

    private static Mutant lengths(String mistake, Length length) {
        return writes(mistake, "nguyen-widrow", (values, rows, columns, source) -> {
            source.normal(values, 0, values.length);
            for (int row = 0; row < rows; row++) normalize(values, row * columns, 1, columns, length.of(rows, columns));
        }, ROW_LENGTHS);
    }

    private static void addDirections(List<Mutant> all) {
        all.add(lengths("0.7 forgotten in a row's length", (rows, columns) -> Math.pow(rows, 1.0 / columns)));
        all.add(lengths("Nguyen and Widrow's sides swapped", (rows, columns) -> 0.7 * Math.pow(columns, 1.0 / rows)));
        all.add(lengths("units for their root in a row's length", (rows, _) -> 0.7 * rows));
        all.add(lengths("a root of 0.7, too", (rows, columns) -> Math.pow(0.7 * rows, 1.0 / columns)));
        all.add(writes("rows as they are drawn", "nguyen-widrow", (values, _, _, source) ->
            source.uniform(-0.5, 0.5, values, 0, values.length), ROW_LENGTHS));
        all.add(writes("columns of one length", "nguyen-widrow", (values, rows, columns, source) -> {
            source.normal(values, 0, values.length);
            for (int column = 0; column < columns; column++) normalize(values, column, columns, rows, length(rows, columns));
        }, ROW_LENGTHS));
        all.add(writes("all weights together of one length", "nguyen-widrow", (values, rows, columns, source) -> {
            source.normal(values, 0, values.length);
            normalize(values, 0, 1, values.length, length(rows, columns) * Math.sqrt(rows));
        }, ROW_LENGTHS));
        all.add(writes("one direction for all rows", "nguyen-widrow", (values, rows, columns, source) -> {
            source.normal(values, 0, columns);
            for (int i = columns; i < values.length; i++) values[i] = values[i - columns];
            for (int row = 0; row < rows; row++) normalize(values, row * columns, 1, columns, length(rows, columns));
        }, SERIAL_SIGNS));
        all.add(writes("rows in positive directions", "nguyen-widrow", (values, rows, columns, source) -> {
            source.uniform(0.1, 1, values, 0, values.length);
            for (int row = 0; row < rows; row++) normalize(values, row * columns, 1, columns, length(rows, columns));
        }, SERIAL_SIGNS));
        all.add(writes("each row along an axis", "nguyen-widrow", (values, rows, columns, source) -> {
            source.normal(values, 0, values.length);
            for (int i = 0; i < values.length; i++) values[i] = i % columns == i / columns % columns
                ? (float) Math.copySign(length(rows, columns), values[i]) : 0;
        }, SERIAL_SIGNS));
        all.add(bias("Nguyen and Widrow's biases 0", Initializers.zeros()));
        all.add(bias("Nguyen and Widrow's biases on ±1", Initializers.uniform(-1, 1)));
        all.add(bias("Nguyen and Widrow's biases by the fan in alone", (fan, _) ->
            new Distribution.Uniform(-0.7 * Math.pow(fan.in(), 1 / fan.in()), 0.7 * Math.pow(fan.in(), 1 / fan.in()))));
    }

    private static Mutant bias(String mistake, Initializer bias) {
        return Mutant.of(mistake, new Candidate("nguyen-widrow") {
            @Override
            Initializer bias() { return bias; }
        }, BIAS);
    }

    // ---- identities, repeated

    private interface Pattern {
        double at(int row, int column, int rows, int columns);
    }

    private static Mutant identity(String mistake, String scheme, Pattern pattern) {
        return writes(mistake, scheme, (values, rows, columns, _) -> {
            for (int i = 0; i < values.length; i++) values[i] = (float) pattern.at(i / columns, i % columns, rows, columns);
        }, FIXED);
    }

    private static double repeated(int row, int column, int rows, int columns) {
        int shorter = Math.min(rows, columns);
        return row % shorter == column % shorter ? 1 : 0;
    }

    private static void addIdentities(List<Mutant> all) {
        all.add(identity("an identity not repeated", "idinit", (row, column, _, _) -> row == column ? 1 : 0));
        all.add(identity("an identity from its last row up", "idinit", (row, column, rows, columns) ->
            repeated(rows - 1 - row, column, rows, columns)));
        all.add(identity("repeats that share a length of 1", "idinit", (row, column, rows, columns) ->
            repeated(row, column, rows, columns) / Math.sqrt(Math.ceilDiv(Math.max(rows, columns), Math.min(rows, columns)))));
        all.add(identity("repeats with turning signs", "idinit", (row, column, rows, columns) ->
            repeated(row, column, rows, columns) * (Math.max(row, column) / Math.min(rows, columns) % 2 == 0 ? 1 : -1)));
        all.add(identity("an identity one to the right", "idinit", (row, column, rows, columns) ->
            repeated(row + 1, column, rows, columns)));
        all.add(identity("1 in the last layer of a branch", "idinit-last", WrongToday::repeated));
        all.add(identity("0 in the last layer of a branch", "idinit-last", (_, _, _, _) -> 0));
        all.add(identity("a millionth everywhere", "idinit-last", (_, _, _, _) -> 1e-6));
        all.add(Mutant.of("a thousandth for a millionth", new Candidate("idinit-last") {
            @Override
            Initializer weight() { return Initializers.idInit(1e-3); }
        }, LAW, STRUCTURE));
    }

    // ---- heads

    private static Mutant heads(String mistake, BlockWriter writer, Clause... killers) {
        return writes(mistake, "orthogonal-heads", (values, rows, columns, source) -> {
            for (int head = 0; head < 8; head++) {
                var one = new float[values.length / 8];
                writer.write(one, rows / 8, columns, head == 0 ? source : source.stream(head));
                System.arraycopy(one, 0, values, head * one.length, one.length);
            }
        }, killers);
    }

    private static void addHeads(List<Mutant> all) {
        all.add(heads("heads of normal numbers", (values, _, columns, source) ->
            source.normal(0, 1 / Math.sqrt(columns), values, 0, values.length),
            ORTHOGONAL, SQUARES));
        all.add(heads("a head's gain the root of heads", (values, rows, columns, source) -> {
            source.normal(values, 0, values.length);
            Householder.orthogonalize(values, 0, rows, columns, Math.sqrt(8));
        }, ORTHOGONAL, SQUARES));
        all.add(heads("rows of length 1 in a head, not orthogonal", (values, rows, columns, source) -> {
            source.normal(values, 0, values.length);
            for (int row = 0; row < rows; row++) normalize(values, row * columns, 1, columns, 1);
        }, ORTHOGONAL));
        all.add(writes("one matrix for all heads", "orthogonal-heads", (values, rows, columns, source) -> {
            int size = values.length / 8;
            source.normal(values, 0, size);
            Householder.orthogonalize(values, 0, rows / 8, columns, 1);
            for (int i = size; i < values.length; i++) values[i] = values[i - size];
        }, BLOCKS));
        all.add(writes("heads by columns", "orthogonal-heads", (values, rows, columns, source) -> {
            source.normal(values, 0, values.length);
            Householder.orthogonalize(values, 0, columns, rows, 1);
        }, ORTHOGONAL));
    }

    // ---- gates that remember

    private interface Gate {
        /// @param kept  log u of a unit
        /// @param other of another one
        float of(float kept, float other);
    }

    private static final Gate NOTHING = (_, _) -> 0;

    private static Mutant gates(String mistake, Clause killer, Gate... gates) {
        return Mutant.fills(mistake, Scheme.named("chrono"), (bias, _, source) -> {
            int units = bias.numel() / 4;
            var kept = new float[2 * units];
            new LogOfUniform(1, LONGEST - 1).sample(kept, 0, 2 * units, source);
            InPlace.fill(bias, (data, offset, n) -> {
                for (int i = 0; i < n; i++) data[offset + i] = gates[i / units].of(kept[i % units], kept[units + i % units]);
            });
        }, killer);
    }

    private static Mutant times(String mistake, UnaryOperator<Float> bias, Clause killer) {
        return gates(mistake, killer, (kept, _) -> -bias.apply((float) Math.exp(kept)),
            (kept, _) -> bias.apply((float) Math.exp(kept)), NOTHING, NOTHING);
    }

    private static void addGates(List<Mutant> all) {
        Gate open = (kept, _) -> kept;
        Gate shut = (kept, _) -> -kept;
        all.add(gates("what is kept let in, too", OPPOSITES, open, open, NOTHING, NOTHING));
        all.add(gates("gates that keep and let in swapped", SUPPORT, open, shut, NOTHING, NOTHING));
        all.add(gates("what is let in drawn by itself", OPPOSITES, (_, other) -> -other, open, NOTHING, NOTHING));
        all.add(gates("what is let in left alone", OPPOSITES, NOTHING, open, NOTHING, NOTHING));
        all.add(gates("gates in the order of Keras' kernels turned", CONSTANT, NOTHING, shut, open, NOTHING));
        all.add(gates("the output kept shut", CONSTANT, shut, open, NOTHING, shut));
        all.add(times("times for their logarithms", u -> u, SUPPORT));
        all.add(times("decimal logarithms of times", u -> (float) Math.log10(u), ENDS));
        all.add(times("logarithms uniform, and not times", u -> (float) (u - 1) / 782 * (float) Math.log(783), DISTRIBUTION));
        all.add(Mutant.fills("one time for all units", Scheme.named("chrono"), (bias, fan, source) -> {
            new Chrono(LONGEST).fill(bias, fan, source);
            InPlace.fill(bias, (data, offset, n) -> {
                for (int i = 0; i < n; i++) data[offset + i] = data[offset + i / (n / 4) * (n / 4)];
            });
        }, DISTRIBUTION));
        all.add(Mutant.fills("times from 0 on", Scheme.named("chrono"), (bias, _, source) ->
            InPlace.fill(bias, (data, offset, n) -> {
            source.uniform(0, LONGEST - 1, data, offset, n);
            for (int i = 0; i < n; i++) data[offset + i] = (float) Math.log(data[offset + i]);
        }), EXTREMES));
        all.add(Mutant.of("the longest time for one less", new Candidate("chrono") {
            @Override
            Initializer weight() { return Initializers.chrono(LONGEST + 1); }
        }, LAW, STRUCTURE));
    }

    // ---- layers

    private interface Biases {
        /// Of the input and of the state, of each gate.
        float[][] of(float kept, int gates);
    }

    private static Mutant layer(String mistake, Biases wrong) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            float[][] chronoBiases(boolean lstm, int hidden, double longest, long seed) {
                int gates = lstm ? 4 : 3;
                var biases = new float[2][gates * hidden];
                var kept = new float[hidden];
                new LogOfUniform(1, longest - 1).sample(kept, 0, hidden, new Threefry(seed));
                for (int which = 0; which < 2; which++) for (int i = 0; i < biases[which].length; i++)
                    biases[which][i] = wrong.of(kept[i % hidden], gates)[which][i / hidden];
                return biases;
            }
        }, CHRONO);
    }

    private static void addLayers(List<Mutant> all) {
        all.add(layer("what gates keep in both biases", (kept, gates) -> gates == 4
            ? new float[][] {{-kept, kept, 0, 0}, {-kept, kept, 0, 0}} : new float[][] {{0, kept, 0}, {0, kept, 0}}));
        all.add(layer("what gates keep in one bias, and the other as PyTorch's", (kept, gates) -> gates == 4
            ? new float[][] {{-kept, kept, 0, 0}, {0.1f, 0.1f, 0.1f, 0.1f}} : new float[][] {{0, kept, 0}, {0.1f, 0.1f, 0.1f}}));
        all.add(layer("what a GRU keeps on its reset gate", (kept, gates) -> gates == 4
            ? new float[][] {{-kept, kept, 0, 0}, new float[4]} : new float[][] {{kept, 0, 0}, new float[3]}));
        all.add(layer("a GRU's update gate taken for what lets in", (kept, gates) -> gates == 4
            ? new float[][] {{-kept, kept, 0, 0}, new float[4]} : new float[][] {{0, -kept, 0}, new float[3]}));
        all.add(layer("what an LSTM lets in left alone", (kept, gates) -> gates == 4
            ? new float[][] {{0, kept, 0, 0}, new float[4]} : new float[][] {{0, kept, 0}, new float[3]}));
        all.add(layer("half in each bias, with the sign of both", (kept, gates) -> gates == 4
            ? new float[][] {{-kept / 2, kept / 2, 0, 0}, {kept / 2, kept / 2, 0, 0}}
            : new float[][] {{0, kept, 0}, new float[3]}));
    }

    private static Mutant remembering(String mistake, RNN.Activation activation, Initializer input, Initializer weight,
        Initializer bias) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            RNN remembering(int in, int hidden) {
                return new RNN(in, hidden, activation, RecurrentOptions.layers(1).initializers(input, weight, bias));
            }
        }, REMEMBERING);
    }

    private static void addRemembering(List<Mutant> all) {
        var relu = RNN.Activation.RELU;
        var input = Initializers.normal(0, 0.001);
        var eye = Initializers.eye();
        var zeros = Initializers.zeros();
        all.add(remembering("the identity before a hyperbolic tangent", RNN.Activation.TANH, input, eye, zeros));
        all.add(remembering("an orthogonal matrix for the identity", relu, input, Initializers.orthogonal(), zeros));
        all.add(remembering("a hundredth of the identity", relu, input, Initializers.scaled(eye, 0.01), zeros));
        all.add(remembering("PyTorch's biases beside the identity", relu, input, eye, Initializers.torchDefault()));
        all.add(remembering("a deviation for a variance beside the identity", relu, Initializers.normal(0, Math.sqrt(0.001)),
            eye, zeros));
        all.add(remembering("inputs by Xavier's law beside the identity", relu, Initializers.xavierNormal(), eye, zeros));
    }
}
