package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.AdamW;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Trainer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// all-MiniLM-L6-v2, where it is, trained further in its last layer, on pairs of sentences that are to be alike, or not.
class FineTuningTest {

    /// Of a gradient's largest element, and of its length.
    private static final double TOLERANCE = 1e-4;

    private final JsonValue drawn = JsonParser.parse(new Origin("test", null, ""), TinyModel.resource("finetuning.json"));
    private final SentenceEncoder encoder = SentenceEncoder.read(ModelFiles.jar());
    private final Map<String, Parameter> last = new LinkedHashMap<>();

    private record Pair(String first, String second, int target) {}

    private record Pairs(List<String> first, List<String> second, Tensor targets) {
        static Pairs of(List<Pair> some) {
            var targets = new float[some.size()];
            for (int i = 0; i < targets.length; i++) targets[i] = some.get(i).target();
            return new Pairs(some.stream().map(Pair::first).toList(), some.stream().map(Pair::second).toList(),
                Tensor.of(targets));
        }
    }

    private List<Pair> pairs() {
        return drawn.need("pairs").elements().stream().map(JsonValue::elements)
            .map(pair -> new Pair(pair.get(0).text(), pair.get(1).text(), ((Long) pair.get(2).value()).intValue())).toList();
    }

    private Loss loss(Pairs pairs) {
        return Loss.cosineEmbeddingLoss(encoder.call(pairs.first()), encoder.call(pairs.second()), pairs.targets());
    }

    /// Thaws the last layer alone, whose weights the file names.
    @BeforeEach
    void freeze() {
        encoder.requiresGrad(false);
        var paths = encoder.model().paths();
        var parameters = encoder.model().namedParameters();
        drawn.need("gradients").fields().keySet().forEach(name -> last.put(name, parameters.get(paths.get(name))
            .requiresGrad(true)));
        assertEquals(16, last.size());
    }

    private static double number(JsonValue value) { return ((Number) value.value()).doubleValue(); }

    @Test
    void gradientsArePyTorchs() {
        var loss = loss(Pairs.of(pairs())).mean();
        assertEquals(number(drawn.need("loss")), loss.item(), 1e-6);
        loss.backward();
        var gradients = drawn.need("gradients").fields();
        double longest = gradients.values().stream().mapToDouble(each -> number(each.need("norm"))).max().orElseThrow();
        gradients.forEach((name, theirs) -> {
            var gradient = last.get(name).grad();
            // a shift of all keys moves no softmax: nothing is left of that bias's terms but rounding
            double norm = Math.max(number(theirs.need("norm")), 1e-3 * longest);
            assertEquals(number(theirs.need("norm")), gradient.norm().item(), TOLERANCE * norm, name);
            double scale = Math.max(gradient.abs().amax().item(), norm / Math.sqrt(gradient.numel()));
            var ours = gradient.toArray();
            var at = theirs.need("at").elements();
            var values = theirs.need("values").elements();
            for (int i = 0; i < at.size(); i++) assertEquals(number(values.get(i)), ours[at.get(i).count()], TOLERANCE * scale,
                name);
        });
        encoder.namedParameters().forEach((name, parameter) -> {
            if (!last.containsValue(parameter)) assertNull(parameter.grad(), name);
        });
    }

    /// What a thread allocates is what it computes: of six layers one has gradients.
    @Test
    void whatIsFrozenIsNotDifferentiated() {
        var pairs = Pairs.of(pairs());
        long lastLayer = backward(pairs);
        encoder.requiresGrad(true);
        long all = backward(pairs);
        assertTrue(4 * lastLayer < all, lastLayer + " bytes of " + all);
    }

    private long backward(Pairs pairs) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var loss = loss(pairs).mean();
        long before = threads.getCurrentThreadAllocatedBytes();
        loss.backward();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void theLossFallsAndTheRestStays() {
        var before = new HashMap<Parameter, float[]>();
        encoder.parameters().forEach(parameter -> before.put(parameter, parameter.tensor().toArray()));
        var loader = new DataLoader<>(Dataset.of(pairs(), Pairs::of), 3);
        var trainer = new Trainer<>(encoder, this::loss, new AdamW(List.copyOf(last.values()), 2e-4));
        var losses = trainer.fit(loader, 6).epochLosses();
        assertEquals(number(drawn.need("loss")), losses[0], 0.1);
        assertTrue(losses[5] < 0.5 * losses[0], losses[0] + " to " + losses[5]);
        before.forEach((parameter, values) -> {
            if (!last.containsValue(parameter)) assertArrayEquals(values, parameter.tensor().toArray(), parameter.name());
        });
        assertFalse(before.keySet().stream().allMatch(parameter -> Arrays.equals(before.get(parameter), parameter.tensor()
            .toArray())));
        // and what was trained is what encodes
        var pair = pairs().getFirst();
        assertTrue(encoder.similarity(pair.first(), pair.second()) > 0.85);
    }
}
