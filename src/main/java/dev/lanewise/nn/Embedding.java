package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// A vector for each of a number of things: from indices of any shape to [shape, dim], the weight being
/// [numEmbeddings, dim], standard normal at first.
public final class Embedding extends Layer implements Propagating, Multiplied {

    private final int numEmbeddings;
    private final int dim;
    private final int paddingIdx;
    private final Parameter weight;
    private double multiplier = 1;

    /// Without a padding index.
    public Embedding(int numEmbeddings, int dim) { this(numEmbeddings, dim, Initializers.normal(0, 1)); }

    /// Without a padding index.
    ///
    /// @param weight how the vectors start
    public Embedding(int numEmbeddings, int dim, Initializer weight) { this(numEmbeddings, dim, -1, weight); }

    /// With vectors that start standard normal, as PyTorch's do, but for that of `paddingIdx`, which is 0 and gets no gradient;
    /// -1 for none.
    public Embedding(int numEmbeddings, int dim, int paddingIdx) {
        this(numEmbeddings, dim, checkPadding(paddingIdx, numEmbeddings), Initializers.normal(0, 1));
    }

    /// With vectors that start as told.
    ///
    /// @param paddingIdx whose row is 0 at first and gets no gradient; -1 for none
    /// @param weight     how the vectors start
    public Embedding(int numEmbeddings, int dim, int paddingIdx, Initializer weight) {
        if (numEmbeddings < 1 || dim < 1) throw new IllegalArgumentException(
            "embedding: " + numEmbeddings + " embeddings of " + dim + " dimensions; at least one of each is needed");
        if (paddingIdx != -1) checkPadding(paddingIdx, numEmbeddings);
        this.numEmbeddings = numEmbeddings;
        this.dim = dim;
        this.paddingIdx = paddingIdx;
        this.weight = register(new Parameter("weight", Shape.of(numEmbeddings, dim), Fan.embedding(dim), weight));
    }

    private static int checkPadding(int paddingIdx, int numEmbeddings) {
        if (paddingIdx < 0 || paddingIdx >= numEmbeddings) throw new IllegalArgumentException("embedding: padding index "
            + paddingIdx + " is out of range; there are " + numEmbeddings + " embeddings, 0 to " + (numEmbeddings - 1)
            + "; name one of them, or give none");
        return paddingIdx;
    }

    /// [numEmbeddings, dim].
    public Parameter weight() { return weight; }

    @Override
    public double multiplier() { return multiplier; }

    @Override
    public void multiplier(double factor) { multiplier = Multiplied.checked("embedding: multiplier", factor); }

    /// Called after the weight is filled.
    @Override
    protected void initializeOwn(RandomSource stream) {
        if (paddingIdx < 0) return;
        var values = weight.tensor().toArray();
        Arrays.fill(values, paddingIdx * dim, (paddingIdx + 1) * dim, 0f);
        weight.load(Tensor.wrap(values, numEmbeddings, dim));
    }

    /// As [#forward(int\[\], int...)], after which the hooks are run. They are shown the indices as a tensor, whose floats
    /// hold every index below 2^24.
    public Tensor call(int[] indices, int... shape) {
        var output = forward(indices, shape);
        var input = new float[indices.length];
        for (int i = 0; i < input.length; i++) input[i] = indices[i];
        var leading = Arrays.copyOf(output.shape().toArray(), output.shape().rank() - 1);
        return observed(output, Tensor.wrap(input, leading));
    }

    /// The vectors of `indices`, which are laid out row by row in `shape`; without a shape, in one row. Hooks are not run:
    /// that is for [#call(int\[\], int...)].
    ///
    /// @throws IllegalArgumentException if an index is out of range, or they are not as many as the shape has elements
    public Tensor forward(int[] indices, int... shape) {
        var sized = shape.length == 0 ? Shape.of(indices.length) : Shape.of(shape);
        if (sized.numel() != indices.length) throw new IllegalArgumentException(
            "embedding: " + indices.length + " indices for shape " + sized + ", which has " + sized.numel()
            + " elements; give one for each");
        for (int i = 0; i < indices.length; i++)
            if (indices[i] < 0 || indices[i] >= numEmbeddings) throw new IllegalArgumentException("embedding: index "
                + indices[i] + " at position " + i + " is out of range; there are " + numEmbeddings + " embeddings, 0 to "
                + (numEmbeddings - 1) + ": correct it, or have more");
        var full = Arrays.copyOf(sized.toArray(), sized.rank() + 1);
        full[sized.rank()] = dim;
        return multiplied(vectors(indices)).reshape(full);
    }

    /// Rows of the weight; the padding row as a constant.
    private Tensor vectors(int[] indices) {
        var vectors = weight.tensor().indexSelect(0, indices);
        if (paddingIdx < 0) return vectors;
        var trained = new float[indices.length];
        for (int i = 0; i < trained.length; i++) trained[i] = indices[i] == paddingIdx ? 0 : 1;
        return Tensor.where(Tensor.wrap(trained, indices.length, 1), vectors, vectors.detach());
    }

    /// As [#forward(int\[\], int...)], the indices being whole numbers in a tensor.
    ///
    /// @throws IllegalArgumentException if a number isn't whole, or out of range
    @Override
    public Tensor forward(Tensor indices) {
        var numbers = indices.toArray();
        var whole = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            whole[i] = (int) numbers[i];
            if (whole[i] != numbers[i]) throw new IllegalArgumentException("embedding: " + numbers[i] + " at position " + i
                + " is no index; it must be a whole number, 0 to " + (numEmbeddings - 1));
        }
        if (indices.shape().rank() == 0) return forward(whole, 1).reshape(dim);
        return forward(whole, indices.shape().toArray());
    }

    /// The vectors' own moments: nothing is left of the indices, and how alike those of two inputs are isn't known.
    @Override
    public Passage propagate(Signal in) {
        var law = weight.initializer().distribution(weight.fan(), weight.shape());
        double square = law.variance() + law.mean() * law.mean();
        double mean = multiplier * law.mean();
        return Passage.of(new Signal(multiplier * multiplier * square, Double.NaN, mean, mean == 0 ? law.kurtosis() : Double.NaN),
            0).mixed();
    }

    @Override
    public boolean starts() { return true; }

    @Override
    public String toString() {
        return "Embedding(" + numEmbeddings + ", " + dim + (paddingIdx < 0 ? ")" : ", padding index " + paddingIdx + ")");
    }
}
