package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What is linear in an input is a matrix A, and its gradient the transpose: <A x, g> = <x, A' g>. The gradient of the gradient
/// is A again.
class AdjointTest {

    private static final List<Op> AFFINE = Ops.ALL.stream().filter(Op::affine).toList();
    /// Of the sum of magnitudes.
    private static final double TOLERANCE = 1e-5;

    @Property(tries = 1500)
    void theGradientIsTheAdjoint(@ForAll("affine") Op op, @ForAll("shapes") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = op.problem(shape, random);
        for (int i = 0; i < problem.inputs().size(); i++) check(op.name() + " of input " + i, problem, i, random);
    }

    private static void check(String what, Op.Problem problem, int i, SplittableRandom random) {
        var x = problem.inputs().get(i).clone().requiresGrad(true);
        var y = of(problem, i, x);
        var zero = of(problem, i, zeros(x.shape()));
        var g = Domain.ANY.draw(y.shape(), random).requiresGrad(true);
        var back = Autograd.grad(y, List.of(x), g, true, true).getFirst();
        assertEquals(x.shape(), back.shape(), what);
        double distance = dot(y, g, 1) - dot(zero, g, 1) - dot(x, back, 1);
        double magnitude = Math.abs(dot(y, g, -1)) + Math.abs(dot(zero, g, -1)) + Math.abs(dot(x, back, -1));
        assertTrue(Math.abs(distance) <= TOLERANCE * magnitude, () -> what + " of shape " + x.shape()
            + ": the inner products are " + distance + " apart, of " + magnitude);
        var v = Domain.ANY.draw(x.shape(), random);
        var again = Autograd.grad(back, List.of(g), v, false, false).getFirst();
        var direct = of(problem, i, v).sub(zero).detach();
        float largest = direct.numel() == 0 ? 0 : direct.abs().amax().add(zero.abs().amax()).item();
        assertEquals(direct.shape(), again.shape(), what);
        if (direct.numel() > 0) assertTrue(again.sub(direct).abs().amax().item() <= TOLERANCE * largest,
            () -> what + ": the gradient's gradient is "
            + again + ", the operation " + direct);
    }

    private static Tensor zeros(Shape shape) { return Tensor.zeros(shape.toArray()); }

    private static Tensor of(Op.Problem problem, int i, Tensor x) {
        var inputs = new ArrayList<>(problem.inputs());
        inputs.set(i, x);
        return problem.function().of(inputs).getFirst();
    }

    /// In double.
    ///
    /// @param sign -1 for the sum of magnitudes, negated
    private static double dot(Tensor a, Tensor b, int sign) {
        var left = a.toArray();
        var right = b.toArray();
        double sum = 0;
        for (int i = 0; i < left.length; i++) sum += sign < 0 ? -Math.abs((double) left[i] * right[i])
            : (double) left[i] * right[i];
        return sum;
    }

    @Example
    void thereAreMany() { assertTrue(AFFINE.size() > 45, () -> AFFINE.size() + ": " + AFFINE); }

    @Provide
    Arbitrary<Op> affine() { return Arbitraries.of(AFFINE); }

    @Provide
    Arbitrary<Shape> shapes() { return Arbitraries.of(1, 2, 3, 5).array(int[].class).ofMaxSize(4).map(Shape::of); }
}
