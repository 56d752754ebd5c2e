package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.attention.TransformerDecoder;
import dev.lanewise.nn.attention.TransformerDecoderLayer;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// That the factors are those of the recursion is told by `StartsContract`, with its mutants.
class AdminTest {

    private static final TransformerOptions OPTIONS = TransformerOptions.feedForward(16).batchFirst(true);

    private static TransformerEncoder encoder(int layers, TransformerOptions options) {
        return new TransformerEncoder(layers, () -> new TransformerEncoderLayer(8, 2, options));
    }

    private static Tensor batch(long seed) { return Tensor.randn(new Threefry(seed).stream("batch"), 4, 6, 8); }

    private static List<Double> skips(TransformerEncoder model) {
        return StreamSupport.stream(model.layers().spliterator(), false).flatMap(layer -> layer.sums().stream())
            .map(ResidualSum::skip).toList();
    }

    private static List<Double> ones(int sums) { return Stream.generate(() -> 1.0).limit(sums).toList(); }

    /// The paper's measure of how much a step changes the output: without Admin it grows with the number of branches, with it no
    /// faster than its logarithm. Dropout plays no part, and no state of the model changes.
    @Property(tries = 8)
    void branchesShareALogarithm(@ForAll long seed, @ForAll @IntRange(min = 4, max = 10) int layers) {
        var model = encoder(layers, OPTIONS.dropout(0.3));
        model.initialize(seed);
        var before = model.stateDict();
        var steps = model.stepDict();
        // as large as makes the first sum more than its norm does: else the second one's factor may be less than 1
        var report = Admin.run(model, batch(seed).mul(2)).orThrow();
        assertEquals(2 * layers, report.sums().size());
        assertEquals(steps, model.stepDict());
        before.forEach((name, value) -> assertArrayEquals(value.toArray(), model.stateDict().get(name).toArray()));
        double branches = 0;
        double plain = 0;
        for (var sum : report.sums()) {
            branches += sum.branch();
            plain += sum.branch() / (sum.skipped() + sum.branch());
        }
        var first = report.sums().getFirst();
        // norms leave a variance of 1 less what they add to it, a hundred-thousandth; each sum's logarithm may be that much more
        double most = Math.log(first.skipped() + branches) - Math.log(first.skipped()) + 2 * layers * 1e-3;
        assertTrue(report.dependency() <= most, report.dependency() + " for at most " + most);
        assertTrue(report.dependency() < plain, report.dependency() + " for " + plain + " without");
        for (int i = 2; i < report.sums().size(); i++) assertTrue(report.sums().get(i).skip() >= report.sums().get(i - 1)
            .skip() * (1 - 1e-4));
    }

    /// Each kind of layer is a chain of its own.
    private static final class Translator extends Module {
        private final TransformerEncoder encoder = register("encoder", encoder(2, OPTIONS));
        private final TransformerDecoder decoder =
            register("decoder", new TransformerDecoder(2, () -> new TransformerDecoderLayer(8, 2, OPTIONS)));

        Tensor call(Tensor question, Tensor answer) {
            return observed(decoder.call(answer, encoder.call(question)), question, answer);
        }
    }

    @Example
    void anEncoderAndADecoderAreTwoChains() {
        var model = new Translator();
        model.initialize(3);
        var report = Admin.run(model, () -> model.call(batch(1), batch(2))).orThrow();
        assertEquals(List.of("encoder.layers.0", "encoder.layers.0", "encoder.layers.1", "encoder.layers.1", "decoder.layers.0",
            "decoder.layers.0", "decoder.layers.0", "decoder.layers.1", "decoder.layers.1", "decoder.layers.1"),
                report.sums().stream().map(Admin.Outcome::path).toList());
        assertEquals(1, report.sums().get(0).skip());
        assertEquals(1, report.sums().get(4).skip());
        assertTrue(report.sums().get(9).skip() > report.sums().get(5).skip());
    }

    /// A block of the user's own, with a norm behind.
    @Example
    void residualBlocksWithNormsAreMeasured() {
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < 3; i++) {
            layers.add(new Residual(new Sequential(new Linear(8, 20), new ReLU(), new Linear(20, 8))));
            layers.add(new LayerNorm(8));
        }
        var model = new Sequential(layers.toArray(Layer[]::new));
        model.initialize(4);
        var report = Admin.run(model, batch(4)).orThrow();
        assertEquals(List.of("0", "2", "4"), report.sums().stream().map(Admin.Outcome::path).toList());
        for (int i = 1; i < 3; i++) {
            var before = report.sums().get(i - 1);
            var sum = report.sums().get(i);
            assertEquals(before.skip() * before.skip() * before.skipped() + before.branch(), sum.skip() * sum.skip(), 1e-9);
        }
        // a second run finds what the first left
        assertEquals(report.sums().getLast().skip(), Admin.run(model, batch(4)).sums().getLast().skip(), 1e-12);
    }

    @Example
    void whatIsNotNormedIsRefusedAndLeftAlone() {
        var pre = encoder(3, OPTIONS.normFirst(true));
        pre.initialize(1);
        Rejected.argument(() -> Admin.run(pre, batch(1)), "Admin", "\"layers.0\"", "isn't normed", "normFirst(false)");
        assertEquals(ones(6), skips(pre));
        var model = encoder(2, OPTIONS);
        Rejected.state(() -> Admin.run(model, batch(1)), "before it has values");
        model.initialize(1);
        Rejected.argument(() -> Admin.run(model, Tensor.full(Float.NaN, 2, 3, 8)), "Admin", "NaN", "another batch");
        Rejected.argument(() -> Admin.run(model, Tensor.ones(2, 3, 8)), "Admin", "0.0", "more than 0");
        Rejected.argument(() -> Admin.run(model, Tensor.ones(2, 3, 7)), "7");
        assertEquals(ones(4), skips(model));
        // and nothing watches any longer
        model.call(Tensor.full(Float.NaN, 2, 3, 8));
        Rejected.argument(() -> Admin.run(new Linear(3, 3).initialize(1), () -> {}), "no residual sums");
        var unused = Admin.run(model, () -> model.layers().get(0).call(batch(1)));
        assertFalse(unused.converged());
        Rejected.state(unused::orThrow, "layers.1: FAILED, the batch doesn't come by");
    }

    /// What isn't the same twice isn't what it was measured as.
    @Example
    void aModelThatChangesIsTold() {
        int[] calls = {0};
        var body = new Layer() {
            @Override
            public Tensor forward(Tensor x) { return x.mul(1 + calls[0]++); }
        };
        var model = new Sequential(new Residual(body), new LayerNorm(8), new Residual(new Linear(8, 8)), new LayerNorm(8));
        model.initialize(1);
        Rejected.state(() -> Admin.run(model, batch(1)).orThrow(), "2[0]", "measured once more, it should be");
    }

    /// A layer that is called twice counts once, by its first call.
    @Example
    void aSharedLayerIsMeasuredOnce() {
        var layer = new TransformerEncoderLayer(8, 2, OPTIONS);
        layer.initialize(2);
        var report = Admin.run(layer, () -> layer.call(layer.call(batch(2)))).orThrow();
        assertEquals(2, report.sums().size());
        assertEquals(report.sums(), Admin.run(layer, batch(2)).sums());
    }

    @Example
    void factorsAreAppliedToWhatLoadsAState() {
        var model = encoder(2, OPTIONS.dropout(0));
        model.initialize(6);
        var report = Admin.run(model, batch(6));
        var loaded = encoder(2, OPTIONS.dropout(0));
        loaded.loadStateDict(model.stateDict());
        report.applyTo(loaded);
        assertArrayEquals(model.call(batch(7)).toArray(), loaded.call(batch(7)).toArray());
        var smaller = encoder(1, OPTIONS);
        Rejected.argument(() -> report.applyTo(smaller), "Admin", "no residual sum 0 at \"layers.1\"");
        assertEquals(ones(2), skips(smaller));
    }

    @Example
    void nothingIsRefusedByName() {
        var model = encoder(1, OPTIONS);
        for (var call : new LinkedHashMap<String, Runnable>() {{
            put("no model", () -> Admin.run(null, batch(1)));
            put("no batch", () -> Admin.run(model, (Tensor) null));
            put("no call", () -> Admin.run(model, (Runnable) null));
        }}.entrySet()) Rejected.nothing(call.getValue()::run, "Admin: " + call.getKey());
    }

    @Example
    void itTrainsAStep() {
        var model = encoder(6, OPTIONS.dropout(0));
        model.initialize(8);
        Admin.run(model, batch(8)).orThrow();
        var optimizer = new SGD(model.parameters(), 0.05);
        var target = batch(9);
        double before = model.call(batch(8)).sub(target).square().mean().item();
        model.call(batch(8)).sub(target).square().mean().backward();
        optimizer.step();
        double after = model.call(batch(8)).sub(target).square().mean().item();
        assertTrue(after < before, before + " to " + after);
    }
}
