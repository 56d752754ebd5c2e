package dev.lanewise.nn.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lanewise.catalogue.RecurrentKind;
import dev.lanewise.nn.Module;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What recurrent layers owe to what they are made of, to the bit.
class RecurrentLayersTest {

    private static final int IN = 3;

    /// A layer of random options, sequences `[time, batch, in]` and first states.
    private record Case(RecurrentKind kind, RecurrentOptions options, int hidden, Module layer, Tensor x, List<Tensor> states,
        SplittableRandom random) {

        static Case of(RecurrentKind kind, long seed) {
            var random = new SplittableRandom(seed);
            var options = RecurrentOptions.layers(random.nextInt(1, 3)).bidirectional(random.nextBoolean())
                .bias(random.nextInt(4) > 0);
            return of(kind, options, random);
        }

        static Case of(RecurrentKind kind, RecurrentOptions options, SplittableRandom random) {
            int hidden = random.nextInt(1, 6) * (random.nextBoolean() ? 1 : 7);
            int batch = random.nextInt(1, 5);
            var source = new Threefry(random.nextLong());
            var layer = kind.layer(IN, hidden, options).initialize(random.nextLong());
            var states = new ArrayList<Tensor>();
            boolean zeros = random.nextBoolean();
            for (int i = 0; i < kind.states() && !zeros; i++)
                states.add(Tensor.randn(source, options.layers() * (options.bidirectional() ? 2 : 1), batch, hidden));
            return new Case(kind, options, hidden, layer, Tensor.randn(source, random.nextInt(1, 6), batch, IN), states, random);
        }

        List<Tensor> run() { return RecurrentKind.call(layer, x, states); }

        int time() { return x.size(0); }

        int batch() { return x.size(1); }

        List<Tensor> statesOf(int sequence) {
            return states.stream().map(state -> state.slice(1, sequence, sequence + 1)).toList();
        }

        Tensor inputOf(int sequence, int length) { return x.slice(0, 0, length).slice(1, sequence, sequence + 1); }
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toArray(), actual.toArray());
    }

    private static void assertSame(List<Tensor> expected, List<Tensor> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) assertSame(expected.get(i), actual.get(i));
    }

    @Property(tries = 24)
    void aSequenceIsTheSameInAnyBatch(@ForAll RecurrentKind kind, @ForAll long seed) {
        var each = Case.of(kind, seed);
        var all = each.run();
        for (int i = 0; i < each.batch(); i++) {
            int at = i;
            assertSame(all.stream().map(tensor -> tensor.slice(1, at, at + 1)).toList(),
                RecurrentKind.call(each.layer, each.inputOf(i, each.time()), each.statesOf(i)));
        }
    }

    /// And what stands behind their ends has no part in anything, gradients included.
    @Property(tries = 24)
    void packedSequencesEqualOneByOne(@ForAll RecurrentKind kind, @ForAll long seed) {
        var each = Case.of(kind, seed);
        int[] lengths = IntStream.range(0, each.batch()).map(_ -> each.random.nextInt(1, each.time() + 1)).toArray();
        var values = each.x.toArray();
        for (int t = 0; t < each.time(); t++) for (int i = 0; i < each.batch(); i++)
            if (t >= lengths[i]) Arrays.fill(values, (t * each.batch() + i) * IN, (t * each.batch() + i + 1) * IN, Float.NaN);
        var x = Tensor.wrap(values, each.x.shape().toArray()).requiresGrad(true);
        var packed = PackedSequence.packPaddedSequence(x, lengths);
        var all = RecurrentKind.call(each.layer, packed, each.states);
        assertEquals(Arrays.stream(lengths).max().getAsInt(), all.getFirst().size(0));
        var gradients = Autograd.grad(all.stream().map(Tensor::sum).reduce(Tensor::add).get(), List.of(x)).getFirst();
        for (int i = 0; i < each.batch(); i++) {
            var alone = each.inputOf(i, lengths[i]).detach().requiresGrad(true);
            var expected = RecurrentKind.call(each.layer, alone, each.statesOf(i));
            assertSame(expected.getFirst(), all.getFirst().slice(0, 0, lengths[i]).slice(1, i, i + 1));
            assertArrayEquals(new float[(all.getFirst().size(0) - lengths[i]) * all.getFirst().size(2)],
                all.getFirst().slice(0, lengths[i], all.getFirst().size(0)).select(1, i).toArray());
            for (int k = 1; k < expected.size(); k++) assertSame(expected.get(k), all.get(k).slice(1, i, i + 1));
            assertSame(Autograd.grad(expected.stream().map(Tensor::sum).reduce(Tensor::add).get(), List.of(alone)).getFirst(),
                gradients.slice(0, 0, lengths[i]).slice(1, i, i + 1));
            assertArrayEquals(new float[(each.time() - lengths[i]) * IN], gradients.slice(0, lengths[i], each.time()).select(1, i)
                .toArray());
        }
    }

    /// The second one over the sequence from its end, with the weights of the other direction.
    @Property(tries = 16)
    void bothDirectionsEqualTwoLayers(@ForAll RecurrentKind kind, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var each = Case.of(kind, RecurrentOptions.layers(1).bidirectional(true), random);
        var single = RecurrentOptions.layers(1);
        var there = kind.layer(IN, each.hidden, single).loadStateDict(renamed(each.layer, false));
        var back = kind.layer(IN, each.hidden, single).loadStateDict(renamed(each.layer, true));
        var run = each.run();
        var first = RecurrentKind.call(there, each.x, each.states.stream().map(state -> state.slice(0, 0, 1)).toList());
        var second = RecurrentKind.call(back, flipped(each.x), each.states.stream().map(state -> state.slice(0, 1, 2)).toList());
        assertSame(Tensor.cat(2, first.getFirst(), flipped(second.getFirst())), run.getFirst());
        for (int i = 1; i < run.size(); i++) assertSame(Tensor.cat(0, first.get(i), second.get(i)), run.get(i));
    }

    private static Map<String, Tensor> renamed(Module layer, boolean reverse) {
        var state = new LinkedHashMap<String, Tensor>();
        layer.stateDict().forEach((name, values) -> {
            if (name.endsWith("_reverse") == reverse) state.put(name.replace("_reverse", ""), values);
        });
        return state;
    }

    private static Tensor flipped(Tensor x) {
        return x.indexSelect(0, IntStream.range(0, x.size(0)).map(t -> x.size(0) - 1 - t).toArray());
    }

    @Property(tries = 16)
    void cellsStepByStepEqualTheLayer(@ForAll RecurrentKind kind, @ForAll long seed) {
        var each = Case.of(kind, RecurrentOptions.layers(1), new SplittableRandom(seed));
        var cell = kind.cell(IN, each.hidden, RecurrentOptions.layers(1));
        var state = new LinkedHashMap<String, Tensor>();
        each.layer.stateDict().forEach((name, values) -> state.put(name.replace("_l0", ""), values));
        cell.loadStateDict(state);
        var run = each.run();
        var states = each.states.stream().map(first -> first.select(0, 0)).toList();
        for (int t = 0; t < each.time(); t++) {
            states = RecurrentKind.step(cell, each.x.select(0, t), states);
            assertSame(run.getFirst().select(0, t), states.getFirst());
            assertSame(states.getFirst().select(0, 0), RecurrentKind.step(cell, each.x.select(0, t).select(0, 0),
                (t == 0 ? each.states.stream().map(first -> first.select(0, 0)).toList() : before(cell, each, t))
                    .stream().map(all -> all.select(0, 0)).toList()).getFirst());
        }
        for (int i = 0; i < states.size(); i++) assertSame(run.get(1 + i).select(0, 0), states.get(i));
    }

    private static List<Tensor> before(Module cell, Case each, int steps) {
        var states = each.states.stream().map(first -> first.select(0, 0)).toList();
        for (int t = 0; t < steps; t++) states = RecurrentKind.step(cell, each.x.select(0, t), states);
        return states;
    }

    @Property(tries = 16)
    void layoutsAreTheSame(@ForAll RecurrentKind kind, @ForAll long seed) {
        var each = Case.of(kind, seed);
        var turned = kind.layer(IN, each.hidden, each.options.batchFirst(true)).loadStateDict(each.layer.stateDict());
        var run = each.run();
        var other = RecurrentKind.call(turned, each.x.transpose(0, 1).contiguous(), each.states);
        assertSame(run.getFirst(), other.getFirst().transpose(0, 1));
        assertSame(run.subList(1, run.size()), other.subList(1, run.size()));
        for (var layer : List.of(each.layer, turned)) {
            var alone = RecurrentKind.call(layer, each.x.select(1, 0), each.states.stream()
                .map(state -> state.select(1, 0)).toList());
            assertSame(run.stream().map(tensor -> tensor.select(1, 0)).toList(), alone);
        }
    }

    @Property(tries = 12)
    void zerosAreTheFirstStates(@ForAll RecurrentKind kind, @ForAll long seed) {
        var each = Case.of(kind, seed);
        var zeros = Tensor.zeros(each.options.layers() * (each.options.bidirectional() ? 2 : 1), each.batch(), each.hidden);
        assertSame(RecurrentKind.call(each.layer, each.x, List.of()),
            RecurrentKind.call(each.layer, each.x, Collections.nCopies(kind.states(), zeros)));
    }

    @Property(tries = 8)
    void nothingInABatchGivesNothing(@ForAll RecurrentKind kind, @ForAll boolean both) {
        var layer = kind.layer(IN, 4, RecurrentOptions.layers(2).bidirectional(both)).initialize(1);
        var x = Tensor.zeros(5, 0, IN).requiresGrad(true);
        var run = RecurrentKind.call(layer, x, List.of());
        assertEquals(Shape.of(5, 0, both ? 8 : 4), run.getFirst().shape());
        assertEquals(Shape.of(both ? 4 : 2, 0, 4), run.get(1).shape());
        run.getFirst().sum().backward();
        assertEquals(x.shape(), x.grad().shape());
        for (var parameter : layer.parameters()) for (float value : parameter.grad().toArray()) assertEquals(0, value);
        assertEquals(Shape.of(0, 4), RecurrentKind.step(kind.cell(IN, 4, RecurrentOptions.layers(1)).initialize(1),
            Tensor.zeros(0, IN), List.of())
            .getFirst().shape());
    }

    @Property(tries = 8)
    void bothWaysOfTheRecordAreOne(@ForAll RecurrentKind kind, @ForAll long seed) {
        var each = Case.of(kind, seed);
        var parameters = each.layer.parameters().stream().map(parameter -> parameter.tensor()).toList();
        var loss = each.run().stream().map(tensor -> tensor.square().sum()).reduce(Tensor::add).get();
        var loops = Autograd.grad(loss, parameters, null, true, false);
        var rules = Autograd.grad(loss, parameters, null, true, true);
        assertSame(loops, rules);
        assertFalse(loops.getFirst().requiresGrad());
    }
}
