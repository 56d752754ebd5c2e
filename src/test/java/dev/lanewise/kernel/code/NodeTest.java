package dev.lanewise.kernel.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.expr.Expr;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The interpreter, to which [LoopTest] holds the emitted loops, computes what Java's own operators do.
class NodeTest {

    private interface FloatTernary {
        float of(float x, float y, float z);
    }


    private final Expr.F32 x = Expr.slot(0);
    private final Expr.F32 y = Expr.slot(1);
    private final Expr.F32 z = Expr.slot(2);

    @Property(tries = 20)
    void floats(@ForAll long seed) {
        check(seed, x.add(y), (a, b, c) -> a + b);
        check(seed, x.sub(y), (a, b, c) -> a - b);
        check(seed, x.mul(y), (a, b, c) -> a * b);
        check(seed, x.div(y), (a, b, c) -> a / b);
        check(seed, x.fma(y, z), Math::fma);
        check(seed, x.sqrt(), (a, b, c) -> (float) Math.sqrt(a));
        check(seed, x.neg(), (a, b, c) -> -a);
        check(seed, x.abs(), (a, b, c) -> Math.abs(a));
        check(seed, Expr.constant(-0f).add(Expr.scalar(0)), (a, b, c) -> 7f);
    }

    @Property(tries = 20)
    void comparisons(@ForAll long seed) {
        check(seed, select(Comparison.LT), (a, b, c) -> a < b ? c : 1);
        check(seed, select(Comparison.LE), (a, b, c) -> a <= b ? c : 1);
        check(seed, select(Comparison.GT), (a, b, c) -> a > b ? c : 1);
        check(seed, select(Comparison.GE), (a, b, c) -> a >= b ? c : 1);
        check(seed, select(Comparison.EQ), (a, b, c) -> a == b ? c : 1);
        check(seed, select(Comparison.NE), (a, b, c) -> a != b ? c : 1);
    }

    @Property(tries = 20)
    void ints(@ForAll int a, @ForAll int b) {
        var i = Expr.constant(a);
        var j = Expr.constant(b);
        assertEquals(a + b, value(i.add(j)));
        assertEquals(a - b, value(i.sub(j)));
        assertEquals(a & b, value(i.and(j)));
        assertEquals(a | b, value(i.or(j)));
        assertEquals(a ^ b, value(i.xor(j)));
        assertEquals((float) a, value(i.toFloat()));
        for (int by = 0; by < 32; by++) {
            assertEquals(a << by, value(i.shiftLeft(by)));
            assertEquals(a >> by, value(i.shiftRight(by)));
            assertEquals(a >>> by, value(i.shiftRightUnsigned(by)));
            assertEquals(a << by | a >>> 32 - by & (1 << by) - 1, value(i.rotateLeft(by)));
        }
    }

    @Example
    void bitsOfAFloatAreItsRawBits() {
        assertEquals(0x80000000, value(Expr.constant(-0f).bits()));
        assertEquals(1.5f, value(Expr.constant(0x3fc00000).asFloat()));
    }

    private Expr.F32 select(Comparison comparison) {
        return Expr.select(comparison, x, y, z, Expr.constant(1f));
    }

    /// Single evaluations, over random and special numbers; some pairs are equal.
    private static void check(long seed, Expr.F32 node, FloatTernary java) {
        var random = new SplittableRandom(seed);
        var nodes = Expr.inOrder(List.of(node));
        for (int i = 0; i < 200; i++) {
            var in = Samples.wild(random, 3);
            if (i % 4 == 0) in[1] = in[0];
            var values = Interpreter.evaluate(nodes, new Interpreter.Leaves() {
                public float slot(int slot) { return in[slot]; }
                public float scalar(int index) { return 7; }
            });
            assertEquals(java.of(in[0], in[1], in[2]), (Float) values.get(node), node::toString);
        }
    }

    private static Number value(Expr node) {
        return Interpreter.evaluate(Expr.inOrder(List.of(node)), slot -> 0).get(node);
    }
}
