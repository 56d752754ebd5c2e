package dev.lanewise.check;

import dev.lanewise.file.Quote;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What a rule of a [Contract] says of the tensors that its pattern names.
sealed interface ContractLaw {

    /// Whatever they are: they aren't looked at.
    record Any() implements ContractLaw {}

    /// The bits of another tensor.
    ///
    /// @param name its name, in which `$1` is what the pattern's first star stands for
    /// @param or   what holds if they aren't the other's; null for nothing
    record Same(String name, Drawn or) implements ContractLaw {}

    /// How a shape is read.
    enum Layout {
        /// [out, in, kernel…], as PyTorch has it.
        OUT_IN("out-in"),
        /// [kernel…, in, out], as GPT-2's Conv1D, Keras and Flax have it.
        IN_OUT("in-out"),
        /// [in, out, kernel…], as PyTorch's transposed convolutions have it.
        CONV_TRANSPOSE("conv-transpose"),
        /// [rows, dim].
        EMBEDDING("embedding"),
        /// As PyTorch's initializers take it, right or wrong: [Fan#likePyTorch].
        TORCH("torch");

        private final String word;

        Layout(String word) { this.word = word; }

        String word() { return word; }

        /// Whether outputs, stacked in blocks, have a fan for each.
        boolean hasBlocks() { return this == OUT_IN || this == IN_OUT; }

        /// Whether a convolution's groups count.
        boolean hasGroups() { return hasBlocks() || this == CONV_TRANSPOSE; }

        static Layout of(String word) {
            for (var layout : values()) if (layout.word.equals(word)) return layout;
            throw new IllegalArgumentException("\"as\" " + Quote.of(word) + ", but shapes are read as one of "
                + IntStream.range(0, values().length).mapToObj(i -> values()[i].word).collect(Collectors.joining(", ")));
        }

        /// @throws IllegalArgumentException if there are no such groups
        Fan fan(Shape shape, int blocks, double groups) {
            int rank = shape.rank();
            int grouped = shape.size(this == IN_OUT ? rank - 1 : 0);
            if (!(groups >= 1 && groups == Math.rint(groups) && grouped % groups == 0)) throw new IllegalArgumentException(grouped
                + (this == CONV_TRANSPOSE ? " inputs" : " outputs") + " are not made of " + Stated.plain(groups)
                + " equal groups; correct the variables or the rule");
            double places = 1;
            for (int dim = 0; dim < rank; dim++) if (this == IN_OUT ? dim < rank - 2 : dim >= 2) places *= shape.size(dim);
            return switch (this) {
                case OUT_IN -> new Fan(shape.size(1) * places, shape.size(0) * places / blocks / groups,
                    shape.size(1) * places, blocks);
                case IN_OUT -> new Fan(shape.size(rank - 2) * places, shape.size(rank - 1) * places / blocks / groups,
                    shape.size(rank - 2) * places, blocks);
                case CONV_TRANSPOSE -> new Fan(shape.size(0) * places / groups, shape.size(1) * places, shape.size(1) * places);
                case EMBEDDING -> Fan.embedding(shape.size(1));
                case TORCH -> Fan.likePyTorch(shape);
            };
        }
    }

    /// A named initializer of [Scheme], with its arguments.
    ///
    /// @param name      of it
    /// @param arguments expressions, or gains
    /// @param blocks    stacked along the outputs: how many; null for one
    /// @param ofRows    how many outputs each has instead; null if `blocks` says it
    /// @param fan       in and out; empty if the shape says it
    /// @param like      the name of a tensor whose fans they are; null if the shape says it
    /// @param groups    of a convolution; null for one
    record Drawn(String name, List<String> arguments, Layout layout, Expression blocks, Expression ofRows, List<Expression> fan,
        String like,
                 Expression groups) implements ContractLaw {

        private static final Pattern GAIN =
            Pattern.compile("(-?inf|linear|conv\\w*|sigmoid|tanh|relu|leaky_relu|selu|(forward|backward)\\(.*\\))");
        private static final Pattern SLOPED = Pattern.compile("leaky_relu\\((.*)\\)");
        /// Two fans that no law takes for the same.
        private static Fan one(int blocks) { return new Fan(7, 11, 13, blocks); }

        private static Fan other(int blocks) { return new Fan(17, 29, 31, blocks); }

        /// The law of a tensor, or of some of its rows.
        ///
        /// @param shape  outermost size first
        /// @param scope  in which variables have their values
        /// @param others shapes by name
        /// @throws IllegalArgumentException if there is none for this shape; the message says why, and what to do
        Stated state(Shape shape, TensorScope scope, Function<String, Shape> others) {
            int outputs = shape.rank() == 0 ? 1 : shape.size(layout == Layout.IN_OUT ? shape.rank() - 1 : 0);
            int count = blocks(outputs, scope);
            var read = layout == Layout.IN_OUT ? outIn(shape) : shape;
            var given = given(scope, others, count);
            if (given == null && shape.rank() >= 2) given = layout.fan(shape, count, groups == null ? 1 : groups.value(scope));
            var initializer = initializer(given == null ? scope : scope.with(given));
            var fan = given;
            if (fan == null) {
                if (!initializer.distribution(one(count), read)
                    .equals(initializer.distribution(other(count), read))) throw new IllegalArgumentException(name
                    + " scales by fans, which shape " + shape
                    + " has not; say \"like\" and the name of its layer's weight, or \"fan\" in and out");
                fan = new Fan(1, 1, 1, count);
            }
            if (!initializer.fits(fan, read)) throw new IllegalArgumentException(name + " is not for shape " + shape
                + (count > 1 ? " in " + count + " blocks" : ""));
            var law = initializer.distribution(fan, read);
            var structure = initializer.structure(fan, read);
            boolean turned = layout == Layout.IN_OUT && !(structure instanceof Structure.Independent) && shape.rank() >= 2;
            return new Stated(law, structure, turned ? read : shape, turned);
        }

        private int blocks(int outputs, Expression.Scope scope) {
            if (blocks == null && ofRows == null) return 1;
            double count = blocks != null ? blocks.value(scope) : outputs / ofRows.value(scope);
            if (count != Math.rint(count) || count < 1 || outputs % (int) count != 0) throw new IllegalArgumentException(
                outputs + " outputs are not made of " + (blocks != null ? Stated.plain(count) + " equal blocks"
                    : "blocks of " + Stated.plain(ofRows.value(scope))) + "; correct the variables or the rule");
            return (int) count;
        }

        private Fan given(TensorScope scope, Function<String, Shape> others, int count) {
            if (!fan.isEmpty()) {
                double in = fan.get(0).value(scope);
                double out = fan.get(1).value(scope);
                if (!(in > 0 && in < Double.POSITIVE_INFINITY && out > 0
                    && out < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
                    "fan " + Stated.plain(in) + " " + Stated.plain(out) + "; both must be above 0 and finite");
                return new Fan(in, out, in, count);
            }
            if (like == null) return null;
            var shape = others.apply(scope.filled(like));
            if (shape.rank() < 2) throw new IllegalArgumentException(Quote.of(scope.filled(like)) + " has shape " + shape
                + ", and no fans");
            return layout.fan(shape, count, groups == null ? 1 : groups.value(scope));
        }

        private static Shape outIn(Shape shape) {
            if (shape.rank() < 2) return shape;
            var sizes = new int[shape.rank()];
            sizes[0] = shape.size(shape.rank() - 1);
            sizes[1] = shape.size(shape.rank() - 2);
            for (int dim = 2; dim < sizes.length; dim++) sizes[dim] = shape.size(dim - 2);
            return Shape.of(sizes);
        }

        private Initializer initializer(Expression.Scope scope) {
            return Scheme.named(name + arguments.stream().map(argument -> ":" + said(argument, scope))
                .collect(Collectors.joining())).weight();
        }

        private static String said(String argument, Expression.Scope scope) {
            if (GAIN.matcher(argument).matches()) return argument;
            var sloped = SLOPED.matcher(argument);
            if (sloped.matches()) return "leaky_relu(" + Stated.plain(Expression.of(sloped.group(1)).value(scope)) + ")";
            double value = Expression.of(argument).value(scope);
            if (!Double.isFinite(value)) throw new IllegalArgumentException(Quote.of(argument) + " is " + value
                + " here; give numbers for which it is finite");
            return Stated.plain(value);
        }
    }

    /// @param law       of an element
    /// @param shape     as the structure takes it
    /// @param turned    whether values have to be turned from [kernel…, in, out] to that
    record Stated(Distribution law, Structure structure, Shape shape, boolean turned) {

        /// Whole numbers without a point.
        static String plain(double value) {
            return value == Math.rint(value) && Math.abs(value) < 1e9 ? "" + (long) value : "" + value;
        }

        float[] turned(float[] values) {
            if (!turned) return values;
            int out = shape.size(0);
            int in = shape.size(1);
            int places = values.length / (out * in);
            var turned = new float[values.length];
            for (int place = 0, at = 0; place < places; place++)
                for (int i = 0; i < in; i++) for (int o = 0; o < out; o++) turned[(o * in + i) * places + place] = values[at++];
            return turned;
        }
    }
}
