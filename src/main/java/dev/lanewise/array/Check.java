package dev.lanewise.array;

/// What operations ask of their arguments, before they write anything.
final class Check {

    private Check() {}

    static void size(String operation, String name, int size) {
        if (size < 0) throw new IllegalArgumentException(operation + ": " + name + " is " + size + "; it must be 0 or more");
    }

    /// Asks for `n` elements from `offset` on.
    static void vector(String operation, String name, float[] array, int offset, int n) {
        present(operation, name, array, offset);
        if ((long) offset + n > array.length) throw new IllegalArgumentException(operation + ": " + name + " needs " + n
            + " elements from offset " + offset + ", but its array has " + array.length
            + "; make the array longer, or n or the offset smaller");
    }

    /// Asks for `rows` rows of `columns` elements, `ld` apart.
    static void matrix(String operation, String name, float[] array, int offset, int rows, int columns, int ld) {
        present(operation, name, array, offset);
        leading(operation, name, columns, ld);
        if (reach(rows, columns, ld) > array.length - offset) throw new IllegalArgumentException(operation + ": " + name
            + " of " + rows + " x " + columns + " from offset " + offset + " with leading dimension " + ld + " ends at "
            + (offset + reach(rows, columns, ld)) + ", but its array has " + array.length
            + " elements; make the array longer, or the sizes or the offset smaller");
    }

    static void leading(String operation, String name, int columns, int ld) {
        if (ld < columns) throw new IllegalArgumentException(operation + ": the leading dimension of " + name + " is " + ld
            + ", but a row has " + columns + " elements; rows are at least as far apart as they are long");
    }

    private static void present(String operation, String name, float[] array, int offset) {
        if (array == null)
            throw new IllegalArgumentException(operation + ": " + name + " is null; give the array that holds its elements");
        if (offset < 0 || offset > array.length) throw new IllegalArgumentException(operation + ": " + name + " begins at offset "
            + offset + ", but its array has " + array.length + " elements; offsets are counted from 0");
    }

    /// `batch` matrices of `rows` rows of `columns` elements, `ld` apart, their first elements `stride` apart.
    record Stack(int rows, int columns, int ld, int stride, int batch) {

        /// Elements from the first to the end of the last.
        private long all() {
            long one = reach(rows, columns, ld);
            return one == 0 || batch == 0 ? 0 : (batch - 1L) * stride + one;
        }

        /// Asks for all of them.
        void check(String operation, String name, float[] array, int offset) {
            matrix(operation, name, array, offset, batch == 0 ? 0 : rows, columns, ld);
            if (batch <= 1) return;
            if (stride < 0) throw new IllegalArgumentException(operation + ": the stride of " + name + " is " + stride
                + "; it must be 0 or more");
            if (all() > array.length - offset) throw new IllegalArgumentException(operation + ": " + name + ", " + batch
                + " matrices of " + rows + " x " + columns + " that begin " + stride + " elements apart from offset " + offset
                + " on, with leading dimension " + ld + ", ends at " + (offset + all()) + ", but its array has " + array.length
                + " elements; make the array longer, or the sizes, the stride or the offset smaller");
        }

        /// Asks for none of them to have an element of another.
        void checkDistinct(String operation, String name) {
            long one = reach(rows, columns, ld);
            if (batch <= 1 || stride >= one || areSideBySide()) return;
            throw new IllegalArgumentException(operation + ": matrices " + name + " of " + rows + " x " + columns
                + " with leading dimension " + ld + " begin " + stride + " elements apart and overlap; let the stride be " + one
                + " at the least, or let rows be so far apart that each holds one of all matrices");
        }

        private boolean areSideBySide() { return stride >= columns && (batch - 1L) * stride + columns <= ld; }

        /// As [Check#apart], of all of them.
        void checkApart(String operation, String written, float[] out, int outOffset, String name, float[] array, int offset,
            Stack other) {
            if (out != array) return;
            var mine = enclosing();
            var theirs = other.enclosing();
            apart(operation, written, out, outOffset, mine.ld, mine.rows, mine.columns, name, array, offset, theirs.ld,
                theirs.rows, theirs.columns);
        }

        /// One matrix that has all their elements, and no gap that could be left.
        private Stack enclosing() {
            int all = (int) all();
            if (all == 0) return new Stack(0, columns, ld, 0, 1);
            if (batch <= 1 || stride == 0) return new Stack(rows, columns, ld, 0, 1);
            if (stride % ld == 0) return new Stack(rows + (batch - 1) * (stride / ld), columns, ld, 0, 1);
            if (areSideBySide()) return new Stack(rows, (batch - 1) * stride + columns, ld, 0, 1);
            return new Stack(1, all, all, 0, 1);
        }
    }

    /// Elements from the first to the end of the last.
    static long reach(int rows, int columns, int ld) {
        return rows == 0 || columns == 0 ? 0 : (rows - 1L) * ld + columns;
    }

    /// Asks for what is written to be an operand itself, or to have none of its elements.
    static void sameOrApart(String operation, String written, float[] out, int outOffset, int outLd,
                            String name, float[] array, int offset, int ld, int rows, int columns) {
        if (out == array && outOffset == offset && (outLd == ld || rows <= 1)) return;
        apart(operation, written, out, outOffset, outLd, rows, columns, name, array, offset, ld, rows, columns);
    }

    /// Asks for what is written to have no element of an operand. Two matrices in one array may lie side by side if their
    /// leading dimensions are equal.
    static void apart(String operation, String written, float[] out, int outOffset, int outLd, int outRows, int outColumns,
                      String name, float[] array, int offset, int ld, int rows, int columns) {
        if (out != array) return;
        long outEnd = outOffset + reach(outRows, outColumns, outLd);
        long end = offset + reach(rows, columns, ld);
        if (outEnd <= offset || end <= outOffset || outEnd == outOffset || end == offset) return;
        if (ld == outLd && sideBySide(outOffset - offset, ld, columns, outColumns)) return;
        throw new IllegalArgumentException(operation + ": " + written + ", written from offset " + outOffset + " on, overlaps "
            + name + " at offset " + offset + " of the same array; let it lie elsewhere");
    }

    /// Whether rows that begin `distance` later fit between rows of the other matrix.
    private static boolean sideBySide(int distance, int ld, int columns, int outColumns) {
        int shift = Math.floorMod(distance, Math.max(1, ld));
        return shift >= columns && (long) shift + outColumns <= ld;
    }

    static void given(String operation, String name, Object value, String remedy) {
        if (value == null) throw new IllegalArgumentException(operation + ": " + name + " is null; " + remedy);
    }

    /// Comparisons are written so that NaN fails.
    static void number(boolean valid, String operation, String name, double value, String range) {
        if (!valid) throw new IllegalArgumentException(operation + ": " + name + " is " + value + "; it must be " + range);
    }
}
