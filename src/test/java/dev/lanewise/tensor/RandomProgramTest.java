package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// As [ScopeTest], of whole programs: what their results share, and how long which of it must last, nobody has thought up.
class RandomProgramTest {

    private static final int STEPS = 10;
    private static final Consumer<Tensor> IGNORED = _ -> {};

    private static final List<Consumer<Tensor>> TOUCHES = List.of(Tensor::toArray, x -> x.get(new int[x.shape().rank()]),
        x -> x.add(1f), x -> Tensor.scalar(1f).sub(x), x -> x.sum().item(), Tensor::amax, x -> x.flatten(0, -1).toArray(),
        x -> x.unsqueeze(0).exp(), x -> x.detach().unsqueeze(0).transpose(0, -1).mul(2f), x -> x.flatten(0, -1).softmax(0),
        x -> x.flatten(0, -1).matmul(Tensor.ones(x.numel())), Tensor::clone, x -> Tensor.stack(0, x, x),
        x -> Tensor.ones(x.shape().toArray()).grad(x), x -> x.unsqueeze(-1).indexSelect(-1, 0),
        x -> InPlace.fill(x.detach().contiguous(), (_, _, _) -> {}));

    private final Scope scope = new Scope();

    // ---- the programs themselves

    @Example
    void programsHaveEveryOperationAndFiniteNumbers() {
        var missing = new HashSet<String>();
        for (var op : Ops.ALL) missing.add(op.name());
        for (var program : LongStream.range(0, 150).mapToObj(RandomProgram::any).toList()) {
            program.calls().forEach(call -> missing.remove(call.name()));
            var operands = program.calls().stream().flatMap(call -> call.operands().stream()).toList();
            assertTrue(operands.stream().distinct().count() < operands.size(), () -> "nothing is shared in " + program);
            new ProgramRun(program).step(x -> {
                for (float each : x.toArray()) assertTrue(Float.isFinite(each), program::toString);
            });
        }
        assertEquals(Set.of(), missing);
    }

    @Property(tries = 60)
    void gradientsOfSmoothProgramsAgreeWithDifferences(@ForAll long seed) {
        var program = RandomProgram.smooth(seed);
        assertEquals(Optional.empty(), GradientCheck.first(leaves -> program.ends(program.run(leaves, IGNORED)), program.leaves(),
            new SplittableRandom(seed)), program::toString);
    }

    // ---- in a scope and outside

    @Property(tries = 50)
    void whatIsComputedOutsideNeverChanges(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var run = run(random);
        var other = run(random);
        var kept = new ArrayList<Tensor>();
        var copies = new ArrayList<float[]>();
        Consumer<Tensor> keep = x -> {
            if (run.isOfParameter(x)) return;
            kept.add(x);
            copies.add(x.toArray());
        };
        for (int step = 0; step < STEPS; step++) {
            run.step(keep);
            // recycled memory in between, and gradients that change over from it and back
            try (var _ = scope.open()) {
                other.step(IGNORED);
                try (var _ = Scope.outside()) {
                    run.step(keep);
                }
                if (random.nextBoolean()) run.step(IGNORED);
                other.step(IGNORED);
            }
            // none shows a parameter's memory, and is left out
            assertTrue(gradients(run).stream().noneMatch(run::isOfParameter), run::toString);
            gradients(run).forEach(keep);
            gradients(other).forEach(keep);
        }
        assertNumbers(copies, numbers(kept), run::toString);
    }

    @Property(tries = 50)
    void usedMemoryChangesNoBit(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var runs = new ArrayList<ProgramRun>();
        for (int i = 0; i < 4; i++) runs.add(run(random));
        var outside = new HashMap<ProgramRun, ProgramRun>();
        for (var run : runs) outside.put(run, new ProgramRun(run.program));
        for (int opening = 0; opening < STEPS; opening++) {
            Collections.shuffle(runs, new java.util.Random(random.nextLong()));
            var some = runs.subList(0, random.nextInt(1, 5));
            var expected = some.stream().map(run -> numbers(step(outside.get(run)))).toList();
            try (var _ = scope.open()) {
                var actual = some.stream().map(RandomProgramTest::step).toList();
                // not before the last is done: within the opening, everything stays
                for (int i = 0; i < actual.size(); i++)
                    assertNumbers(expected.get(i), numbers(actual.get(i)), some.get(i)::toString);
            }
        }
    }

    @Property(tries = 30)
    void whenAScopeClosesOnlyWhatIsHeldStays(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var run = run(random);
        var outside = new ProgramRun(run.program);
        var other = run(random);
        var keepers = new ArrayList<Tensor>();
        var kept = new ArrayList<float[]>();
        for (int step = 0; step < STEPS; step++) {
            List<Tensor> seen;
            List<float[]> numbers;
            Set<Storage> held;
            try (var _ = scope.open()) {
                seen = step(run);
                numbers = numbers(seen);
                held = held(run, seen);
            }
            outside.step(IGNORED);
            for (int opening = 0; opening < 2; opening++) {
                assertGoneUnlessHeld(seen, numbers, held, random);
                assertNumbers(numbers(outside.parameters), numbers(run.parameters), run::toString);
                assertNumbers(numbers(gradients(outside)), numbers(gradients(run)), run::toString);
                // others have the memory now
                try (var _ = scope.open()) {
                    other.step(IGNORED);
                }
            }
            // results alone: contiguous() may give a parameter itself
            seen.stream().filter(x -> !x.isLeaf() && x.grad() != null).forEach(keepers::add);
            numbers(gradients(keepers.subList(kept.size(), keepers.size()))).forEach(kept::add);
        }
        // they may share them with parameters, which have long dropped theirs
        assertNumbers(kept, numbers(gradients(keepers)), run::toString);
    }

    /// The memory of leaves, and that of the gradients that they and others keep.
    private static Set<Storage> held(ProgramRun run, List<Tensor> seen) {
        var held = new HashSet<Storage>();
        held.add(run.constant.storage);
        for (var parameter : run.parameters) held.add(parameter.storage);
        Stream.concat(run.parameters.stream(), seen.stream()).map(Tensor::grad).filter(gradient -> gradient != null)
            .forEach(gradient -> held.add(gradient.storage));
        return held;
    }

    private static void assertGoneUnlessHeld(List<Tensor> seen, List<float[]> numbers, Set<Storage> held,
                                             SplittableRandom random) {
        for (int i = 0; i < seen.size(); i++) {
            var x = seen.get(i);
            if (held.contains(x.storage)) assertArrayEquals(numbers.get(i), x.toArray());
            else for (int touch : random.ints(3, 0, TOUCHES.size()).toArray())
                Rejected.state(() -> TOUCHES.get(touch).accept(x), "recycled", "scope");
        }
    }

    private static ProgramRun run(SplittableRandom random) { return new ProgramRun(RandomProgram.any(random.nextLong())); }

    private static List<Tensor> step(ProgramRun run) {
        var seen = new ArrayList<Tensor>();
        run.step(seen::add);
        return seen;
    }

    private static List<Tensor> gradients(ProgramRun run) { return gradients(run.parameters); }

    private static List<Tensor> gradients(List<Tensor> keepers) { return keepers.stream().map(Tensor::grad).toList(); }

    private static List<float[]> numbers(List<Tensor> tensors) { return tensors.stream().map(Tensor::toArray).toList(); }

    private static void assertNumbers(List<float[]> expected, List<float[]> actual, Supplier<String> program) {
        assertEquals(expected.size(), actual.size(), program);
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), actual.get(i), program);
    }
}
