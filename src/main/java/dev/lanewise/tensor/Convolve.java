package dev.lanewise.tensor;

import dev.lanewise.kernel.Epilogue;
import dev.lanewise.kernel.Gemm;
import dev.lanewise.kernel.Reductions;

/// Convolutions of one size, each in one operation: windows as columns, a product for each group of channels, and the bias in its
/// epilogue. With the bits of these one after the other.
///
/// "By channels" is `[out, batch * positions]`: all positions of the batch side by side, so that each group is one product.
public final class Convolve {

    private final Unfold.Grid grid;
    private final Shape weight;
    private final int groups;
    private final Shape columns;
    private final Shape result;

    private Convolve(Unfold.Grid grid, Shape weight, int groups) {
        this.grid = grid;
        this.weight = weight;
        this.groups = groups;
        this.columns = grid.columnsShape();
        this.result = Shape.of(grid.batch(), weight.size(0), grid.rows(), grid.columns());
    }

    /// Of an input `[batch, in, height, width]` and a weight `[out, in / groups, kernel rows, kernel columns]`, which the caller has
    /// checked.
    ///
    /// @param last  what was returned for the call before, or null: it is returned again if it fits
    /// @throws IllegalArgumentException if no window fits
    public static Convolve of(Convolve last, Tensor x, Shape weight, Unfold.Window window, int groups) {
        if (last != null && last.weight.equals(weight) && last.groups == groups && last.grid.isOf(x, window)) return last;
        return new Convolve(Unfold.Grid.of("conv2d", x, window), weight, groups);
    }

    /// `[batch, in, height, width] -> [batch, out, rows, columns]`
    ///
    /// @param bias `[out]`; null for none
    public Tensor apply(Tensor x, Tensor weight, Tensor bias) {
        var columns = Unfold.columns(x, grid);
        var y = byImages(product(weight, columns, bias));
        if (!Autograd.records(x, weight) && (bias == null || !Autograd.records(bias))) return y;
        var gradients = new Gradients(x, weight, columns);
        var toInput = Edge.to(x, gradients::ofInput);
        var toWeight = Edge.to(weight, gradients::ofWeight);
        return bias == null ? Autograd.record(y, "conv2d", toInput, toWeight)
            : Autograd.record(y, "conv2d", toInput, toWeight, Edge.to(bias, gradients::ofBias));
    }

    /// Outputs of a group.
    private int outputs() { return weight.size(0) / groups; }

    /// Of each output's sum.
    private int terms() { return weight.size(1) * grid.window().places(); }

    /// Of the whole batch.
    private int positions() { return grid.batch() * grid.positions(); }

    /// By channels.
    private Tensor product(Tensor weight, Tensor columns, Tensor bias) {
        var product = Tensor.empty(weight.size(0), positions());
        var w = View.gathered(weight);
        var b = bias == null ? null : View.gathered(bias);
        for (int group = 0; group < groups; group++)
            Gemm.run(outputs(), positions(), terms(), w.data(), w.layout.offset() + group * outputs() * terms(), terms(), false,
                columns.data(), group * terms() * positions(), positions(), false,
                product.data(), group * outputs() * positions(), positions(),
                Epilogue.IDENTITY, b == null ? null : b.data(), b == null ? 0 : b.layout.offset() + group * outputs(), true);
        return product;
    }

    private Tensor byImages(Tensor product) {
        var images = Tensor.empty(result);
        swap(product, images, weight.size(0), grid.batch());
        return images;
    }

    private Tensor byChannels(Tensor images) {
        var channels = Tensor.empty(weight.size(0), positions());
        swap(View.gathered(images), channels, grid.batch(), weight.size(0));
        return channels;
    }

    /// Planes of positions from `[first, second]` to `[second, first]`.
    private void swap(Tensor from, Tensor to, int first, int second) {
        int plane = grid.positions();
        var read = from.data();
        var written = to.data();
        for (int i = 0; i < first; i++)
            for (int j = 0; j < second; j++)
                System.arraycopy(read, from.layout.offset() + (i * second + j) * plane, written, (j * first + i) * plane, plane);
    }

    /// Of one call. Where the walk is recorded, they are made of operations that have derivatives.
    private final class Gradients {
        /// For the weight's gradient, as are its columns.
        private final Saved input;
        /// For the input's.
        private final Saved factor;
        private final Tensor columns;
        /// The last gradient, and the same by channels.
        private Tensor seen;
        private int version;
        private Tensor slopes;

        /// Keeps what the gradients that are asked for are made of: columns are many times the input.
        Gradients(Tensor x, Tensor weight, Tensor columns) {
            this.input = weight.requiresGrad() ? new Saved("conv2d", x) : null;
            this.factor = x.requiresGrad() ? new Saved("conv2d", weight) : null;
            this.columns = weight.requiresGrad() ? columns : null;
        }

        Tensor ofInput(Tensor g) {
            var weight = factor.get();
            if (Autograd.records(g, weight)) {
                var slopes = weight.reshape(groups, outputs(), terms()).transpose(1, 2).matmul(inGroups(g));
                return Unfold.fold(slopes.reshape(Convolve.this.columns).permute(1, 0, 2), grid.window(),
                    grid.rows(), grid.columns(), grid.height(), grid.width());
            }
            var slopes = slopes(g);
            var result = Tensor.empty(Convolve.this.columns);
            var w = View.gathered(weight);
            for (int group = 0; group < groups; group++)
                Gemm.run(terms(), positions(), outputs(), w.data(), w.layout.offset() + group * outputs() * terms(), terms(), true,
                    slopes.data(), group * outputs() * positions(), positions(), false,
                    result.data(), group * terms() * positions(), positions());
            return Unfold.images(result, grid);
        }

        Tensor ofWeight(Tensor g) {
            var x = input.get();
            if (Autograd.records(g, x)) {
                var windows = Unfold.unfold(x, grid.window()).permute(1, 0, 2).reshape(groups, terms(), positions());
                return inGroups(g).matmul(windows.transpose(1, 2)).reshape(weight);
            }
            var slopes = slopes(g);
            var result = Tensor.empty(weight);
            for (int group = 0; group < groups; group++)
                Gemm.run(outputs(), terms(), positions(), slopes.data(), group * outputs() * positions(), positions(), false,
                    columns.data(), group * terms() * positions(), positions(), true,
                    result.data(), group * outputs() * terms(), terms());
            return result;
        }

        Tensor ofBias(Tensor g) {
            if (Autograd.records(g)) return g.sum(0, 2, 3);
            var sums = Tensor.empty(weight.size(0));
            Reductions.SUM.rows(slopes(g).data(), 0, null, 0, null, 0, null, weight.size(0), positions(), sums.data(), 0);
            return sums;
        }

        private Tensor slopes(Tensor g) {
            if (seen != g || version != g.storage.version() || slopes.isRecycled()) slopes = byChannels(g);
            seen = g;
            version = g.storage.version();
            return slopes;
        }

        private Tensor inGroups(Tensor g) { return g.permute(1, 0, 2, 3).reshape(groups, outputs(), positions()); }
    }
}
