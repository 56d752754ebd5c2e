package dev.lanewise.kernel.expr;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// What a product goes through between the registers and memory: C = f(op(A) op(B) + bias), the bias optional.
///
/// The roundings are those of the product, of an addition and of the function's own loop, one after the other: the same bits.
public enum Epilogue {
    IDENTITY(x -> x),
    RELU(Functions::relu);

    private final UnaryOperator<Expr.F32> function;

    Epilogue(UnaryOperator<Expr.F32> function) { this.function = function; }

    /// Whether there is a number to add, for each column of C or for each row.
    public enum Bias { NONE, COLUMNS, ROWS }

    /// A function with a kind of bias: what a register tile is emitted for.
    public record Form(Epilogue epilogue, Bias bias) {

        /// What stands for an element of the product.
        private static final Expr.F32 PRODUCT = Expr.slot(0);
        /// What stands for the number that is added to it.
        private static final Expr.F32 BIAS = Expr.slot(1);
        private static final List<Form> ALL = Arrays.stream(values())
            .flatMap(epilogue -> Arrays.stream(Bias.values()).map(bias -> new Form(epilogue, bias))).toList();
        /// How many there are.
        public static final int COUNT = ALL.size();
        /// A product as it is.
        public static final Form NONE = of(IDENTITY, Bias.NONE);

        /// Always the same object: a product makes no garbage.
        public static Form of(Epilogue epilogue, Bias bias) { return ALL.get(3 * epilogue.ordinal() + bias.ordinal()); }

        /// The one of an index.
        public static Form at(int index) { return ALL.get(index); }

        /// From 0 to [#COUNT].
        public int index() { return 3 * epilogue.ordinal() + bias.ordinal(); }

        /// Names the emitted class.
        public String name() { return (epilogue + "_" + bias).toLowerCase(Locale.ROOT); }

        /// That of C's transpose.
        public Form transposed() {
            return switch (bias) {
                case NONE -> this;
                case COLUMNS -> of(epilogue, Bias.ROWS);
                case ROWS -> of(epilogue, Bias.COLUMNS);
            };
        }

        /// From the bias of C's first element to that of the one in row i and column j.
        public int place(int i, int j) {
            return switch (bias) {
                case NONE -> 0;
                case COLUMNS -> j;
                case ROWS -> i;
            };
        }

        /// What is stored, of the product, slot 0, and the number that is added to it, slot 1.
        public Expr.F32 value() { return epilogue.function.apply(bias == Bias.NONE ? PRODUCT : PRODUCT.add(BIAS)); }
    }
}
