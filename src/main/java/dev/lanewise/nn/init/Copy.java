package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;
import java.util.Optional;

/// Given values, and around them, if there is room, what another initializer draws.
final class Copy implements Initializer {

    private final Shape shape;
    private final float[] values;
    /// Null if the values are all there is.
    private final Initializer fresh;

    private Copy(Tensor values, Initializer fresh) {
        this.shape = values.shape();
        this.values = values.toArray();
        this.fresh = fresh;
    }

    static Initializer of(Tensor values) { return new Copy(values, null); }

    static Initializer of(Tensor values, Initializer fresh) {
        return new Copy(values, Objects.requireNonNull(fresh, "copyOf: no initializer for what is not copied"));
    }

    @Override
    public Distribution distribution(Fan fan, Shape target) {
        check(target);
        if (fresh != null) return fresh.distribution(fan, target);
        for (int i = 0; i < values.length; i++) if (!Float.isFinite(values[i])) throw new IllegalArgumentException(
            "copyOf: element " + i + " of the values, of shape " + shape + ", is " + values[i]
            + "; there is a law of finite numbers alone");
        return values.length == 0 ? new Distribution.Constant(0) : new Empirical(values);
    }

    @Override
    public Structure structure(Fan fan, Shape target) {
        check(target);
        var given = Tensor.wrap(values.clone(), shape.toArray());
        return fresh == null ? new Structure.Fixed(given) : new Structure.Given(given, fresh.structure(fan, target));
    }

    @Override
    public boolean fits(Fan fan, Shape target) {
        return objection(target).isEmpty() && (fresh == null || fresh.fits(fan, target));
    }

    @Override
    public void fill(Tensor tensor, Fan fan, RandomSource source) {
        check(tensor.shape());
        if (fresh != null) fresh.fill(tensor, fan, source);
        if (values.length == 0) return;
        InPlace.fill(tensor, (data, offset, _) -> write(data, offset, tensor.shape()));
    }

    @Override
    public String toString() { return "copyOf(values of " + shape + (fresh == null ? ")" : ", " + fresh + ")"); }

    /// Row by row of the last dimension.
    private void write(float[] data, int offset, Shape target) {
        int row = shape.rank() == 0 ? 1 : shape.size(-1);
        for (int from = 0; from < values.length; from += row)
            System.arraycopy(values, from, data, offset + place(from / row, target), row);
    }

    /// Where the target has this row of the values.
    private int place(int row, Shape target) {
        int place = 0;
        int stride = shape.rank() == 0 ? 1 : target.size(-1);
        for (int dim = shape.rank() - 2; dim >= 0; dim--) {
            place += row % shape.size(dim) * stride;
            row /= shape.size(dim);
            stride *= target.size(dim);
        }
        return place;
    }

    private void check(Shape target) {
        objection(target).ifPresent(why -> {
            throw new IllegalArgumentException("copyOf: values of shape " + shape + " for a parameter of shape " + target
                + "; " + why);
        });
    }

    private Optional<String> objection(Shape target) {
        if (fresh == null && !target.equals(shape))
            return Optional.of("they must be the same, unless it is said what the rest starts as: copyOf(values, fresh)");
        boolean fits = target.rank() == shape.rank();
        for (int dim = 0; fits && dim < shape.rank(); dim++) fits = shape.size(dim) <= target.size(dim);
        return fits ? Optional.empty()
            : Optional.of("it must have as many dimensions, and be as large in each or larger: give a part of the values"
                + " that fits");
    }
}
