package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class GradientTest {

    /// Draws within which a wrong rule must be found out: a single one may have, say, a softmax over one element.
    private static final int ATTEMPTS = 8;

    @Property(tries = 4200)
    void everyGradientAgreesWithDifferences(@ForAll("ops") Op op, @ForAll("shapes") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = op.problem(shape, random);
        assertEquals(Optional.empty(), GradientCheck.first(problem.function(), problem.inputs(), random));
    }

    @Property(tries = 2800)
    void everySecondDerivativeAgreesWithDifferences(@ForAll("ops") Op op, @ForAll("shapes") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = op.problem(shape, random);
        assertEquals(Optional.empty(), GradientCheck.second(problem.function(), problem.inputs(), random));
    }

    @Property(tries = 200)
    void aWrongGradientIsRejected(@ForAll("wrongFirst") Op op, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        assertTrue(IntStream.range(0, ATTEMPTS).anyMatch(_ -> {
            var problem = op.draw().from(Shape.of(3, 4), random);
            return GradientCheck.first(problem.function(), problem.inputs(), random).isPresent();
        }));
    }

    @Property(tries = 100)
    void aWrongSecondDerivativeIsRejected(@ForAll("wrongSecond") Op op, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        assertTrue(IntStream.range(0, ATTEMPTS).anyMatch(_ -> {
            var problem = op.draw().from(Shape.of(3, 4), random);
            assertEquals(Optional.empty(), GradientCheck.first(problem.function(), problem.inputs(), random), "the first");
            return GradientCheck.second(problem.function(), problem.inputs(), random).isPresent();
        }));
    }

    @Provide
    Arbitrary<Op> ops() { return Arbitraries.of(Ops.ALL); }

    @Provide
    Arbitrary<Op> wrongFirst() { return Arbitraries.of(WrongRules.FIRST); }

    @Provide
    Arbitrary<Op> wrongSecond() { return Arbitraries.of(WrongRules.SECOND); }

    /// Up to four dimensions, of up to four elements.
    @Provide
    Arbitrary<Shape> shapes() {
        return Arbitraries.integers().between(1, 4).array(int[].class).ofMaxSize(4).map(Shape::of).withoutEdgeCases();
    }
}
