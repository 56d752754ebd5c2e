package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Clause.*;

import dev.lanewise.nn.Admin;
import dev.lanewise.nn.ResidualSum;
import dev.lanewise.nn.attention.Mimetic;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Mistakes in starting whole modules: attention as trained networks have it, and what skips branches.
final class WrongStarts {

    private static final int WIDTH = StartsContract.WIDTH;

    private WrongStarts() {}

    static void addTo(List<Mutant> all) {
        addMimetic(all);
        addAdmin(all);
    }

    // ---- attention

    private interface Attention {
        void start(MultiheadAttention attention, long seed);
    }

    private static Mutant mimetic(String mistake, Attention wrong) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            void mimetic(MultiheadAttention attention, long seed) { wrong.start(attention, seed); }
        }, MIMETIC);
    }

    private static Mutant numbers(String mistake, double keyNoise, double keyIdentity, double valueNoise, double valueIdentity) {
        return mimetic(mistake, (attention, seed) -> new Mimetic(new Mimetic.Near(keyNoise, keyIdentity),
            new Mimetic.Near(valueNoise, valueIdentity)).run(attention, seed));
    }

    private interface Change {
        /// @param input  rows of queries, keys and values
        /// @param output `[out, in]`
        void of(float[] input, float[] output, int heads);
    }

    /// Starts well, and does something to the weights.
    private static Mutant changed(String mistake, Change change) {
        return mimetic(mistake, (attention, seed) -> {
            Mimetic.ofDefaults().run(attention, seed);
            var input = attention.namedParameters().get("in_proj_weight");
            var output = attention.namedParameters().get("out_proj.weight");
            var in = input.tensor().toArray();
            var out = output.tensor().toArray();
            change.of(in, out, attention.heads());
            input.load(Tensor.wrap(in, 3 * WIDTH, WIDTH));
            output.load(Tensor.wrap(out, WIDTH, WIDTH));
        });
    }

    private static void turn(float[] data, int offset) {
        for (int i = 0; i < WIDTH; i++) for (int j = 0; j < i; j++) {
            float one = data[offset + i * WIDTH + j];
            data[offset + i * WIDTH + j] = data[offset + j * WIDTH + i];
            data[offset + j * WIDTH + i] = one;
        }
    }

    private static void addMimetic(List<Mutant> all) {
        // as a published implementation has it
        all.add(numbers("what is for values for queries, and the other way round", 0.4, 0.4, 0.7, -0.7));
        all.add(numbers("values that go on as they are", 0.7, 0.7, 0.4, 0.4));
        all.add(numbers("queries that look away", 0.7, -0.7, 0.4, -0.4));
        all.add(numbers("a width for its root in the noise", 0.7 / Math.sqrt(WIDTH), 0.7, 0.4 / Math.sqrt(WIDTH), -0.4));
        all.add(numbers("noise that isn't over the width's root", 0.7 * Math.sqrt(WIDTH), 0.7, 0.4 * Math.sqrt(WIDTH), -0.4));
        all.add(numbers("noise alone", 0.7, 0, 0.4, 0));
        all.add(changed("one head for all", (in, _, heads) -> {
            for (int part = 0; part < 2; part++) for (int i = WIDTH * WIDTH / heads; i < WIDTH * WIDTH; i++)
                in[part * WIDTH * WIDTH + i] = in[part * WIDTH * WIDTH + i % (WIDTH * WIDTH / heads)];
        }));
        all.add(changed("queries turned", (in, _, _) -> turn(in, 0)));
        all.add(changed("outputs turned", (_, out, _) -> turn(out, 0)));
        all.add(changed("values and outputs left to themselves", (in, _, _) ->
            new Distribution.Normal(0, 0.2).sample(in, 2 * WIDTH * WIDTH, WIDTH * WIDTH, new Threefry(1))));
        all.add(changed("singular values in queries alone", (in, _, _) -> {
            for (int row = 0; row < WIDTH; row++) {
                double length = 0;
                for (int i = 0; i < WIDTH; i++) length += Math.pow(in[row * WIDTH + i], 2);
                for (int i = 0; i < WIDTH; i++) {
                    in[row * WIDTH + i] *= (float) Math.sqrt(length);
                    in[(WIDTH + row) * WIDTH + i] /= (float) Math.sqrt(length);
                }
            }
        }));
        all.add(changed("singular values in both", (in, _, _) -> {
            for (int row = 0; row < 2 * WIDTH; row++) {
                double length = 0;
                for (int i = 0; i < WIDTH; i++) length += Math.pow(in[row * WIDTH + i], 2);
                for (int i = 0; i < WIDTH; i++) in[row * WIDTH + i] *= (float) Math.sqrt(length);
            }
        }));
        all.add(mimetic("PyTorch's start", (_, _) -> {}));
    }

    // ---- sums

    private interface Factor {
        /// @param right the factors that there should be, of this sum and of those around it
        double of(int i, List<Double> right);
    }

    private static Mutant factors(String mistake, Factor factor) {
        return admin(mistake, (sums, right) -> {
            for (int i = 0; i < sums.size(); i++) sums.get(i).skip(factor.of(i, right));
        });
    }

    private interface Sums {
        void change(List<ResidualSum> sums, List<Double> right);
    }

    private static Mutant admin(String mistake, Sums wrong) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            void admin(TransformerEncoder model, Tensor batch) {
                Admin.run(model, batch);
                var sums = new ArrayList<ResidualSum>();
                for (var layer : model.layers()) sums.addAll(layer.sums());
                wrong.change(sums, sums.stream().map(ResidualSum::skip).toList());
            }
        }, ADMIN);
    }

    private static void addAdmin(List<Mutant> all) {
        all.add(factors("what skips a branch left alone", (_, _) -> 1));
        all.add(factors("a variance for a deviation of what skips", (i, right) -> right.get(i) * right.get(i)));
        all.add(factors("a fourth root for a deviation of what skips", (i, right) -> Math.sqrt(right.get(i))));
        all.add(factors("one over what skips", (i, right) -> 1 / right.get(i)));
        all.add(factors("the branch itself among those before it", (i, right) -> right.get(Math.min(i + 1, right.size() - 1))));
        all.add(factors("the branch before left out", (i, right) -> right.get(Math.max(i - 1, 0))));
        all.add(factors("each layer as if it were the first", (i, right) -> right.get(i % 2)));
        all.add(factors("the deepest first", (i, right) -> right.get(right.size() - 1 - i)));
        all.add(factors("one factor for all sums", (_, right) -> right.getLast()));
        all.add(factors("branches' deviations for their variances", (i, right) -> {
            double sum = 1;
            for (int j = 0; j < i; j++) sum += Math.sqrt(Math.pow(right.get(j + 1), 2) - Math.pow(right.get(j), 2));
            return sum;
        }));
        all.add(admin("the branch multiplied for what skips it", (sums, right) -> {
            for (int i = 0; i < sums.size(); i++) sums.get(i).skip(1).branch(right.get(i));
        }));
        all.add(admin("the branch divided, too", (sums, right) -> {
            for (int i = 0; i < sums.size(); i++) sums.get(i).branch(1 / right.get(i));
        }));
    }
}
