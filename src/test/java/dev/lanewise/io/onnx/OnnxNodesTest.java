package dev.lanewise.io.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The ONNX project's own tests of the operations that are known here.
class OnnxNodesTest {

    /// What isn't computed, and how it is refused.
    private static final List<Pattern> REFUSED = List.of(
        Pattern.compile("test_(averagepool|maxpool)_3d_\\w+ .* it goes over 3 dimensions; .*"),
        Pattern.compile("test_convtranspose_3d .* it is of shape \\[1, 1, 3, 4, 5\\]; .*"),
        Pattern.compile("test_lstm_with_peepholes .* input 7, peepholes, .*"),
        Pattern.compile("test_not_\\dd .* it is of version 1 of the operations; .*"),
        Pattern.compile("test_training_dropout\\w* .* is to drop elements, .*"));
    /// What is computed otherwise. Floats of 16 bits are kept as those of 32; ONNX Runtime has other outputs than the project's
    /// tests for aligned corners, and those here; and some expected outputs are written with four digits.
    private static final Pattern OTHERWISE =
        Pattern.compile("test_(castlike_\\w+_to_B?FLOAT16|resize_downsample_scales_(linear|cubic)_align_corners"
        + "|averagepool_2d_ceil_last_window_starts_on_pad) .*");

    @Test
    void nodesComputeWhatTheProjectsOwnTestsExpect() {
        var wrong = new TreeMap<String, String>();
        int right = 0;
        for (var test : NodeTests.all()) {
            var fault = fault(test);
            if (fault == null) right++;
            else {
                var said = test.name() + " " + fault;
                if (REFUSED.stream().noneMatch(pattern -> pattern.matcher(said).matches())
                    && !OTHERWISE.matcher(said).matches()) wrong.put(test.name(), fault);
            }
        }
        assertEquals(new TreeMap<>(), wrong);
        assertTrue(right >= 1111, right + " are right");
    }

    private static String fault(NodeTests.Case test) {
        try {
            var model = OnnxModel.read(Source.of(test.model()));
            var inputs = new HashMap<String, OnnxValue>();
            for (int i = 0; i < model.inputs().size(); i++) inputs.put(model.inputs().get(i).name(), test.inputs().get(i));
            var outputs = new ArrayList<>(model.predict(inputs).values());
            for (int i = 0; i < outputs.size(); i++) {
                var fault = difference(model.outputs().get(i).type(), test.outputs().get(i), outputs.get(i));
                if (fault != null) return fault;
            }
            return null;
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private static String difference(OnnxType type, OnnxValue expected, OnnxValue found) {
        if (expected.getClass() != found.getClass() || !expected.shape().equals(found.shape()) || expected.type() != found.type())
            return found.type() + " " + found.shape() + ", not " + expected.type() + " " + expected.shape();
        return switch (expected) {
            case OnnxValue.Longs longs -> Arrays.equals(longs.values(), found.longs()) ? null : found + ", not " + expected;
            case OnnxValue.Bools bools -> Arrays.equals(bools.values(), found.bools()) ? null : found + ", not " + expected;
            case OnnxValue.Floats(var tensor) -> difference(switch (type) {
                // what is expected is rounded in each step
                case FLOAT16 -> 0x1p-10;
                case BFLOAT16 -> 0x1p-7;
                default -> 1e-5;
            }, tensor.toArray(), found.tensor().toArray());
        };
    }

    /// As parts of the largest.
    private static String difference(double tolerance, float[] expected, float[] found) {
        double scale = 0;
        for (float each : expected) if (Float.isFinite(each)) scale = Math.max(scale, Math.abs(each));
        for (int i = 0; i < expected.length; i++) {
            boolean same = Float.isFinite(expected[i]) ? Math.abs((double) expected[i] - found[i]) <= tolerance * scale
                : Float.compare(expected[i], found[i]) == 0;
            if (!same) return "element " + i + " is " + found[i] + ", not " + expected[i] + ", at scale " + scale;
        }
        return null;
    }
}
