package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.tensor.Op.Problem;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Recycled memory changes no result, and nobody reads it by mistake.
class ScopeTest {

    private static final int STEPS = 10;

    private final Scope scope = new Scope();
    private final Tensor leaf = Tensor.of(1, 2, 3).requiresGrad(true);

    // ---- the same numbers

    @Property(tries = 60)
    void everyOperationGivesTheSameBitsInUsedMemory(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problems = new ArrayList<Problem>();
        for (int i = 0; i < 20; i++) problems.add(problem(random));
        var expected = problems.stream().map(ScopeTest::numbers).toList();
        for (int opening = 0; opening < 3; opening++) {
            var order = new ArrayList<>(problems);
            Collections.shuffle(order, new java.util.Random(random.nextLong()));
            try (var _ = scope.open()) {
                for (var problem : order) assertNumbers(expected.get(problems.indexOf(problem)), numbers(problem));
            }
        }
    }

    /// Results, gradients, and the gradients of the sum of their squares.
    private static List<float[]> numbers(Problem problem) {
        var inputs = problem.inputs().stream().map(x -> x.detach().requiresGrad(true)).toList();
        var numbers = new ArrayList<float[]>();
        for (var y : problem.function().of(inputs)) {
            numbers.add(y.toArray());
            if (!y.requiresGrad() || y.numel() == 0) continue;
            inputs.forEach(Tensor::zeroGrad);
            y.square().sum().backward(null, false, true);
            var gradients = inputs.stream().map(Tensor::grad).filter(g -> g != null).toList();
            gradients.forEach(g -> numbers.add(g.toArray()));
            var sum = gradients.stream().map(g -> g.square().sum()).reduce(Tensor::add).orElseThrow();
            if (sum.requiresGrad()) sum.backward();
            for (var x : inputs) if (x.grad() != null) numbers.add(x.grad().toArray());
        }
        return numbers;
    }

    private static void assertNumbers(List<float[]> expected, List<float[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), actual.get(i));
    }

    // ---- what nobody may change

    @Property(tries = 30)
    void whatIsComputedOutsideNeverChanges(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var kept = new ArrayList<Tensor>();
        var copies = new ArrayList<float[]>();
        for (int step = 0; step < STEPS; step++) {
            for (int i = 0; i < 5; i++) keepAll(problem(random), kept, copies);
            // recycled memory in between: none of it may be theirs
            try (var _ = scope.open()) {
                for (int i = 0; i < 5; i++) numbers(problem(random));
                try (var _ = Scope.outside()) {
                    keepAll(problem(random), kept, copies);
                }
            }
        }
        for (int i = 0; i < kept.size(); i++) assertArrayEquals(copies.get(i), kept.get(i).toArray());
    }

    private static void keepAll(Problem problem, List<Tensor> kept, List<float[]> copies) {
        var inputs = problem.inputs().stream().map(x -> x.detach().requiresGrad(true)).toList();
        var all = new ArrayList<>(problem.function().of(inputs));
        for (var y : List.copyOf(all)) if (y.requiresGrad() && y.numel() > 0) all.addAll(Autograd.grad(y, inputs.stream()
            .filter(x -> reaches(y, x)).toList(), Tensor.ones(y.shape().toArray()), true, false));
        for (var each : all) {
            kept.add(each);
            copies.add(each.toArray());
        }
    }

    private static boolean reaches(Tensor y, Tensor x) {
        try {
            Autograd.grad(y, List.of(x), Tensor.ones(y.shape().toArray()), true, false);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Problem problem(SplittableRandom random) {
        var op = Ops.ALL.get(random.nextInt(Ops.ALL.size()));
        var sizes = random.ints(random.nextInt(2, 4), 1, 5).toArray();
        return op.problem(Shape.of(sizes), random);
    }

    // ---- what is gone

    @Example
    void aRecycledTensorSaysSo() {
        Tensor y;
        try (var _ = scope.open()) {
            y = leaf.mul(2f);
            assertArrayEquals(new float[] {2, 4, 6}, y.toArray());
        }
        var touches = List.<Consumer<Tensor>>of(Tensor::toArray, x -> x.get(0), x -> x.add(1f), x -> Tensor.ones(3).mul(x),
            x -> x.sum().item(), x -> x.reshape(3, 1).toArray(), x -> x.detach().exp(), x -> x.matmul(Tensor.ones(3)),
            x -> x.softmax(0), Tensor::clone, x -> InPlace.fill(x.detach(), (_, _, _) -> {}), x -> Tensor.cat(0, x, x),
            x -> x.indexSelect(0, 1), Tensor::argmax, x -> x.lt(Tensor.ones(3)), x -> x.slice(0, 0, 3, 2).contiguous());
        for (var touch : touches) Rejected.state(() -> touch.accept(y), "recycled", "scope", "clone()");
        assertEquals(Shape.of(3), y.shape());
        assertEquals("tensor[3] recycled", y.toString());
    }

    @Example
    void aViewIsAsOldAsItsTensor() {
        Tensor y;
        try (var _ = scope.open()) {
            y = leaf.mul(2f);
        }
        try (var _ = scope.open()) {
            leaf.mul(3f);
            Rejected.state(() -> y.reshape(3, 1).toArray(), "recycled");
            Rejected.state(() -> y.detach().toArray(), "recycled");
        }
    }

    @Example
    void backwardAfterTheScopeIsRefused() {
        Tensor y;
        try (var _ = scope.open()) {
            y = leaf.exp().sum();
        }
        Rejected.state(y::backward, "recycled");
    }

    @Example
    void copiesAndWhatIsCreatedStay() {
        Tensor copy;
        Tensor created;
        try (var _ = scope.open()) {
            copy = leaf.mul(2f).clone();
            created = Tensor.zeros(3);
        }
        try (var _ = scope.open()) {
            leaf.mul(7f);
        }
        assertArrayEquals(new float[] {2, 4, 6}, copy.toArray());
        assertArrayEquals(new float[3], created.toArray());
    }

    // ---- gradients of leaves

    @Example
    void openingsMayAddToAGradient() {
        for (int i = 0; i < 3; i++) try (var _ = scope.open()) {
            leaf.square().sum().backward();
        }
        assertArrayEquals(new float[] {6, 12, 18}, leaf.grad().toArray());
    }

    @Example
    void aDroppedGradientIsRecycledWithinTheNextOpening() {
        Tensor before;
        try (var _ = scope.open()) {
            leaf.square().sum().backward();
            before = leaf.grad();
        }
        var copy = leaf.grad();
        assertArrayEquals(new float[] {2, 4, 6}, before.toArray(), "held by the leaf");
        try (var _ = scope.open()) {
            leaf.zeroGrad();
            Rejected.state(before::toArray, "recycled");
            assertArrayEquals(new float[] {2, 4, 6}, copy.toArray(), "taken outside");
            var within = leaf.exp();
            assertSame(before.storage, within.storage, "the gradient's memory");
            leaf.square().sum().backward();
        }
        assertArrayEquals(new float[] {2, 4, 6}, leaf.grad().toArray());
    }

    @Example
    void aGradientThatTwoLeavesShareStaysWithTheSecond() {
        var other = Tensor.of(4, 5, 6).requiresGrad(true);
        try (var _ = scope.open()) {
            leaf.add(other).square().sum().backward();
            assertSame(leaf.grad().storage, other.grad().storage);
        }
        try (var _ = scope.open()) {
            leaf.zeroGrad();
            leaf.exp();
        }
        assertArrayEquals(new float[] {10, 14, 18}, other.grad().toArray());
    }

    @Example
    void aRecycledGradientCannotBePutBack() {
        try (var _ = scope.open()) {
            leaf.square().sum().backward();
        }
        try (var _ = scope.open()) {
            var before = leaf.grad();
            leaf.zeroGrad();
            Rejected.state(() -> leaf.grad(before), "recycled");
            Rejected.state(() -> leaf.add(1f).backward(before, false, false), "recycled");
            leaf.zeroGrad();
            assertNotSame(leaf.mul(2f).storage, leaf.mul(3f).storage, "recycled twice");
        }
    }

    @Example
    void aGradientThatIsHeldKeepsNothingElseOfItsScope() throws InterruptedException {
        var intermediate = stepInAScopeOfItsOwn();
        for (int i = 0; i < 50 && intermediate.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertNull(intermediate.get());
        assertArrayEquals(new float[] {2, 4, 6}, leaf.grad().toArray());
        leaf.zeroGrad();
        assertNull(leaf.grad());
    }

    private WeakReference<float[]> stepInAScopeOfItsOwn() {
        try (var _ = new Scope().open()) {
            var squares = leaf.square();
            squares.sum().backward();
            return new WeakReference<>(squares.data());
        }
    }

    @Example
    void aRecordFromOutsideIsWalkedInSeveralOpenings() {
        var window = new Unfold.Window(new Unfold.Axis(2, 1, 0, 1), new Unfold.Axis(2, 1, 0, 1));
        var x = Tensor.ones(1, 1, 3, 3);
        var weight = Tensor.ones(1, 1, 2, 2).requiresGrad(true);
        var y = Convolve.of(null, x, weight.shape(), window, 1).apply(x, weight, null);
        var gradient = Tensor.ones(1, 1, 2, 2);
        for (int i = 0; i < 3; i++) try (var _ = scope.open()) {
            y.backward(gradient, true, false);
        }
        assertArrayEquals(new float[] {12, 12, 12, 12}, weight.grad().toArray());
    }

    // ---- hooks

    @Example
    void hooksMayKeepWhatTheyGet() {
        var seen = new ArrayList<Tensor>();
        try (var _ = scope.open()) {
            var y = leaf.mul(2f);
            y.registerHook(gradient -> {
                seen.add(gradient);
                seen.add(gradient.mul(10f));
                return null;
            });
            y.sum().backward();
        }
        try (var _ = scope.open()) {
            leaf.mul(5f);
        }
        assertArrayEquals(new float[] {1, 1, 1}, seen.get(0).toArray());
        assertArrayEquals(new float[] {10, 10, 10}, seen.get(1).toArray());
        assertArrayEquals(new float[] {2, 2, 2}, leaf.grad().toArray());
    }

    @Example
    void theCopyThatAHookGetsKeepsTheGradientBesideItsTensor() {
        try (var _ = scope.open()) {
            var y = leaf.mul(2f);
            var copy = Scope.lasting(y).retainGrad();
            y.retainGrad();
            y.square().sum().backward();
            assertArrayEquals(new float[] {4, 8, 12}, y.grad().toArray());
            assertArrayEquals(new float[] {4, 8, 12}, copy.grad().toArray());
        }
    }

    // ---- opening and closing

    @Example
    void memoryIsUsedAgainAndLetGo() {
        Tensor first;
        Tensor second;
        try (var _ = scope.open()) {
            first = leaf.mul(2f);
        }
        try (var _ = scope.open()) {
            second = leaf.mul(2f);
        }
        assertSame(first.storage, second.storage);
        // two openings in a row without it
        for (int i = 0; i < 2; i++) scope.open().close();
        try (var _ = scope.open()) {
            assertNotSame(first.storage, leaf.mul(2f).storage);
        }
    }

    @Example
    void scopesLieWithinEachOther() {
        var inner = new Scope();
        try (var _ = scope.open()) {
            var y = leaf.mul(2f);
            try (var _ = inner.open()) {
                y.mul(2f);
                Rejected.state(scope::close, "scopes that were opened within it");
            }
            assertArrayEquals(new float[] {2, 4, 6}, y.toArray());
            assertSame(scope, leaf.mul(3f).storage.scope());
        }
        assertDoesNotThrow(scope::close, "closing twice");
    }

    @Example
    void aScopeIsOpenOnce() throws InterruptedException {
        try (var _ = scope.open()) {
            Rejected.state(scope::open, "open already", "another scope");
            var refused = new ArrayList<Throwable>();
            var thread = new Thread(() -> Rejected.state(scope::close, "on the thread that opened it"));
            thread.setUncaughtExceptionHandler((_, failure) -> refused.add(failure));
            thread.start();
            thread.join();
            assertEquals(List.of(), refused);
        }
    }
}
