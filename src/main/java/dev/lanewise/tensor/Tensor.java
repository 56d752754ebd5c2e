package dev.lanewise.tensor;

import dev.lanewise.random.RandomSource;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/// A dense array of floats with a shape, and, where asked for, the record of how it was computed.
///
/// Tensors are values: operations return new ones, and what a caller holds never changes but through [InPlace]. Views
/// share their storage. A tensor may be read from several threads once it is made.
///
/// Dimensions may be counted from the end: -1 is the last one. Shapes of two operands broadcast: counted from the
/// right, sizes are equal, or one of them is 1 or missing.
public final class Tensor implements Arithmetic, Reducible, Indexable, Viewable {

    static { Bridge.give(); }

    final Storage storage;
    final Layout layout;
    /// Which use of the storage this tensor is of.
    private final int use;
    /// The operation that made this tensor; null for a leaf.
    Node node;
    private boolean requiresGrad;
    private Tensor grad;
    /// A leaf's, null until there is one; what an operation made has them in its node.
    Hooks hooks;

    private Tensor(Storage storage, int use, Layout layout) {
        this.storage = storage;
        this.use = use;
        this.layout = layout;
    }

    /// A view: the same storage, seen in another way.
    Tensor seenAs(Layout layout) { return new Tensor(storage, use, layout); }

    /// For the result of an operation, which writes all of its elements: they are arbitrary at first. In the open [Scope], if
    /// there is one.
    static Tensor empty(Shape shape) {
        var storage = storage(shape.numel());
        if (storage.layout == null || !storage.layout.shape().equals(shape)) storage.layout = Layout.contiguous(shape);
        return new Tensor(storage, storage.use(), storage.layout);
    }

    /// As [#empty(Shape)], for a vector.
    static Tensor empty(int size) {
        var storage = storage(size);
        if (storage.layout == null || !storage.layout.shape().isVector(size)) storage.layout = Layout.contiguous(Shape.of(size));
        return new Tensor(storage, storage.use(), storage.layout);
    }

    /// As [#empty(Shape)], for a matrix.
    static Tensor empty(int rows, int columns) {
        long numel = (long) rows * columns;
        if (numel > Integer.MAX_VALUE) return empty(Shape.of(rows, columns)); // which refuses it
        var storage = storage((int) numel);
        if (storage.layout == null || !storage.layout.shape().isMatrix(rows, columns))
            storage.layout = Layout.contiguous(Shape.of(rows, columns));
        return new Tensor(storage, storage.use(), storage.layout);
    }

    /// As [#empty(Shape)]; the layout must begin at 0, and leave no gaps.
    static Tensor empty(Layout layout) {
        var storage = storage(layout.shape().numel());
        return new Tensor(storage, storage.use(), layout);
    }

    private static Storage storage(int numel) {
        var scope = Context.current().scope;
        return scope == null ? new Storage(new float[numel]) : scope.take(numel);
    }

    /// As [#empty], but all 0: for operations that add to their result.
    static Tensor blank(Shape shape) {
        var result = empty(shape);
        if (result.storage.isScoped()) Arrays.fill(result.data(), 0f);
        return result;
    }

    /// The elements, those of other views of the storage included.
    float[] data() { return storage.data(use); }

    // ---- creation

    /// The array itself, row-major, without a copy: it must not be changed afterwards.
    ///
    /// @throws IllegalArgumentException if the array's length is not the number of elements
    public static Tensor wrap(float[] data, int... shape) {
        var sized = Shape.of(shape);
        if (data == null) throw new IllegalArgumentException("tensor: no array for shape " + sized + "; give its elements");
        if (data.length != sized.numel()) throw new IllegalArgumentException(
            "tensor: " + data.length + " numbers for shape " + sized + ", which has " + sized.numel()
                + " elements; give one for each");
        return new Tensor(new Storage(data), 0, Layout.contiguous(sized));
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
                + rows[i].length + " numbers, row 0 has " + columns + "; they must be as many");
            System.arraycopy(rows[i], 0, data, i * columns, columns);
        }
        return wrap(data, rows.length, columns);
    }

    /// What `writer` writes, all of it, row-major; in the open [Scope], if there is one.
    public static Tensor generate(InPlace.Writer writer, int... shape) { return generate(writer, Shape.of(shape)); }

    /// As [#generate(InPlace.Writer, int...)].
    public static Tensor generate(InPlace.Writer writer, Shape shape) {
        var result = empty(shape);
        writer.write(result.data(), 0, result.numel());
        return result;
    }

    /// A single number, of shape [].
    public static Tensor scalar(float value) { return wrap(new float[] {value}); }

    /// Zeros of a shape; without sizes, a single one.
    public static Tensor zeros(int... shape) { return wrap(new float[Shape.of(shape).numel()], shape); }

    /// Ones of a shape; without sizes, a single one.
    public static Tensor ones(int... shape) { return full(1f, shape); }

    /// One number everywhere.
    public static Tensor full(float value, int... shape) {
        var data = new float[Shape.of(shape).numel()];
        Arrays.fill(data, value);
        return wrap(data, shape);
    }

    /// The numbers start, start + step … below `end` (above it, if the step is negative), each computed by itself.
    ///
    /// @throws IllegalArgumentException if the step is 0 or leads away from the end
    public static Tensor arange(double start, double end, double step) {
        double count = Math.ceil((end - start) / step);
        if (!(count >= 0 && count <= Integer.MAX_VALUE)) throw new IllegalArgumentException(
            "arange: from " + start + " to " + end + " by " + step + "; the step must lead to the end, in fewer than 2^31 steps");
        var data = new float[(int) count];
        for (int i = 0; i < data.length; i++) data[i] = (float) (start + i * step);
        return wrap(data, data.length);
    }

    /// The numbers 0 … n - 1.
    public static Tensor arange(int n) { return arange(0, n, 1); }

    /// `count` numbers from `start` to `end`, both included, evenly spaced.
    public static Tensor linspace(double start, double end, int count) {
        var data = new float[Shape.of(count).numel()];
        double step = count > 1 ? (end - start) / (count - 1) : 0;
        // from the nearer end, so that both ends are exact
        for (int i = 0; i < count; i++) data[i] = (float) (i < count / 2 || count == 1 ? start + i * step
            : end - (count - 1 - i) * step);
        return wrap(data, count);
    }

    /// The identity matrix.
    public static Tensor eye(int n) {
        var data = new float[Shape.of(n, n).numel()];
        for (int i = 0; i < n; i++) data[i * n + i] = 1;
        return wrap(data, n, n);
    }

    /// Tensors one after the other along a dimension; their other sizes are equal. A vector without elements goes with any shape,
    /// and adds nothing.
    public static Tensor cat(int dim, Tensor... parts) { return Take.cat(dim, parts); }

    /// Tensors of one shape along a new dimension.
    public static Tensor stack(int dim, Tensor... parts) {
        if (parts.length == 0) throw new IllegalArgumentException("stack: no tensors; give at least one");
        for (var part : parts) if (!part.shape().equals(parts[0].shape())) throw new IllegalArgumentException(
            "stack: shapes " + parts[0].shape() + " and " + part.shape() + " differ; they must be the same");
        return Take.cat(dim, Arrays.stream(parts).map(part -> View.unsqueeze("stack", part, dim)).toArray(Tensor[]::new));
    }

    /// Elements of `a` where the condition isn't 0, else of `b`; the shapes broadcast.
    public static Tensor where(Tensor condition, Tensor a, Tensor b) { return Elementary.where(condition, a, b); }

    /// Of each label a row of zeros, with a 1 in the column that it names: `[labels, classes]`.
    public static Tensor oneHot(int[] labels, int classes) { return Take.oneHot(labels, classes); }

    /// Sums of products in Einstein's notation, of one tensor or two: `einsum("bij,bjk->bik", a, b)`.
    ///
    /// Each operand has a letter for each dimension. What isn't named behind the arrow is summed; a letter that occurs twice in
    /// one operand takes the diagonal, `...` stands for the dimensions that aren't named. Without an arrow, the result has those
    /// of the ellipsis, then the letters that occur once, in the order of the alphabet. Sizes of one letter are equal, or 1 in
    /// one of two operands.
    ///
    /// What one of two operands has alone, and the result has not, is summed first. If they then share what is summed, and one
    /// has something more that stays, they are put in order for [#matmul], and have its bits; else they are multiplied element by
    /// element.
    ///
    /// @throws IllegalArgumentException if the equation is none, or doesn't fit the shapes
    public static Tensor einsum(String equation, Tensor... operands) { return Einsum.einsum(equation, operands); }

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

    /// The sizes of its dimensions.
    public Shape shape() { return layout.shape(); }

    /// The size of a dimension; -1 is the last one.
    public int size(int dim) { return layout.shape().size(dim); }

    /// The number of elements.
    public int numel() { return layout.shape().numel(); }

    /// Whether the elements lie row by row without gaps, so that [#contiguous()] copies nothing.
    public boolean isContiguous() { return layout.isContiguous(); }

    /// The number of a tensor that has just one.
    public float item() {
        if (numel() != 1) throw new IllegalArgumentException(
            "item: shape " + shape() + " has " + numel()
            + " elements; only a single number is an item: reduce the tensor, or take one with get");
        return data()[layout.offset()];
    }

    /// One element, by an index for each dimension.
    public float get(int... index) {
        if (index.length != shape().rank()) throw new IllegalArgumentException("get: " + index.length
            + " indices for shape " + shape() + ", which has " + shape().rank() + " dimensions; give one for each");
        int at = layout.offset();
        for (int dim = 0; dim < index.length; dim++) {
            if (index[dim] < 0 || index[dim] >= size(dim)) throw new IllegalArgumentException("get: index " + index[dim]
                + " of dimension " + dim + " is out of range for shape " + shape() + "; indices count from 0");
            at += index[dim] * layout.strides()[dim];
        }
        return data()[at];
    }

    /// Whether a scope has taken its memory back, so that nothing but its shape is left.
    boolean isRecycled() { return !storage.isIn(use); }

    /// The elements row by row, in an array of the caller's own.
    public float[] toArray() { return StridedLoop.copy(this); }

    // ---- autograd

    /// Whether a walk back brings a gradient here: a leaf that asked for it, or what was computed from one.
    public boolean requiresGrad() { return requiresGrad || node != null; }

    /// Asks for this leaf's gradient, or no longer; returns this tensor.
    public Tensor requiresGrad(boolean required) {
        if (node != null) throw new IllegalStateException("requiresGrad: a tensor of shape " + shape() + " that \""
            + node.operation + "\" made is no leaf, and requires a gradient as it is, which retainGrad() keeps; use detach()"
            + " for a tensor that needs none");
        this.requiresGrad = required;
        return this;
    }

    /// Whether no recorded operation made this tensor.
    public boolean isLeaf() { return node == null; }

    /// The gradient that [#backward()] has accumulated in this leaf, or in a tensor with [#retainGrad()]; null before. It is a
    /// value that other tensors may share: to change it, put another in its place, with [#grad(Tensor)]. Outside a [Scope], a
    /// copy of one that lies in a scope.
    public Tensor grad() { return grad == null || Context.current().scope != null ? grad : Scope.lasting(grad); }

    /// Puts another gradient in the place of the accumulated one: for clipping. Null drops it.
    ///
    /// @throws IllegalArgumentException if its shape is not this tensor's
    /// @throws IllegalStateException    if a [Scope] has recycled it
    public void grad(Tensor gradient) {
        if (gradient != null && !gradient.shape().equals(shape())) throw new IllegalArgumentException("grad: a gradient of shape "
            + gradient.shape() + " for a tensor of shape " + shape() + "; they must be the same");
        hold(gradient);
    }

    /// Drops the accumulated gradient. One that was taken before keeps its values; within a [Scope], until that recycles it.
    public void zeroGrad() { hold(null); }

    /// What gradients are collected under: a leaf itself, for other tensors the operation that made them.
    Object source() { return node == null ? this : node; }

    void accumulateGrad(Tensor gradient) { hold(accumulated(gradient)); }

    /// The gradient that there is, and another one.
    Tensor accumulated(Tensor gradient) { return grad == null ? gradient : grad.add(gradient); }

    /// The one place that changes the gradient: a scope's memory isn't recycled while it is held.
    void hold(Tensor gradient) {
        // refuses what is recycled: the memory may be another tensor's by now, and would be recycled twice
        if (gradient != null) gradient.data();
        var before = grad;
        grad = gradient;
        if (gradient != null) gradient.storage.holders++;
        if (before == null || --before.storage.holders > 0) return;
        var scope = before.storage.scope();
        if (scope != null) scope.dropped(before.storage);
    }

    boolean hasGradient() { return grad != null; }

    /// See [dev.lanewise.bridge.TensorBridge#takeGradient].
    float[] takeGradient(float[] spare) {
        var gradient = grad;
        var scope = gradient.storage.scope();
        if (scope == null || spare.length != gradient.storage.length() || !gradient.layout.isLike(places())
            || !scope.swap(gradient.storage, spare)) {
            StridedLoop.copy(gradient, spare, places());
            hold(null);
            return spare;
        }
        var numbers = gradient.data();
        gradient.storage.recycle();
        gradient.storage.holders = 0; // its scope doesn't know it any longer
        grad = null;
        return numbers;
    }

    /// See [dev.lanewise.bridge.TensorBridge#lyingAs].
    Tensor lying(float[] numbers) {
        if (numbers.length != numel()) throw new IllegalArgumentException("tensor: " + numbers.length
            + " numbers for shape " + shape());
        return new Tensor(new Storage(numbers), 0, places());
    }

    /// Where the elements are in an array of their own, in the order that they have in this one's.
    private Layout places() { return layout.isDense() ? layout.atStart() : Layout.contiguous(shape()); }

    /// Lets `hook` see each gradient that arrives here on a walk; what it returns, if not null, takes its place.
    ///
    /// @throws IllegalStateException if this tensor requires no gradient
    public Hook registerHook(UnaryOperator<Tensor> hook) {
        if (!requiresGrad()) throw new IllegalStateException("registerHook: a tensor of shape " + shape()
            + " requires no gradient, so none will arrive; call requiresGrad(true) first");
        if (node == null) return (hooks = Hooks.orNew(hooks)).add(hook);
        return (node.hooks = Hooks.orNew(node.hooks)).add(hook);
    }

    /// Keeps the gradient of a tensor that an operation made, as a leaf's is kept: what all hooks have left of it. Once is
    /// enough. Returns this tensor.
    ///
    /// @throws IllegalStateException if this tensor requires no gradient
    public Tensor retainGrad() {
        if (!requiresGrad()) throw new IllegalStateException("retainGrad: a tensor of shape " + shape()
            + " requires no gradient, so none will arrive; call requiresGrad(true) on what it is computed from");
        if (node != null) (node.hooks = Hooks.orNew(node.hooks)).keep(this);
        return this;
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
    public Tensor detach() { return seenAs(layout); }

    // ---- products

    /// `[m, k] x [k, n] -> [m, n]`; a vector becomes a row or a column, which is taken out of the result, and the
    /// leading dimensions of stacks broadcast.
    public Tensor matmul(Tensor b) { return MatMul.matmul(this, b); }

    /// The products of each element of a vector with each of another: `[m], [n] -> [m, n]`.
    public Tensor outer(Tensor b) { return MatMul.outer(this, b); }

    // ---- views and copies

    Tensor reshape(Shape shape) { return View.reshape(this, shape); }

    /// A copy with memory of its own, which no [Scope] recycles. It is recorded: see [#detach()].
    @Override
    public Tensor clone() { return View.copied(this); }

    /// This tensor if its elements lie row by row, else a copy that does.
    public Tensor contiguous() { return View.contiguous(this); }

    /// The shape and the elements, in short.
    @Override
    public String toString() { return Format.format(this); }
}
