package dev.lanewise.data;

import java.util.List;

/// The checks that several data sets share.
final class Checks {
    private Checks() {}

    static void rows(String operation, int[] rows, int size) {
        if (rows.length == 0) throw new IllegalArgumentException(operation + ": no rows asked for; name at least one of the "
            + size);
        for (int row : rows)
            if (row < 0 || row >= size) throw new IllegalArgumentException(operation + ": row " + row
                + " is outside the data set; its rows are 0 to " + (size - 1));
    }

    /// How many elements a batch has.
    static int elements(String operation, int rows, int columns) {
        long elements = (long) rows * columns;
        if (elements > Integer.MAX_VALUE) throw new IllegalArgumentException(operation + ": " + rows + " rows of " + columns
            + " columns are more than 2^31 - 1 elements, the most that a Java array holds; take fewer rows at a time");
        return (int) elements;
    }

    static void labels(String operation, int[] labels, List<String> classNames) {
        int classes = classNames.size();
        for (int row = 0; row < labels.length; row++)
            if (labels[row] < 0 || labels[row] >= classes) throw new IllegalArgumentException(operation + ": row " + row
                + " has label " + labels[row] + ", but the " + classes + " class names allow 0 to " + (classes - 1)
                + "; correct the label or name more classes");
    }
}
