package dev.lanewise.bridge;

import dev.lanewise.formula.Term;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.MaxPooling;
import dev.lanewise.kernel.PlaneMap;
import dev.lanewise.kernel.Recurrence;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Unfold;
import java.lang.invoke.MethodHandles;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/// What only the library's own layers, losses and optimizers need of tensors. The package of tensors gives it, as its first class
/// is used.
public abstract class TensorBridge {

    private static volatile TensorBridge bridge;

    /// Convolutions of one size.
    public interface Convolution {

        /// `[batch, in, height, width] -> [batch, out, rows, columns]`
        ///
        /// @param bias `[out]`; null for none
        Tensor apply(Tensor x, Tensor weight, Tensor bias);

        /// `[batch, in, rows, columns] -> [batch, out, height, width]`
        ///
        /// @param bias `[out]`; null for none
        Tensor applyTransposed(Tensor x, Tensor weight, Tensor bias);
    }

    /// The largest elements of windows.
    ///
    /// @param indices of each its place in its plane; -1 where a window has no element
    public record Largest(Tensor values, int[] indices) {}

    /// What sees operations as they are recorded for gradients. It must not keep the thread's modes from being closed.
    public interface Witness {

        /// @param operation its name
        /// @param result    what it made; [TensorBridge#source] says by which key others know it
        /// @param inputs    those that need a gradient
        void recorded(String operation, Tensor result, List<Source> inputs);

        /// That what was recorded last computes a formula.
        ///
        /// @param formula of the inputs, with all its numbers
        /// @param inputs  all of them
        void isElementwise(Term formula, List<Tensor> inputs);

        /// That what was recorded last is a part of its input.
        void isWindow(Window window);
    }

    /// Every `step`-th index of a dimension, from one to another.
    ///
    /// @param whole of which it is a part
    public record Window(Shape whole, int dim, int from, int to, int step) {}

    /// Where an input of an operation came from.
    ///
    /// @param key the leaf, or what stands for the operation that made it
    public record Source(Object key, Shape shape) {}

    /// What attention gives.
    public interface Attended {

        /// `[…, queries, m]`
        Tensor output();

        /// What values were weighted by, `[…, queries, keys]`, which is made for this call.
        Tensor weights();
    }

    /// A way in which calls are run on a thread, as [Autograd#noGrad()] is one: a value that holds on the thread that opens it,
    /// until it is closed. No other thread sees it. All modes of a thread nest, whatever their kind: see [Autograd.Mode].
    ///
    /// @param <T> the type of the value; it should be immutable
    public interface CallMode<T> {

        /// Lets a value hold on this thread until the mode is closed.
        ///
        /// @param name the call that the user makes, for messages: "evaluating()"
        Autograd.Mode open(String name, T value);

        /// The value that was opened last on this thread, and is not closed.
        T get();
    }

    /// The one there is.
    public static TensorBridge get() {
        if (bridge == null) initializeTensors();
        return bridge;
    }

    private static void initializeTensors() {
        try {
            MethodHandles.lookup().ensureInitialized(Tensor.class);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /// For the package of tensors.
    protected static void give(TensorBridge given) { bridge = given; }

    /// What a linear layer computes, `[…, in] -> […, out]`: x Wᵀ + b in one operation.
    ///
    /// @param weight `[out, in]`
    /// @param bias   `[out]`; null for none
    /// @throws IllegalArgumentException if the shapes don't fit
    public abstract Tensor linear(Tensor x, Tensor weight, Tensor bias);

    /// As [#linear], and of each element the larger of it and 0.
    public abstract Tensor linearRelu(Tensor x, Tensor weight, Tensor bias);

    /// Of an input `[batch, in, height, width]` and a weight `[out, in / groups, kernel rows, kernel columns]`, which the caller
    /// has checked.
    ///
    /// @param last  what was returned for the call before, or null: it is returned again if it fits
    /// @throws IllegalArgumentException if no window fits, or the result is larger than an array
    public abstract Convolution convolution(Convolution last, Tensor x, Shape weight, Unfold.Window window, int groups);

    /// Of the results of a convolution, `[batch, in, rows, columns]`, and its weight `[in, out / groups, kernel rows, kernel
    /// columns]`, back to images of `height` x `width`.
    ///
    /// @throws IllegalArgumentException if there are more results than windows that fit, or the images are larger than an array
    public abstract Convolution transposedConvolution(Tensor x, Shape weight, Unfold.Window window, int groups, int height,
                                                      int width);

    /// All steps of a recurrent layer in one direction, as one operation: the states after each, `[rows, hidden]`; of an LSTM,
    /// and the cell's behind them, `[2, rows, hidden]`. The caller has checked the shapes.
    ///
    /// @param steps   with at least one step
    /// @param x       `[rows, in]`, as the steps say
    /// @param h       `[batch, hidden]`, the first states
    /// @param c       the first cell states; null if the cell has none
    /// @param weights input weight `[gates * hidden, in]`, recurrent weight `[gates * hidden, hidden]`, and a bias of each,
    ///     `[gates * hidden]`, or null for none
    /// @throws IllegalArgumentException if the results or what is kept for the way back are larger than an array
    public abstract Tensor recurrent(Recurrence.Cell cell, Recurrence.Steps steps, Tensor x, Tensor h, Tensor c,
        Tensor... weights);

    /// The last dimensions of each example brought to mean 0 and variance 1 together, or to a mean square of 1; then scaled and
    /// shifted.
    ///
    /// @param operation names it
    /// @param dims      how many dimensions
    /// @param centred   whether the mean is taken off
    /// @param weight    of the shape of these dimensions, as the bias; null for none
    public abstract Tensor normalizeLast(String operation, Tensor x, int dims, boolean centred, Tensor weight, Tensor bias,
        double eps);

    /// The same of each of so many parts of an example's channels, `[batch, channels, …]`.
    ///
    /// @param x      not empty
    /// @param weight of each channel, as the bias; null for none
    public abstract Moments.Standardized normalizeParts(String operation, Tensor x, int parts, Tensor weight, Tensor bias,
        double eps);

    /// The same of each channel of all examples.
    ///
    /// @param x not empty
    public abstract Moments.Standardized normalizeChannels(String operation, Tensor x, Tensor weight, Tensor bias, double eps);

    /// The largest element of each window, `[batch, channels, height, width] -> [batch, channels, rows, columns]`.
    ///
    /// @param kernel of as many planes as `x` has
    public abstract Tensor maxPool(Tensor x, MaxPooling kernel);

    /// As [#maxPool], and where they are.
    public abstract Largest maxPoolWithIndices(Tensor x, MaxPooling kernel);

    /// A linear map of planes, `[batch, channels, height, width] -> [batch, channels, rows, columns]`.
    ///
    /// @param map of as many planes as `x` has
    public abstract Tensor planes(String operation, Tensor x, PlaneMap map);

    /// Of each row, -w log p(label).
    ///
    /// @param logits `[rows, classes]`
    /// @param labels of each row that counts, 0 to classes - 1
    /// @param kept   whether a row counts; the others have loss 0, and gradient 0 where their logits are finite; null if all do
    /// @param weight of each row, null for 1
    /// @throws IllegalArgumentException if a label is out of range, or an array's length is not the number of rows
    public abstract Tensor crossEntropies(Tensor logits, int[] labels, boolean[] kept, float[] weight);

    /// The sum of [#crossEntropies], divided.
    ///
    /// @throws IllegalArgumentException as [#crossEntropies], or if the divisor is 0 or NaN
    public abstract Tensor crossEntropy(Tensor logits, int[] labels, boolean[] kept, float[] weight, float divisor);

    /// Of queries `[…, queries, n]`, keys `[…, keys, n]` and values `[…, keys, m]` that the caller has checked, all of the same
    /// leading sizes: e^(q kᵀ + bias), divided by its sums over the keys, times the values.
    ///
    /// @param causal  whether query i sees keys 0 to i alone
    /// @param allowed 0 where a query must not see a key; of the matrix's dimensions `[…, queries, keys]`, broadcast to it; null
    ///     if all may
    /// @param bias    as `allowed`; null for none
    /// @param dropped the probability with which a weight is dropped
    /// @param keys    whose streams say which; null if none is
    public abstract Attended attention(Tensor q, Tensor k, Tensor v, boolean causal, Tensor allowed, Tensor bias, double dropped,
        Threefry keys);

    /// Runs a formula over tensors of one shape, slot i being `slots[i]`; its outputs are written in place. The first slot says
    /// how all that are written must lie in memory; what lies otherwise and is only read is gathered first, and replaced in the
    /// array.
    public abstract void update(Elementwise kernel, float[] scalars, Tensor... slots);

    /// `x` as it is, or a copy that lies in memory as `tensor` of the same shape does: [#update] needs no memory for it then.
    public abstract Tensor arrangedAs(Tensor tensor, Tensor x);

    /// For what outlives this opening of a scope: a tensor that lies in one is copied, with its place in the record, any other is
    /// returned as it is.
    public abstract Tensor lasting(Tensor x);

    /// Another number after each change in place of what `x` lies in: who keeps something made of it goes by that.
    public abstract int version(Tensor x);

    /// Takes elements as they lie in memory.
    public interface Elements {

        /// @param data to be read alone
        void take(float[] data, int offset, int count);
    }

    /// Shows the elements row by row, without a copy where they lie so.
    public abstract void read(Tensor x, Elements elements);

    /// Whether a leaf has a gradient: as [Tensor#grad], without a copy.
    public abstract boolean hasGradient(Tensor leaf);

    /// Takes a leaf's gradient away: its numbers, in the order in which the leaf's lie in memory. Where they lie so in an array
    /// of a scope's that holds nothing else, that array is given out, without a copy, and the scope gets `spare` for it.
    ///
    /// @param leaf  has a gradient
    /// @param spare as long as the leaf; of no use to the caller any longer
    /// @return an array that nobody else has: `spare`, or the gradient's
    public abstract float[] takeGradient(Tensor leaf, float[] spare);

    /// A tensor of numbers in the order in which those of `like` lie in memory, without a copy.
    ///
    /// @param numbers as long as `like`
    public abstract Tensor lyingAs(Tensor like, float[] numbers);

    /// Shows what is recorded on this thread until the mode is closed.
    public abstract Autograd.Mode witnessed(Witness witness);

    /// Whether a tensor has a part in one of these, as the record says.
    public abstract Predicate<Tensor> partsOf(Collection<Tensor> ends);

    /// By what a tensor is known as an operation's input: itself if it is a leaf, else what stands for the operation that made
    /// it.
    public abstract Object source(Tensor x);

    /// @param usual the value where none is open
    public abstract <T> CallMode<T> callMode(T usual);
}
