package dev.lanewise.data;

import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// Data sets of tensors in memory, whose outermost size counts the examples: pictures `[examples, channels, height, width]`,
/// series, tables.
///
/// ```java
/// Dataset<Batch<int[]>> pictures = TensorDataset.of(images, labels, List.of("cat", "dog"));
/// Dataset<Pair> pairs = TensorDataset.of(left, right, same).map(some -> new Pair(some.get(0), some.get(1), some.get(2)));
/// ```
///
/// What the tensors hold is copied once.
public final class TensorDataset {
    private TensorDataset() {}

    /// Inputs, each with a class.
    ///
    /// @param inputs `[examples, …]`
    /// @param labels the class of each example, an index into `classNames`; copied
    /// @throws IllegalArgumentException if there aren't as many labels as inputs, or a label has no class name
    public static Dataset<Batch<int[]>> of(Tensor inputs, int[] labels, List<String> classNames) {
        Checks.labels("TensorDataset", labels, classNames);
        var own = labels.clone();
        var columns = columns(own.length, inputs);
        var names = List.copyOf(classNames);
        return new Dataset<>() {
            @Override
            public int size() {
                return own.length;
            }

            @Override
            public Batch<int[]> batch(int... rows) {
                var chosen = select(columns, own.length, rows).getFirst();
                return new Batch<>(chosen, Arrays.stream(rows).map(row -> own[row]).toArray());
            }

            @Override
            public List<String> classNames() {
                return names;
            }
        };
    }

    /// Inputs, each with what is to be predicted of it.
    ///
    /// @param inputs  `[examples, …]`
    /// @param targets `[examples, …]`
    /// @throws IllegalArgumentException if there aren't as many of both
    public static Dataset<Batch<Tensor>> of(Tensor inputs, Tensor targets) {
        return of(new Tensor[] {inputs, targets}).map(some -> new Batch<>(some.get(0), some.get(1)));
    }

    /// Any number of tensors, of which a batch has the same rows of each; [Dataset#map] makes a record of them.
    ///
    /// @throws IllegalArgumentException if there is no tensor, one is a scalar, or outermost sizes differ
    public static Dataset<List<Tensor>> of(Tensor... tensors) {
        if (tensors.length == 0) throw new IllegalArgumentException("TensorDataset: no tensor; give at least one");
        int size = tensors[0].shape().rank() == 0 ? 0 : tensors[0].size(0);
        var columns = columns(size, tensors);
        return new Dataset<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public List<Tensor> batch(int... rows) {
                return select(columns, size, rows);
            }
        };
    }

    private static List<Tensor> columns(int size, Tensor... tensors) {
        for (var tensor : tensors) if (tensor.shape().rank() == 0 || tensor.size(0) != size) throw new IllegalArgumentException(
            "TensorDataset: a tensor of shape " + tensor.shape() + " for " + size
                + " examples; the outermost size of each must count the examples");
        return Arrays.stream(tensors).map(tensor -> Tensor.wrap(tensor.toArray(), tensor.shape().toArray())).toList();
    }

    private static List<Tensor> select(List<Tensor> columns, int size, int... rows) {
        Checks.rows("TensorDataset.batch", rows, size);
        try (var _ = Autograd.noGrad()) {
            return columns.stream().map(column -> column.indexSelect(0, rows)).toList();
        }
    }
}
