package dev.lanewise.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolTest {

    private static final Pattern VALUE = Pattern.compile("\"value\": ([0-9.E-]+),");

    private final Protocol server = new Protocol("lanewise", Workloads::of, ServerOptions.parse("--seconds", "0.01"));

    @ParameterizedTest
    @CsvSource({
        "gemm 8 9 7, GFLOP/s", "gemm 8 9 7 NT, GFLOP/s", "gemm 8 9 7 TN, GFLOP/s", "gemm 8 9 7 TT, GFLOP/s",
        "unary relu 50, ns/element", "unary exp 50, ns/element", "unary tanh 50, ns/element",
        "unary sigmoid 50, ns/element", "unary gelu 50, ns/element", "unary silu 50, ns/element",
        "softmax 3 5, ns/element", "sum 50, ns/element", "uniform 50, ns/element", "normal 50, ns/element",
        "adam 50, ns/parameter", "mlp_step 4 5-6-3 adam 0.2, ms/step", "mlp_step 4 5-6-1 sgd 0, ms/step",
        "mlp_infer 1 5-6-3, ms/call", "conv_step 2 3 6 6 4 3, ms/step", "conv_step 2 4 6 6 4 2 2 4, ms/step",
        "conv_transpose_step 2 3 4 4 2 4 2, ms/step", "pool_step max 2 3 6 6 2, ms/step", "pool_step avg 2 3 6 6 3, ms/step",
        "norm_step batch 2 3 4 4, ms/step", "norm_step group 2 16 4 4, ms/step", "norm_step layer 3 5, ms/step",
        "embed_step 7 3 4, ms/step", "ce_step 3 5, ms/step", "attention_step 1 2 4 3 full, ms/step",
        "attention_step 1 2 4 3 causal, ms/step", "lstm_step 2 3 4 5, ms/step", "gru_step 2 3 4 5, ms/step",
        "block_step 2 4 8 2 full, ms/step", "block_step 2 4 8 2 causal, ms/step", "block_infer 2 4 8 2 causal, ms/call",
        "resnet_step 2, ms/step", "array_batched 3 4 5 6, GFLOP/s", "array_linear 3 4 5 gelu, GFLOP/s",
        "array_layer_norm 3 5, ns/element", "array_rms_norm 3 5, ns/element",
        "array_attention 2 5 3 causal, ms/call", "array_conv 2 3 6 6 4 3, ms/call",
        "array_stored float32 3 4 5, GFLOP/s", "array_stored bfloat16 3 4 5, GFLOP/s"})
    void everyRequestIsAnswered(String request, String unit) {
        var answer = server.answer(request);
        assertTrue(answer.startsWith("{\"request\": \"" + request + "\","), answer);
        assertTrue(answer.endsWith("\"unit\": \"" + unit + "\"}"), answer);
        var value = VALUE.matcher(answer);
        assertTrue(value.find() && Double.parseDouble(value.group(1)) > 0, answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "frobnicate 3", "gemm", "gemm 3 4", "gemm 3 4 5 NX", "gemm 3 4 5 NN 6", "gemm 3 -4 5", "gemm 3 x 5",
        "gemm 100000 100000 100000", "unary nosuch 5", "unary relu 0", "unary relu 99999999999", "mlp_step 4 5 sgd 0",
        "mlp_step 4 5-6 nosuch 0", "mlp_step 4 5-6 sgd 1", "mlp_step 4 5-6 sgd much", "mlp_step 4 5- sgd 0",
        "conv_step 2 3 6 6 4", "conv_step 2 3 6 6 4 3 1 2", "conv_transpose_step 2 3 4 4 2 4 3",
        "conv_transpose_step 2 3 4 4 2 2 4", "pool_step min 2 3 6 6 2", "pool_step max 2 3 6 6 7", "norm_step batch 2 3",
        "norm_step group 2 12 4 4", "norm_step layer 3 5 4 4", "norm_step rms 3 5", "embed_step 7 3", "ce_step 3 0",
        "attention_step 1 2 4 3 some", "attention_step 1 2 4 3", "lstm_step 2 3 4", "block_step 2 4 9 2 full",
        "block_infer 2 4 8 2 half", "resnet_step", "array_linear 3 4 5 step", "array_stored float16 3 4 5",
        "a \"quoted\" \\ request"})
    void whatDoesNotFitIsNotServed(String request) {
        var answer = server.answer(request);
        assertTrue(answer.contains("\"error\": \"not served\""), answer);
        assertFalse(answer.contains("\n") || answer.contains("value"), answer);
    }

    @Test
    void whatIsTooLargeIsNotServedAndTheServerGoesOn() {
        assertTrue(server.answer("gemm 46000 1 46000").contains("\"error\": \"not served\""));
        assertTrue(server.answer("sum 10").contains("value"));
    }

    /// The peers' modules of the same request have as many.
    @ParameterizedTest
    @CsvSource({
        "conv_step 2 4 6 6 8 3 1 4, 80", "conv_transpose_step 2 3 4 4 2 4 2, 98", "norm_step batch 2 8 4 4, 16",
        "norm_step group 2 16 4 4, 32", "norm_step layer 3 5, 10", "embed_step 7 3 4, 21", "lstm_step 2 3 4 5, 220",
        "gru_step 2 3 4 5, 165", "block_step 2 4 8 2 full, 872"})
    void layersHaveTheParametersOfThePeers(String request, long parameters) {
        assertEquals(parameters, Workloads.layer(new Arguments(request)).module().parameterCount());
    }

    @Test
    void theResidualNetworkHasTheParametersOfThePeers() {
        assertEquals(19_706, NetworkWorkloads.resnet().parameterCount());
    }

    /// Every input and every parameter gets a gradient, and each step the same.
    @ParameterizedTest
    @ValueSource(strings = {
        "conv_step 2 4 6 6 8 3 2 4", "conv_transpose_step 2 3 4 4 2 4 2", "pool_step max 2 3 6 6 2", "pool_step avg 2 3 6 6 3",
        "norm_step batch 2 3 4 4", "norm_step group 2 16 4 4", "norm_step layer 3 5", "embed_step 7 3 4", "ce_step 3 5",
        "attention_step 1 2 4 3 causal", "lstm_step 2 3 4 5", "gru_step 2 3 4 5", "block_step 2 4 8 2 causal"})
    void aStepGivesAllGradientsAnew(String request) {
        var step = Workloads.layer(new Arguments(request));
        var first = gradients(step);
        assertEquals(first, gradients(step));
        assertFalse(first.isEmpty());
    }

    private static List<List<Float>> gradients(LayerStep step) {
        step.run();
        var leaves = new ArrayList<>(step.inputs());
        if (step.module() != null) step.module().parameters().forEach(parameter -> leaves.add(parameter.tensor()));
        return leaves.stream().map(leaf -> {
            var gradient = new ArrayList<Float>();
            for (float each : leaf.grad().toArray()) gradient.add(each);
            return (List<Float>) gradient;
        }).toList();
    }

    @Test
    void figuresAreInTheirUnits() {
        var product = Workload.gemm(new Product(1_000, 1_000, 1_000, false, false), 1, () -> {});
        assertEquals(3, product.unit().of(2e9, 2 / 3.0), 1e-12);
        assertEquals(2e9, product.size());
        assertEquals(0.5, Workload.Unit.NANOS_PER_ELEMENT.of(4_000, 2e-6), 1e-12);
        assertEquals(2, Workload.Unit.MILLIS_PER_STEP.of(1, 2e-3), 1e-12);
    }

    /// By a clock that only the call moves: every hundredth is slow, which a median passes over.
    @Test
    void theStopwatchTellsTheTimeOfOneCall() {
        var clock = new AtomicLong();
        var calls = new AtomicInteger();
        double seconds = new Stopwatch(clock::get).time(() -> {
            int call = calls.incrementAndGet();
            clock.addAndGet(call % 100 == 0 ? 50_000_000 : 2_000_000);
            return call;
        }, 0.1, 1);
        assertEquals(2e-3, seconds, 1e-9);
        assertTrue(calls.get() > 400, calls::toString);
    }
}
