package dev.lanewise.nn.attention;

import dev.lanewise.nn.Module;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Self-attention that starts as that of trained networks looks: what projects queries and keys makes nearly the identity, so
/// that a token looks at those like itself, and what projects values and gathers them nearly a negative one. Source: Trockman and
/// Kolter, "Mimetic initialization of self-attention layers", 2023, 4.
///
/// ```java
/// model.initialize(42);
/// Mimetic.ofDefaults().run(model, 42);
/// ```
///
/// With Z a matrix of independent normal numbers of variance 1 / width, new for each product, and weights `[out, in]`: values and
/// outputs are W_outᵀ's and W_value's product (W_out W_value)ᵀ = value.noise Z + value.identity I = U S Vᵀ, and each has the root
/// of S. Of each head W_queryᵀ W_key is the nearest to queryKey.noise Z + queryKey.identity I that its width leaves, which has
/// the greatest singular values; of a single head it is that itself. Biases stay.
///
/// @param queryKey of queries and keys; the authors' are 0.7 and 0.7, of language models, whose trained networks look otherwise,
///     the second may be less than 0
/// @param value    of values and outputs; theirs are 0.4 and -0.4
public record Mimetic(Near queryKey, Near value) {

    /// `noise` times a matrix of independent normal numbers of variance 1 / width, plus `identity` times the identity.
    ///
    /// @param noise    positive and finite: without it all heads are the same
    /// @param identity finite
    public record Near(double noise, double identity) {

        /// Refuses noise that isn't positive, and what no float holds.
        public Near {
            if (!((float) noise > 0 && Float.isFinite((float) noise)
                && Float.isFinite((float) identity))) throw new IllegalArgumentException(
                "mimetic: noise " + noise + ", identity " + identity + "; the first must be positive, and both finite as floats");
        }

        /// The law of an element of such a product, less `identity` on the diagonal; all are independent.
        public Distribution law(int width) { return new Distribution.Normal(0, noise / Math.sqrt(width)); }

        /// By columns.
        private SingularValues drawn(int width, RandomSource source) {
            var normal = new float[width];
            var columns = new double[width][width];
            for (int j = 0; j < width; j++) {
                source.normal(normal, 0, width);
                for (int i = 0; i < width; i++) columns[j][i] = noise / Math.sqrt(width) * normal[i] + (i == j ? identity : 0);
            }
            return SingularValues.of(columns);
        }
    }

    /// Refuses null.
    public Mimetic {
        Objects.requireNonNull(queryKey, "mimetic: nothing for queries and keys");
        Objects.requireNonNull(value, "mimetic: nothing for values");
    }

    /// The authors' numbers, for pictures.
    public static Mimetic ofDefaults() { return new Mimetic(new Near(0.7, 0.7), new Near(0.4, -0.4)); }

    /// Starts all self-attention of a model so, by streams of (seed, path); a decoder's attention to its memory and all else
    /// stay. The work is that of a singular value decomposition for each head, and one more: each grows with the cube of the
    /// width, so that a layer of width 768 and 12 heads takes some 45 s of one core.
    ///
    /// @return the paths of what was started
    /// @throws IllegalArgumentException if there is none, or one whose keys or values have a width of their own; nothing is
    ///     changed then
    public List<String> run(Module model, long seed) {
        Objects.requireNonNull(model, "mimetic: no model");
        var attentions = attentions(model);
        if (attentions.isEmpty()) throw new IllegalArgumentException("mimetic: the model has no self-attention; give one that has"
            + " MultiheadAttention");
        attentions.forEach((path, attention) -> {
            if (!attention.namedParameters()
                .containsKey("in_proj_weight")) throw new IllegalArgumentException("mimetic: attention at \"" + path
                + "\" takes keys or values of another width than queries, where there is no identity; leave it out");
        });
        var source = new Threefry(seed);
        attentions.forEach((path, attention) -> start(attention, source.stream(path.isEmpty() ? "mimetic" : path + ".mimetic")));
        return List.copyOf(attentions.keySet());
    }

    private static Map<String, MultiheadAttention> attentions(Module model) {
        var attentions = new LinkedHashMap<String, MultiheadAttention>();
        var toMemory = Collections.newSetFromMap(new IdentityHashMap<Module, Boolean>());
        model.namedModules().forEach((path, module) -> {
            if (module instanceof TransformerDecoderLayer layer) toMemory.add(layer.memoryAttention());
            if (module instanceof MultiheadAttention attention) attentions.put(path, attention);
        });
        attentions.values().removeIf(toMemory::contains);
        return attentions;
    }

    private void start(MultiheadAttention attention, RandomSource source) {
        int width = attention.width();
        int each = width / attention.heads();
        var projections = new float[3 * width * width];
        for (int head = 0; head < attention.heads(); head++) {
            var product = queryKey.drawn(width, source.stream(head));
            write(product.left(), product.values(), each, projections, head * each * width);
            write(product.right(), product.values(), each, projections, (width + head * each) * width);
        }
        var product = value.drawn(width, source.stream("values"));
        write(product.left(), product.values(), width, projections, 2 * width * width);
        var out = new float[width * width];
        write(product.right(), product.values(), width, out, 0);
        var parameters = attention.namedParameters();
        parameters.get("in_proj_weight").load(Tensor.wrap(projections, 3 * width, width));
        parameters.get("out_proj.weight").load(Tensor.wrap(out, width, width).t());
    }

    /// The first of the vectors, each times its value's root, one below the other.
    private static void write(double[][] vectors, double[] values, int count, float[] data, int offset) {
        for (int row = 0; row < count; row++) for (int i = 0; i < vectors[row].length; i++)
            data[offset + row * vectors[row].length + i] = (float) (Math.sqrt(values[row]) * vectors[row][i]);
    }
}
