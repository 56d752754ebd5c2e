package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;
import java.util.List;

/// Data sets over plain `float[]` tables in memory, for classification and for regression.
public final class Rows {
    private Rows() {}

    /// Rows of numbers, each with a class. Takes the arrays without a copy; they must not be changed afterwards.
    ///
    /// @param inputs row after row, `features` values each
    /// @param labels the class of each row, an index into `classNames`
    /// @throws IllegalArgumentException if the lengths don't fit, or a label has no class name
    public static Dataset<Batch<int[]>> classification(float[] inputs, int features, int[] labels, List<String> classNames) {
        var table = new Table("inputs", inputs, features);
        table.requireRows(labels.length, "labels");
        return classification(table, labels, classNames);
    }

    static Dataset<Batch<int[]>> classification(Inputs table, int[] labels, List<String> classNames) {
        Checks.labels("Rows", labels, classNames);
        var names = List.copyOf(classNames);
        return new Dataset<>() {
            @Override
            public int size() {
                return labels.length;
            }

            @Override
            public Batch<int[]> batch(int... rows) {
                var targets = new int[rows.length];
                var chosen = table.gather(rows);
                for (int i = 0; i < rows.length; i++) targets[i] = labels[rows[i]];
                return new Batch<>(chosen, targets);
            }

            @Override
            public List<String> classNames() {
                return names;
            }
        };
    }

    /// Rows of numbers, each with the numbers to predict from it; a batch's targets are `[size, outputs]`. Takes the arrays
    /// without a copy; they must not be changed afterwards.
    ///
    /// @param inputs row after row, `features` values each
    /// @param targets row after row, `outputs` values each
    /// @throws IllegalArgumentException if the lengths don't fit
    public static Dataset<Batch<Tensor>> regression(float[] inputs, int features, float[] targets, int outputs) {
        var from = new Table("inputs", inputs, features);
        var to = new Table("targets", targets, outputs);
        from.requireRows(to.rows(), "targets");
        return regression(from, to);
    }

    static Dataset<Batch<Tensor>> regression(Inputs from, Inputs to) {
        return new Dataset<>() {
            @Override
            public int size() {
                return to.rows();
            }

            @Override
            public Batch<Tensor> batch(int... rows) {
                return new Batch<>(from.gather(rows), to.gather(rows));
            }
        };
    }

    /// What makes the matrix of some rows.
    interface Inputs {
        int rows();

        Tensor gather(int[] chosen);
    }

    record Table(String name, float[] values, int columns) implements Inputs {
        Table {
            if (columns < 1 || values.length % columns != 0) throw new IllegalArgumentException("Rows: " + values.length + " "
                + name + " don't make whole rows of " + columns
                + "; give a multiple of the row's length, which must be at least 1");
        }

        @Override
        public int rows() {
            return values.length / columns;
        }

        void requireRows(int expected, String of) {
            if (rows() != expected) throw new IllegalArgumentException("Rows: " + rows() + " rows of " + name + " but "
                + expected + " of " + of + "; give as many of both");
        }

        @Override
        public Tensor gather(int[] chosen) {
            Checks.rows("Rows.batch", chosen, rows());
            Checks.elements("Rows.batch", chosen.length, columns);
            return Tensor.generate((out, offset, _) -> {
                for (int i = 0; i < chosen.length; i++)
                    System.arraycopy(values, chosen[i] * columns, out, offset + i * columns, columns);
            }, chosen.length, columns);
        }
    }
}
