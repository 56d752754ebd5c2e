package dev.lanewise.io.onnx;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the tensors that a graph brings along are to it: weights that can be trained, statistics, or settings.
final class Roles {

    /// Inputs that set something, by operation: nobody trains an exponent, or a scale of an image.
    private static final Map<String, Set<Integer>> SETTINGS = Map.of("Pow", Set.of(1), "Clip", Set.of(1, 2), "Pad", Set.of(2),
        "Dropout", Set.of(1),
        "Resize", Set.of(1, 2), "Upsample", Set.of(1), "Range", Set.of(0, 1, 2), "OneHot", Set.of(1, 2), "CastLike", Set.of(1));
    /// Inputs that training follows by itself.
    private static final Map<String, Set<Integer>> STATISTICS = Map.of("BatchNormalization", Set.of(3, 4));

    /// What a tensor is.
    enum Role { WEIGHT, STATISTIC, SETTING }

    private record Use(Node node, int input) {}

    private final Map<String, List<Use>> uses = new HashMap<>();

    Roles(List<Plan.Prepared> nodes, List<String> outputs) {
        for (var prepared : nodes) {
            var node = prepared.node();
            for (int i = 0; i < node.inputs().size(); i++)
                uses.computeIfAbsent(node.inputs().get(i), _ -> new ArrayList<>()).add(new Use(node, i));
        }
        outputs.forEach(name -> uses.computeIfAbsent(name, _ -> new ArrayList<>()));
    }

    /// Whether anything reads it.
    boolean isUsed(String name) { return uses.containsKey(name); }

    /// A single number without dimensions is a setting: it belongs to a formula.
    Role role(String name, OnnxValue value) {
        if (!(value instanceof OnnxValue.Floats) || value.shape().rank() == 0 || all(name, SETTINGS)) return Role.SETTING;
        return all(name, STATISTICS) ? Role.STATISTIC : Role.WEIGHT;
    }

    private boolean all(String name, Map<String, Set<Integer>> where) {
        var all = uses.get(name);
        return !all.isEmpty() && all.stream().allMatch(use -> where.getOrDefault(use.node.type(), Set.of()).contains(use.input));
    }

    /// What an initializer would scale by, as the first node that uses it says.
    Fan fan(String name, Shape shape) {
        var use = uses.get(name).isEmpty() ? null : uses.get(name).getFirst();
        if (use == null || shape.rank() < 2) return Fan.linear(shape.numel(), shape.numel());
        var node = use.node;
        int places = shape.rank() < 3 ? 1 : shape.numel() / Math.max(1, shape.size(0) * shape.size(1));
        return switch (node.type()) {
            case "MatMul" -> Fan.linear(shape.size(-2), shape.size(-1));
            case "Gather" -> Fan.embedding(shape.size(-1));
            case "LSTM", "GRU", "RNN" -> Fan.linear(shape.size(-1), shape.size(-2));
            case "Conv" -> Fan.conv(shape.size(1), shape.size(0), places, 1);
            case "ConvTranspose" -> Fan.convTranspose(shape.size(0), shape.size(1), places, 1);
            case "Gemm" -> node.flag("transB", false) ? Fan.linear(shape.size(1), shape.size(0))
                : Fan.linear(shape.size(0), shape.size(1));
            default -> Fan.likePyTorch(shape);
        };
    }

    /// Starts as it is: a model that is taken from a file isn't drawn anew when what is built around it is initialized.
    ///
    /// @param values the parameter's own
    record Kept(Tensor values) implements Initializer {

        @Override
        public Distribution distribution(Fan fan, Shape shape) { return Initializers.copyOf(values).distribution(fan, shape); }

        @Override
        public boolean fits(Fan fan, Shape shape) { return shape.equals(values.shape()); }

        @Override
        public void fill(Tensor tensor, Fan fan, RandomSource source) {
            if (tensor != values && tensor.numel() > 0) InPlace.copy(values.detach(), tensor);
        }
    }

    /// Names as modules have them: an ONNX name is a path as it is where its parts, between dots, can be names.
    static final class Names {

        /// Beyond, it is no model's: each part is a module within another.
        private static final int MOST_PARTS = 64;

        private final Set<String> paths = new HashSet<>();
        private final Set<String> folders = new HashSet<>();

        /// A path that no other has, nor is within another.
        String fit(String name) {
            var path = isPath(name) ? name : name.replace('.', '_');
            if (path.isEmpty()) path = "weight";
            var free = path;
            for (int i = 1; !isFree(free); i++) free = path.replace('.', '_') + "_" + i;
            paths.add(free);
            for (int dot = free.indexOf('.'); dot >= 0; dot = free.indexOf('.', dot + 1)) folders.add(free.substring(0, dot));
            return free;
        }

        private static boolean isPath(String name) {
            return !name.startsWith(".") && !name.endsWith(".") && !name.contains("..")
                && name.chars().filter(c -> c == '.').count() < MOST_PARTS;
        }

        private boolean isFree(String path) {
            if (paths.contains(path) || folders.contains(path)) return false;
            for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot
                + 1)) if (paths.contains(path.substring(0, dot))) return false;
            return true;
        }
    }
}
