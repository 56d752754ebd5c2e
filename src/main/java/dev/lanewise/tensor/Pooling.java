package dev.lanewise.tensor;

import dev.lanewise.bridge.TensorBridge.Largest;
import dev.lanewise.kernel.MaxPooling;
import dev.lanewise.kernel.PlaneMap;

/// What becomes of images' planes, `[batch, channels, height, width]`, one by one: the largest of windows, and linear maps.
final class Pooling {

    private Pooling() {}

    /// The largest elements of windows. Where they are is fixed: so the gradient puts each number there, and its gradient takes
    /// it from there again.
    static Tensor max(Tensor x, MaxPooling kernel) {
        var dense = View.gathered(x);
        var y = Tensor.empty(windows(x, kernel));
        var chosen = Autograd.records(x) ? Tensor.empty(y.shape()) : null;
        kernel.run(dense.data(), dense.layout.offset(), y.data(), 0, chosen == null ? null : chosen.data(), 0);
        if (chosen == null) return y;
        var kept = new SavedTensor("maxPool", chosen);
        return Autograd.record(y, "maxPool", Edge.to(x, g -> scattered(g, kept.get(), kernel)));
    }

    /// With the indices, each of its plane; -1 where a window has nothing.
    static Largest maxWithIndices(Tensor x, MaxPooling kernel) {
        var dense = View.gathered(x);
        var chosen = Tensor.empty(windows(x, kernel));
        kernel.run(dense.data(), dense.layout.offset(), new float[chosen.numel()], 0, chosen.data(), 0);
        var indices = new int[chosen.numel()];
        for (int i = 0; i < indices.length; i++) {
            int index = Float.floatToRawIntBits(chosen.data()[i]);
            indices[i] = index == kernel.size() ? -1 : index;
        }
        return new Largest(max(x, kernel), indices);
    }

    private static Shape windows(Tensor x, MaxPooling kernel) {
        return Shape.of(x.size(0), x.size(1), kernel.down().positions(), kernel.across().positions());
    }

    private static Tensor scattered(Tensor g, Tensor chosen, MaxPooling kernel) {
        var dense = View.gathered(g);
        var images = Tensor.blank(Shape.of(g.size(0), g.size(1), kernel.down().size(), kernel.across().size()));
        kernel.scatter(dense.data(), dense.layout.offset(), chosen.data(), 0, images.data(), 0);
        if (!Autograd.records(g)) return images;
        var kept = new SavedTensor("maxPool backward", chosen);
        return Autograd.record(images, "maxPool backward", Edge.to(g, h -> gathered(h, kept.get(), kernel)));
    }

    private static Tensor gathered(Tensor x, Tensor chosen, MaxPooling kernel) {
        var dense = View.gathered(x);
        var y = Tensor.empty(chosen.shape());
        kernel.gather(dense.data(), dense.layout.offset(), chosen.data(), 0, y.data(), 0);
        if (!Autograd.records(x)) return y;
        var kept = new SavedTensor("maxPool backward", chosen);
        return Autograd.record(y, "maxPool backward", Edge.to(x, g -> scattered(g, kept.get(), kernel)));
    }

    /// A linear map, whose gradient is its transpose.
    static Tensor map(String operation, Tensor x, PlaneMap map) {
        var dense = View.gathered(x);
        var y = Tensor.empty(Shape.of(x.size(0), x.size(1), map.down().positions(), map.across().positions()));
        map.run(dense.data(), dense.layout.offset(), y.data(), 0);
        return Autograd.record(y, operation, Edge.free(x, g -> map(operation + " backward", g, map.transposed())));
    }
}
