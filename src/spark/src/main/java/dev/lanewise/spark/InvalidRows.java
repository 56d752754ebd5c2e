package dev.lanewise.spark;

import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/// Rows whose features are null or not finite, where a model predicts: under the names that Spark's own stages have for what is
/// done with such.
final class InvalidRows {

    private static final String ERROR = "error";
    private static final String SKIP = "skip";
    private static final String KEEP = "keep";

    private InvalidRows() {}

    /// The parameter, with its default.
    static Param<String> param(Params owner) {
        var param = NetworkParams.choice(owner, "handleInvalid",
            "what transform does with a row whose features are null, NaN or infinite", List.of(ERROR, SKIP, KEEP));
        owner.setDefault(param, ERROR);
        return param;
    }

    /// What goes on to be predicted.
    static Dataset<?> admitted(Dataset<?> table, String features, String handled) {
        if (!handled.equals(SKIP)) return table;
        UDF1<Vector, Boolean> valid = row -> wrong(row) == null;
        return table.where(functions.udf(valid, DataTypes.BooleanType).apply(functions.col(features)));
    }

    /// Whether a row is to be predicted as what isn't known.
    ///
    /// @throws IllegalArgumentException if it can't be, and is not to be kept
    static boolean isUnknown(Vector row, String handled) {
        var wrong = wrong(row);
        if (wrong == null) return false;
        if (handled.equals(KEEP)) return true;
        var task = TaskContext.get();
        throw new IllegalArgumentException("transform: a row" + (task == null ? "" : " of partition " + task.partitionId())
            + " can't be predicted: " + wrong
            + "; fill in what is missing before, or setHandleInvalid(\"skip\"), or \"keep\" for a prediction of NaN");
    }

    /// @return null if nothing is
    private static String wrong(Vector row) {
        if (row == null) return "the features are null";
        var values = NetworkParams.floats(row);
        for (int i = 0; i < values.length; i++) if (!Float.isFinite(values[i])) return "feature " + i + " is " + values[i];
        return null;
    }
}
