package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class WatcherTest {

    private record Heard(String phase, int done, int all) {}

    private final List<Heard> heard = new ArrayList<>();
    private final Watcher watcher = (phase, done, all) -> heard.add(new Heard(phase, done, all));
    private final Sequential model = new Sequential(new Linear(4, 4), new Tanh(), new Linear(4, 4), new Tanh(), new Linear(4, 3));
    private final Tensor batch = Tensor.randn(new Threefry(3), 5, 4);

    private Set<String> phases(Supplier<?> work) {
        heard.clear();
        watcher.watch(work);
        var phases = new LinkedHashSet<String>();
        heard.forEach(each -> phases.add(each.phase));
        return phases;
    }

    @Test
    void eachPartOfEachPhaseIsHeardOfOnce() {
        var phases = phases(() -> Explanation.averaged(model.initialize(1), batch, 1, 2, 3));
        assertEquals(List.of("measuring networks", "theory of signals", "theory of gradients", "theory of correlations",
            "theory of finite width", "reading layers"), List.copyOf(phases));
        for (var phase : phases) {
            var parts = heard.stream().filter(each -> each.phase.equals(phase)).toList();
            // an input, three layers, two activations
            int all = phase.equals("measuring networks") ? 3 : 6;
            assertEquals(all, parts.size(), phase);
            for (int i = 0; i < all; i++) assertEquals(new Heard(phase, i, all), parts.get(i));
        }
    }

    @Test
    void whoWatchesChangesNothing() {
        var alone = Explanation.averaged(model.initialize(1), batch, 1, 2);
        assertEquals(alone.toString(), watcher.watch(() -> Explanation.averaged(model, batch, 1, 2)).toString());
    }

    @Test
    void whatTakesLongSaysSo() {
        model.initialize(1);
        assertEquals("measuring the network", phases(() -> Explanation.of(model, batch)).iterator().next());
        assertTrue(phases(() -> Explanation.predict(model)).contains("theory of signals"));
        assertTrue(phases(() -> Repair.of(model, batch, 1)).contains("measuring networks"));
        assertEquals(Set.of("singular values"), phases(() -> Spectrum.ofJacobian(model, batch.slice(0, 0, 1))));
        assertEquals(List.of(new Heard("singular values", 0, 3), new Heard("singular values", 1, 3),
            new Heard("singular values", 2, 3)), heard);
        assertEquals(Set.of("singular values", "eigenvalues, by products"),
            phases(() -> Spectrum.ofJacobian(model, x -> model.call(x), batch.slice(0, 0, 1), 0, 1)));
        assertEquals(Set.of("eigenvalues, by products"), phases(() -> Sharpness.of(model, batch,
            output -> Losses.mseLoss(output, Tensor.zeros(5, 3)))));
        assertEquals(0, heard.getLast().all, "nobody knows when it is near enough");
        assertEquals(List.of("theory of sequences", "measuring networks"), List.copyOf(phases(() ->
            SequenceExplanation.of(new RNN(3, 3, RecurrentOptions.layers(1)), Tensor.randn(new Threefry(1), 4, 2, 3), 1, 2))));
    }

    @Test
    void whatItThrowsEndsTheWorkAndLeavesTheModelAsItWas() {
        model.initialize(7);
        var before = model.parameters().getFirst().tensor().toArray();
        var end = new CancellationException("enough");
        Watcher impatient = (_, done, _) -> { if (done == 1) throw end; };
        assertSame(end, assertThrows(CancellationException.class, () ->
            impatient.watch(() -> Explanation.averaged(model, batch, 1, 2, 3))));
        assertArrayEquals(before, model.parameters().getFirst().tensor().toArray());
        Explanation.of(model, batch);
    }

    @Test
    void itHearsOfItsOwnThreadAloneAndTheInnerOneInThePlaceOfTheOuter() throws Exception {
        var inner = new ArrayList<String>();
        Watcher other = (phase, _, _) -> inner.add(phase);
        watcher.watch(() -> {
            var beside = new Thread(() -> Explanation.predict(model));
            beside.start();
            try {
                beside.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return other.watch(() -> Explanation.predict(model));
        });
        assertTrue(heard.isEmpty() && !inner.isEmpty(), heard + " " + inner);
        assertThrows(NullPointerException.class, () -> watcher.watch(null));
    }
}
