package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Functions;

/// Sine and cosine of turns, filled from the counter: the turn w is `counter << shift`, plus the key's low word.
final class Turns {

    /// Two roundings of the angle and some of the result; the largest of all turns is 1.023e-7.
    private static final double ABSOLUTE = 0x1.cp-24;
    /// The largest of all turns is 1.93e-7.
    private static final double RELATIVE = 0x1.ap-23;

    private static final int BLOCKS = 1 << 14;

    private Turns() {}

    /// The largest errors: absolute, and relative to the exact value.
    record Errors(double absolute, double relative) {
        void assertSmall() { assertTrue(absolute <= ABSOLUTE && relative <= RELATIVE, this::toString); }

        Errors or(Errors other) {
            return new Errors(Math.max(absolute, other.absolute), Math.max(relative, other.relative));
        }
    }

    private static final Fill SINGLE = fill(0);

    private static Fill fill(int shift) {
        var circle = Functions.Circle.ofTurn(Expr.counter(0).shiftLeft(shift).add(Expr.key(0)));
        return new Fill("circle", circle.sine(), circle.cosine());
    }

    /// Sine and cosine of one turn.
    static float[] of(int w) {
        var out = new float[Fill.GROUP];
        SINGLE.run(out, 0, out.length, w, 0);
        return new float[] {out[0], out[16]};
    }

    /// Tries the turns `start + (i << shift)`.
    static Errors errors(int start, int shift) {
        var fill = fill(shift);
        var out = new float[2 * BLOCKS];
        double absolute = 0;
        double relative = 0;
        for (long block = 0; block < 1L << 32 - shift; block += BLOCKS) {
            fill.run(out, 0, out.length, start, block);
            for (int i = 0; i < BLOCKS; i++) {
                int w = ((int) (block + i) << shift) + start;
                int at = i / 16 * 32 + i % 16;
                // of [-pi, pi), where Math is exact to a double's last place
                double sine = Math.sin(w * (Math.PI * 0x1p-31));
                double cosine = Math.sin(Math.PI / 2 - Math.abs(w * (Math.PI * 0x1p-31)));
                double error = Math.abs(out[at] - sine);
                absolute = Math.max(absolute, Math.max(error, Math.abs(out[at + 16] - cosine)));
                if (Math.abs(sine) > 1e-12) relative = Math.max(relative, error / Math.abs(sine));
            }
        }
        return new Errors(absolute, relative);
    }
}
