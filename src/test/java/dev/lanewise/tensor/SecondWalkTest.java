package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// A record, or a part that two records share, is walked a second time: as in PyTorch that works where nothing was saved.
class SecondWalkTest {

    /// Of a tensor [3, 4] one of the same shape, from operations that save nothing.
    private static final List<UnaryOperator<Tensor>> FREE = List.of(
        x -> x.add(1.5f), x -> x.sub(0.5f), x -> x.mul(3f), x -> x.div(7f), Tensor::neg, x -> x.add(x), x -> x.sub(x.neg()),
        x -> x.add(x.sum(0)), x -> x.sub(x.mean()), x -> x.add(x.mean(true, 1)), x -> x.sum(1).unsqueeze(1).expand(3, 4),
        x -> x.t().contiguous().t(), x -> x.t().reshape(4, 3).t(), x -> x.reshape(2, -1).reshape(3, 4),
        x -> x.unsqueeze(1).permute(2, 0, 1).squeeze(2).transpose(0, 1), x -> x.flatten(0, 1).reshape(3, 4), Tensor::clone,
        x -> Tensor.cat(1, x.slice(1, 2, 4), x.slice(1, 0, 2)),
        x -> Tensor.stack(0, x.select(0, 2), x.select(0, 0), x.select(0, 1)),
        x -> Tensor.cat(0, x, x.flatten(0, 1).slice(0, 3, 3)), x -> x.slice(1, 0, 4, 2).expand(2, 3, 2).permute(1, 0, 2)
        .reshape(3, 4));

    /// Likewise, from operations that save something.
    private static final List<UnaryOperator<Tensor>> SAVING = List.of(
        Tensor::square, Tensor::exp, Tensor::tanh, x -> x.mul(x), x -> x.mul(x.detach()), x -> x.div(x.detach().square().add(1f)),
        x -> x.softmax(1), x -> x.matmul(Tensor.ones(4, 4)), Tensor::relu, Tensor::abs, x -> x.maximum(x.neg()),
        x -> x.add(x.amax()), x -> x.add(x.norm()), x -> x.add(x.std()), x -> x.clamp(-0.1f, 0.1f),
        x -> x.indexSelect(0, 2, 1, 1));

    /// Whose rules hold indices, which look like sizes.
    private static final Set<String> INDEXED = Set.of("pick", "gather", "indexSelect", "scatterAdd", "sort", "topk",
        "pad reflect", "pad replicate");

    private static Tensor leaf(SplittableRandom random) {
        var values = new float[12];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextDouble(-1, 1);
        return Tensor.of(values, 3, 4).requiresGrad(true);
    }

    private static Tensor chained(List<UnaryOperator<Tensor>> operations, int count, Tensor x, SplittableRandom random) {
        for (int i = 0; i < count; i++) x = operations.get(random.nextInt(operations.size())).apply(x);
        return x;
    }

    /// A shared part that saved nothing, and two results with parts of their own that did: gradients add up as if each result
    /// had been computed by itself, whichever is walked first, and whether the first walk retains or not.
    @Property(tries = 300)
    void aSharedPartThatSavedNothingIsWalkedTwice(@ForAll long seed, @ForAll boolean retain, @ForAll boolean scoped) {
        float[][] gradients = new float[2][];
        for (int shared = 0; shared < 2; shared++) {
            var random = new SplittableRandom(seed);
            var w = leaf(random);
            int depth = 1 + random.nextInt(5);
            long drawn = random.nextLong();
            var t = chained(FREE, depth, w, new SplittableRandom(drawn));
            for (int graph = 0; graph < 2; graph++) {
                var from = shared == 1 ? t : chained(FREE, depth, w, new SplittableRandom(drawn));
                var scope = new Scope();
                try (var _ = scoped ? scope.open() : null) {
                    var y = chained(SAVING, 1 + random.nextInt(2), from, random);
                    y.sum().backward(null, retain, false);
                }
            }
            gradients[shared] = w.grad().toArray();
        }
        assertArrayEquals(gradients[0], gradients[1]);
    }

    /// A result that nothing was saved for at all.
    @Property(tries = 100)
    void aWholeRecordThatSavedNothingIsWalkedAgain(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var w = leaf(random);
        var y = chained(FREE, 1 + random.nextInt(6), w, random).sum();
        y.backward();
        var once = w.grad();
        w.zeroGrad();
        for (int i = 0; i < 3; i++) {
            w.zeroGrad();
            y.backward();
            assertArrayEquals(once.toArray(), w.grad().toArray());
        }
        assertArrayEquals(once.toArray(), Autograd.grad(y, List.of(w)).getFirst().toArray());
    }

    /// What was saved and released can't be walked again, above or below what saved nothing; then nothing has happened, to no
    /// leaf and to no hook.
    @Property(tries = 200)
    void whatWasReleasedIsNamed(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var w = leaf(random);
        var saving = chained(SAVING, 1, chained(FREE, random.nextInt(3), w, random), random);
        var shared = chained(FREE, random.nextInt(3), saving, random);
        chained(FREE, random.nextInt(3), shared, random).sum().backward();
        var before = w.grad();
        var second = chained(FREE, random.nextInt(3), shared, random).sum();
        var seen = new ArrayList<Tensor>();
        second.registerHook(g -> {
            seen.add(g);
            return null;
        });
        Rejected.state(second::backward, "backward: the graph below \"", "was released by an earlier backward",
            "retainGraph = true");
        Rejected.state(() -> Autograd.grad(second, List.of(w)), "was released by an earlier backward");
        assertEquals(before, w.grad());
        assertTrue(seen.isEmpty());
    }

    /// A walk that is asked for some gradients needs what lies on the way to them, and no more.
    @Example
    void whatWasReleasedElsewhereDoesNotMatter() {
        var a = Tensor.of(1f, 2f).requiresGrad(true);
        var b = Tensor.of(3f, 4f).requiresGrad(true);
        var squared = b.square();
        squared.sum().backward();
        var y = a.mul(2f).add(squared).sum();
        assertArrayEquals(new float[] {2, 2}, Autograd.grad(y, List.of(a)).getFirst().toArray());
        Rejected.state(() -> Autograd.grad(y, List.of(a, b)), "\"square\" was released");
        Rejected.state(y::backward, "\"square\" was released");
        assertNull(a.grad());
        // of one gradient a free part alone would be wrong in silence
        var both = b.add(squared).sum();
        Rejected.state(() -> Autograd.grad(both, List.of(b)), "\"square\" was released");
    }

    /// As two losses of one transposed weight, in steps that recycle their memory.
    @Example
    void oneViewServesSeveralScopes() {
        var w = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad(true);
        var t = w.t();
        var scope = new Scope();
        for (int step = 1; step < 4; step++) try (var _ = scope.open()) {
            w.zeroGrad();
            Tensor.full(step, 1, 3).matmul(t).sum().backward();
            assertArrayEquals(new float[] {step, step, step, step, step, step}, w.grad().toArray());
        }
    }

    @Provide
    Arbitrary<Op> operations() { return Arbitraries.of(Ops.ALL); }

    /// In every record of every operation: an edge is free exactly if its rule holds nothing of the forward pass, indices
    /// included.
    @Property(tries = 300)
    void edgesAreFreeThatHoldNothing(@ForAll("operations") Op operation, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = operation.problem(Shape.of(3, 2, 4), random);
        var inputs = problem.inputs().stream().map(x -> x.detach().requiresGrad(true)).toList();
        for (var output : problem.function().of(inputs)) for (var node : nodes(output.node, new ArrayList<>()))
            for (var edge : node.edges()) {
                boolean holds = INDEXED.contains(node.operation)
                    || holds(edge, Collections.newSetFromMap(new IdentityHashMap<>()));
                edge.release();
                assertEquals(holds, edge.isReleased(), () -> node.operation
                    + (holds ? " holds something of the forward pass: Edge.to releases it"
                    : " holds nothing but sizes: Edge.free can be walked again; if it holds indices, it is one of INDEXED"));
            }
    }

    private static List<Node> nodes(Node node, List<Node> nodes) {
        if (node == null || nodes.contains(node)) return nodes;
        nodes.add(node);
        for (var edge : node.edges()) if (edge.source() instanceof Node below) nodes(below, nodes);
        return nodes;
    }

    /// Whether elements of a tensor, or indices of some, can be reached; a few sizes are no elements.
    private static boolean holds(Object object, Set<Object> seen) {
        if (object == null || !seen.add(object)) return false;
        if (object instanceof SavedTensor || object instanceof Tensor || object instanceof float[]) return true;
        if (object instanceof Object[] array) return Arrays.stream(array).anyMatch(each -> holds(each, seen));
        if (object instanceof int[] || object instanceof Shape || object instanceof Layout) return false;
        if (!object.getClass().getName().startsWith("dev.lanewise.tensor.")) return false;
        for (var field : object.getClass().getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive() || isNumbers(field)) continue;
            field.setAccessible(true);
            try {
                if (holds(field.get(object), seen)) return true;
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return false;
    }

    /// The operation's own, which no call changes.
    private static boolean isNumbers(Field field) {
        return field.getDeclaringClass() == ElementwiseEdge.class && field.getName().equals("numbers");
    }

    /// Leaves' hooks run in the order in which gradients first arrive: in every run the same.
    @Example
    void hooksOfLeavesRunInTheOrderOfArrival() {
        for (int run = 0; run < 30; run++) {
            var order = new ArrayList<Integer>();
            var sum = Tensor.scalar(0f);
            for (int i = 0; i < 40; i++) {
                int number = i;
                var leaf = Tensor.scalar(i).requiresGrad(true);
                leaf.registerHook(_ -> {
                    order.add(number);
                    return null;
                });
                sum = i == 0 ? leaf.mul(2f) : sum.add(leaf);
            }
            sum.backward();
            // the last one that was added is the first below the sum, and the first one lies at the end of the chain
            var expected = new ArrayList<Integer>();
            for (int i = 39; i >= 0; i--) expected.add(i);
            assertEquals(expected, order);
        }
    }

    /// Nor does a gradient that is kept depend on it.
    @Example
    void aReleasedRecordKeepsNoNumbers() {
        var x = Tensor.ones(4).requiresGrad(true);
        var y = x.exp().mul(x).sum();
        y.backward();
        for (var node : nodes(y.node, new ArrayList<>())) for (var edge : node.edges())
            assertFalse(holds(edge, Collections.newSetFromMap(new IdentityHashMap<>())), node.operation);
    }
}
