package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Rows of a table for a network that has embeddings: what [Columns#index] declared stands apart from the numbers.
///
/// @param numbers `[rows, …]`: numbers and one-hot categories, in the order of the columns; no columns if there are none
/// @param indices by the name of the column, the index of each row's category, for an `Embedding` of
///                [Preprocessing#categoryCount] vectors
public record TableInputs(Tensor numbers, Map<String, int[]> indices) {

    /// Keeps the order of the columns.
    public TableInputs {
        indices = Collections.unmodifiableMap(new LinkedHashMap<>(indices));
    }

    /// The number of rows.
    public int size() {
        return numbers.size(0);
    }

    /// The indices of a column.
    ///
    /// @throws IllegalArgumentException if it was not declared index
    public int[] indices(String column) {
        var chosen = indices.get(column);
        if (chosen == null) throw new IllegalArgumentException("TableInputs: " + Quote.of(column)
            + " is no column of indices; there are " + Quote.list(indices.keySet()));
        return chosen;
    }
}
