package dev.lanewise.diagnose;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The matrix of the derivatives of a recorded tensor's numbers, its rows, with respect to those of some others one behind the
/// other, its columns; never made, but multiplied by vectors. Jᵀ u is a walk back through the record. That walk, recorded, is
/// linear in u: its own derivative with respect to u, weighted by v, is J v (Townsend, "A new trick for calculating Jacobian
/// vector products", 2017).
final class JacobianProducts {

    private final Tensor output;
    private final List<Tensor> inputs;
    /// Those that have a part in the output; others' columns are 0.
    private final List<Tensor> live;
    private final int columns;
    /// u and Jᵀ u, of which no numbers count but the derivative; null until they are needed.
    private Tensor sent;
    private Tensor back;

    /// @param inputs each once, requiring a gradient
    JacobianProducts(Tensor output, List<Tensor> inputs) {
        this.output = output;
        this.inputs = inputs;
        this.live = live(output, inputs);
        this.columns = columns(inputs);
    }

    static int columns(List<Tensor> inputs) {
        long columns = inputs.stream().mapToLong(Tensor::numel).sum();
        if (columns > Integer.MAX_VALUE - 8) throw new IllegalArgumentException("spectrum: " + columns
            + " numbers to differentiate by are more than a vector holds; freeze parameters by requiresGrad(false), or take a"
            + " part of the model");
        return (int) columns;
    }

    static List<Tensor> live(Tensor output, List<Tensor> inputs) {
        if (!output.requiresGrad()) return List.of();
        var parts = TensorBridge.get().partsOf(List.of(output));
        return inputs.stream().filter(parts).toList();
    }

    int rows() { return output.numel(); }

    int columns() { return columns; }

    /// Jᵀ u.
    float[] transposed(float[] u) {
        return live.isEmpty() ? new float[columns]
            : flat(inputs, live, Autograd.grad(output, live, shaped(u, output), true, false));
    }

    /// J v.
    float[] times(float[] v) {
        if (live.isEmpty()) return new float[rows()];
        if (sent == null) {
            sent = Tensor.zeros(output.shape().toArray()).requiresGrad(true);
            back = joined(Autograd.grad(output, live, sent, true, true));
        }
        if (live(back, List.of(sent)).isEmpty()) return new float[rows()];
        return Autograd.grad(back, List.of(sent), Tensor.wrap(taken(v, inputs, live), back.numel()), true, false)
            .getFirst().toArray();
    }

    /// Of a vector of all columns those of the live ones.
    static float[] taken(float[] v, List<Tensor> inputs, List<Tensor> live) {
        if (live.size() == inputs.size()) return v;
        var part = new float[live.stream().mapToInt(Tensor::numel).sum()];
        int from = 0;
        int to = 0;
        for (var input : inputs) {
            if (isIn(live, input)) {
                System.arraycopy(v, from, part, to, input.numel());
                to += input.numel();
            }
            from += input.numel();
        }
        return part;
    }

    /// Tensors of the live ones' shapes as one vector of all columns.
    static float[] flat(List<Tensor> inputs, List<Tensor> live, List<Tensor> values) {
        var flat = new float[columns(inputs)];
        int at = 0;
        int next = 0;
        for (var input : inputs) {
            if (isIn(live, input)) System.arraycopy(values.get(next++).toArray(), 0, flat, at, input.numel());
            at += input.numel();
        }
        return flat;
    }

    static boolean isIn(List<Tensor> tensors, Tensor which) { return tensors.stream().anyMatch(each -> each == which); }

    static Tensor joined(List<Tensor> tensors) {
        var parts = new ArrayList<Tensor>();
        for (var tensor : tensors) parts.add(tensor.reshape(tensor.numel()));
        return parts.size() == 1 ? parts.getFirst() : Tensor.cat(0, parts.toArray(Tensor[]::new));
    }

    static Tensor shaped(float[] values, Tensor as) { return Tensor.wrap(values, as.shape().toArray()); }
}
