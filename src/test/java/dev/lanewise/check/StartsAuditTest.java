package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.Audit.Verdict;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Files of layers that start as those of today do, held to contracts that say so. Seeds are drawn; a right model is found wrong
/// once in 10^9.
class StartsAuditTest {

    private static final String CONTRACT = """
        lstm.weight_ih*:     torch-default fan hidden hidden
        lstm.weight_hh*:     orthogonal in blocks of columns
        lstm.bias_ih*:       chrono 100 in 4 blocks
        *.bias_hh*:          zeros
        gru.weight_*:        any
        gru.bias_ih*:        chrono 100 in 3 blocks
        heads.in_proj_weight: orthogonal-heads 4 in 3 blocks
        heads.in_proj_bias:  zeros
        heads.out_proj.*:    any
        rows.weight:         nguyen-widrow
        rows.bias:           any
        identity.weight:     idinit
        end.weight:          idinit-last
        """;

    private final long seed = new SplittableRandom().nextLong();

    @TempDir
    Path folder;

    private static void add(Map<String, Tensor> model, String name, Module module, long seed) {
        module.initialize(seed);
        module.stateDict().forEach((path, tensor) -> model.put(name + "." + path, tensor));
    }

    private static Map<String, Tensor> right(long seed) {
        var model = new LinkedHashMap<String, Tensor>();
        var options = RecurrentOptions.layers(1).orthogonal().chrono(100);
        add(model, "lstm", new LSTM(12, 80, options), seed);
        add(model, "gru", new GRU(12, 90, options), seed + 1);
        add(model, "heads", new MultiheadAttention(32, 4).initializers(Initializers.orthogonalHeads(4),
            Initializers.orthogonal()), seed + 2);
        add(model, "rows", new Linear(9, 40, Initializers.nguyenWidrow(), Initializers.nguyenWidrowBias()), seed + 3);
        add(model, "identity", new Conv2d(5, 9, ConvOptions.kernel(3).initializers(Initializers.idInit(), null)), seed + 4);
        add(model, "end", new Linear(30, 12, Initializers.idInitLast(), null), seed + 5);
        return model;
    }

    private Audit.Report audit(Precision precision, List<Map<String, Tensor>> models) {
        var files = new ArrayList<Path>();
        for (var model : models) files.add(ModelFile.write(folder.resolve("model" + files.size() + ".safetensors"), model,
            precision));
        return Audit.of(Contract.parse(CONTRACT), files, Map.of("hidden", 80.0));
    }

    @ParameterizedTest
    @EnumSource
    void whatStartsSoPasses(Precision precision) {
        for (int seeds = 1; seeds <= 3; seeds += 2) {
            var models = new ArrayList<Map<String, Tensor>>();
            for (int i = 0; i < seeds; i++) models.add(right(seed + 10 * i));
            var report = audit(precision, models);
            assertTrue(report.passed(), () -> seed + ": " + report.problems() + report.of(Verdict.BROKEN));
            assertEquals(List.of(), report.of(Verdict.CANNOT_TELL), () -> "" + seed);
        }
    }

    private void broken(String tensor, UnaryOperator<float[]> wrong) {
        var model = right(seed);
        var shape = model.get(tensor).shape().toArray();
        model.put(tensor, Tensor.wrap(wrong.apply(model.get(tensor).toArray()), shape));
        var report = audit(Precision.FLOAT32, List.of(model));
        assertEquals(List.of(tensor), report.of(Verdict.BROKEN).stream().map(Audit.Line::tensor).toList(),
            () -> seed + ": " + report);
    }

    @Test
    void whatDoesNotIsFound() {
        var model = right(seed);
        // the bias twice, as those have it who fill both
        broken("lstm.bias_hh_l0", _ -> model.get("lstm.bias_ih_l0").toArray());
        broken("lstm.bias_ih_l0", bias -> {
            for (int i = 0; i < bias.length; i++) bias[i] = -bias[i];
            return bias;
        });
        broken("lstm.bias_ih_l0", bias -> {
            bias[3] = 0;
            return bias;
        });
        broken("lstm.bias_ih_l0", bias -> {
            for (int i = 0; i < bias.length; i++) bias[i] *= 0.4f;
            return bias;
        });
        broken("gru.bias_ih_l0", bias -> {
            for (int i = 0; i < 90; i++) {
                bias[i] = bias[90 + i];
                bias[90 + i] = 0;
            }
            return bias;
        });
        broken("rows.weight", weight -> {
            for (int i = 36; i < 45; i++) weight[i] *= 1.001f;
            return weight;
        });
        broken("rows.weight", weight -> {
            for (int i = 0; i < weight.length; i++) weight[i] = Math.abs(weight[i]);
            return weight;
        });
        broken("heads.in_proj_weight", weight -> {
            for (int i = 0; i < 8 * 32; i++) weight[i] *= 1.01f;
            return weight;
        });
        broken("identity.weight", weight -> {
            weight[1] = 1;
            return weight;
        });
        broken("end.weight", weight -> {
            for (int i = 0; i < weight.length; i++) weight[i] *= 1e6f;
            return weight;
        });
    }
}
