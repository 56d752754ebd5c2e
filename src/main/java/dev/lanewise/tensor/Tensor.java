package dev.lanewise.tensor;

import dev.lanewise.random.RandomSource;
import java.util.Arrays;

/// A dense array of floats with a shape, and, where asked for, the record of how it was computed.
///
/// Tensors are values: operations return new ones, and what a caller holds never changes but through [InPlace]. Views
/// share their storage. A tensor may be read from several threads once it is made.
///
/// Dimensions may be counted from the end: -1 is the last one. Shapes of two operands broadcast: counted from the
/// right, sizes are equal, or one of them is 1 or missing.
public final class Tensor {

    final Storage storage;
    final Layout layout;
    /// The operation that made this tensor; null for a leaf.
    Node node;
    private boolean requiresGrad;
    private Tensor grad;

    Tensor(Storage storage, Layout layout) {
        this.storage = storage;
        this.layout = layout;
    }

    // ---- creation

    /// The array itself, row-major, without a copy: it must not be changed afterwards.
    ///
    /// @throws IllegalArgumentException if the array's length is not the number of elements
    public static Tensor wrap(float[] data, int... shape) {
        var sized = Shape.of(shape);
        if (data.length != sized.numel()) throw new IllegalArgumentException(
            "tensor: " + data.length + " numbers for shape " + sized + ", which has " + sized.numel() + " elements");
        return new Tensor(new Storage(data), Layout.contiguous(sized));
    }

    /// A copy of an array, row-major.
    public static Tensor of(float[] data, int... shape) { return wrap(data.clone(), shape); }

    /// A vector.
    public static Tensor of(float... data) { return wrap(data.clone(), data.length); }

    /// A matrix from its rows.
    ///
    /// @throws IllegalArgumentException if rows differ in length
    public static Tensor of(float[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        var data = new float[Shape.of(rows.length, columns).numel()];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != columns) throw new IllegalArgumentException("tensor: row " + i + " has "
                + rows[i].length + " numbers, row 0 has " + columns);
            System.arraycopy(rows[i], 0, data, i * columns, columns);
        }
        return wrap(data, rows.length, columns);
    }

    /// A single number, of shape [].
    public static Tensor scalar(float value) { return wrap(new float[] {value}); }

    public static Tensor zeros(int... shape) { return wrap(new float[Shape.of(shape).numel()], shape); }

    public static Tensor ones(int... shape) { return full(1f, shape); }

    public static Tensor full(float value, int... shape) {
        var data = new float[Shape.of(shape).numel()];
        Arrays.fill(data, value);
        return wrap(data, shape);
    }

    /// Uniform numbers of [0, 1).
    public static Tensor rand(RandomSource source, int... shape) {
        var data = new float[Shape.of(shape).numel()];
        source.uniform(data, 0, data.length);
        return wrap(data, shape);
    }

    /// Standard normal numbers.
    public static Tensor randn(RandomSource source, int... shape) {
        var data = new float[Shape.of(shape).numel()];
        source.normal(data, 0, data.length);
        return wrap(data, shape);
    }

    // ---- what it is

    public Shape shape() { return layout.shape(); }

    public int size(int dim) { return layout.shape().size(dim); }

    public int numel() { return layout.shape().numel(); }

    public boolean isContiguous() { return layout.isContiguous(); }

    /// The number of a tensor that has just one.
    public float item() {
        if (numel() != 1) throw new IllegalArgumentException(
            "item: shape " + shape() + " has " + numel() + " elements; only a single number is an item");
        return storage.data[layout.offset()];
    }

    /// One element, by an index for each dimension.
    public float get(int... index) {
        if (index.length != shape().rank()) throw new IllegalArgumentException("get: " + index.length
            + " indices for shape " + shape() + ", which has " + shape().rank() + " dimensions");
        int at = layout.offset();
        for (int dim = 0; dim < index.length; dim++) {
            java.util.Objects.checkIndex(index[dim], size(dim));
            at += index[dim] * layout.strides()[dim];
        }
        return storage.data[at];
    }

    /// The elements row by row, in an array of the caller's own.
    public float[] toArray() { return Walk.copy(this); }

    // ---- autograd

    public boolean requiresGrad() { return requiresGrad || node != null; }

    /// Asks for this leaf's gradient, or no longer; returns this tensor.
    public Tensor requiresGrad(boolean required) {
        if (node != null) throw new IllegalStateException("requiresGrad: a tensor of shape " + shape() + " that \""
            + node.operation + "\" made is no leaf; use detach() for a tensor that needs no gradient");
        this.requiresGrad = required;
        return this;
    }

    /// Whether no recorded operation made this tensor.
    public boolean isLeaf() { return node == null; }

    /// The gradient that [#backward()] has accumulated in this leaf; null before.
    public Tensor grad() { return grad; }

    /// Drops the accumulated gradient. One that was taken before keeps its values.
    public void zeroGrad() { grad = null; }

    /// What gradients are collected under: a leaf itself, for other tensors the operation that made them.
    Object source() { return node == null ? this : node; }

    void accumulateGrad(Tensor gradient) {
        if (requiresGrad) grad = grad == null ? gradient : grad.add(gradient);
    }

    /// Adds the derivatives of this single number to the gradients of the leaves it was computed from.
    ///
    /// @throws IllegalArgumentException if this isn't a single number
    /// @throws IllegalStateException    if nothing was recorded, or an earlier backward released the record
    public void backward() { backward(null, false, false); }

    /// As [#backward()], for a tensor of any shape whose gradient is given; see [Autograd#grad] for the switches.
    public void backward(Tensor gradient, boolean retainGraph, boolean createGraph) {
        Autograd.backward(this, gradient, retainGraph, createGraph);
    }

    /// The same elements, without the record.
    public Tensor detach() { return new Tensor(storage, layout); }

    // ---- elementwise

    public Tensor add(Tensor b) { return Binary.add(this, b); }

    public Tensor add(float b) { return add(scalar(b)); }

    public Tensor sub(Tensor b) { return Binary.sub(this, b); }

    public Tensor sub(float b) { return sub(scalar(b)); }

    public Tensor mul(Tensor b) { return Binary.mul(this, b); }

    public Tensor mul(float b) { return mul(scalar(b)); }

    public Tensor div(Tensor b) { return Binary.div(this, b); }

    public Tensor div(float b) { return div(scalar(b)); }

    public Tensor neg() { return Unary.NEG.apply(this); }

    public Tensor exp() { return Unary.EXP.apply(this); }

    /// The natural logarithm: NaN below 0, negative infinity at 0.
    public Tensor log() { return Unary.LOG.apply(this); }

    public Tensor sqrt() { return Unary.SQRT.apply(this); }

    public Tensor square() { return Unary.SQUARE.apply(this); }

    /// The larger of x and 0; NaN stays NaN.
    public Tensor relu() { return Unary.RELU.apply(this); }

    // ---- reductions: over the named dimensions, or all of them if none is named

    public Tensor sum(int... dims) { return sum(false, dims); }

    /// @param keepDim leaves the reduced dimensions in place, at size 1
    public Tensor sum(boolean keepDim, int... dims) { return Reduce.sum(this, keepDim, dims); }

    public Tensor mean(int... dims) { return mean(false, dims); }

    public Tensor mean(boolean keepDim, int... dims) { return Reduce.mean(this, keepDim, dims); }

    public Tensor amax(int... dims) { return amax(false, dims); }

    /// The maxima, NaN if there is one among the elements.
    public Tensor amax(boolean keepDim, int... dims) { return Reduce.amax(this, keepDim, dims); }

    /// The index of the first largest element along the last dimension, row by row.
    public int[] argmax() { return Reduce.argmax(this); }

    // ---- softmax

    public Tensor softmax(int dim) { return Softmax.softmax(this, dim); }

    public Tensor logSoftmax(int dim) { return Softmax.logSoftmax(this, dim); }

    /// Of each row of a matrix, the element that its index names: `[rows, columns] -> [rows]`.
    public Tensor pick(int... index) { return Pick.pick(this, index); }

    // ---- products

    /// `[m, k] x [k, n] -> [m, n]`.
    public Tensor matmul(Tensor b) { return MatMul.matmul(this, b); }

    // ---- views

    /// The same elements in another shape; one size may be -1: what the others leave.
    public Tensor reshape(int... shape) { return View.reshape(this, shape); }

    Tensor reshape(Shape shape) { return View.reshape(this, shape); }

    /// All dimensions, in another order.
    public Tensor permute(int... dims) { return View.permute(this, dims); }

    public Tensor transpose(int a, int b) { return View.transpose(this, a, b); }

    /// The transpose of a matrix.
    public Tensor t() {
        if (shape().rank() != 2) throw new IllegalArgumentException(
            "t: shape " + shape() + " is no matrix; use transpose(a, b) or permute");
        return transpose(0, 1);
    }

    /// The same elements repeated along dimensions of size 1, and along new ones on the left.
    public Tensor expand(int... shape) { return View.expand(this, Shape.of(shape)); }

    /// This tensor if its elements lie row by row, else a copy that does.
    public Tensor contiguous() { return View.contiguous(this); }

    /// The shape and the elements, in short.
    @Override
    public String toString() { return Format.format(this); }
}
