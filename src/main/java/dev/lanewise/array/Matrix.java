package dev.lanewise.array;

import dev.lanewise.kernel.StoredGemm.Stored;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// An operand of a product that need not be a `float[]`: rows of numbers in a file that is mapped into memory, say, or of 16
/// bits.
///
/// ```java
/// var weight = Matrix.bfloat16(file.map(READ_ONLY, at, 2L * 4096 * 1024, Arena.ofAuto()), 1024);
/// Blas.gemm(false, true, rows, 4096, 1024, Matrix.of(x, 0, 1024), weight, y, 0, 4096, bias, 0, Activation.GELU);
/// ```
///
/// It is read where it lies, block by block, a megabyte or so at a time; what is changed meanwhile may be seen or not. Numbers of
/// a segment are little-endian, as in safetensors, and need no alignment. It may be larger than an array. A segment of a confined
/// arena is read by the calling thread alone.
public final class Matrix {

    private final float[] array;
    private final int offset;
    private final MemorySegment segment;
    private final boolean isHalf;
    private final int ld;

    private Matrix(float[] array, int offset, MemorySegment segment, boolean isHalf, int ld) {
        this.array = array;
        this.offset = offset;
        this.segment = segment;
        this.isHalf = isHalf;
        this.ld = ld;
    }

    /// In an array, as other operands are.
    ///
    /// @param ld elements from a row to the next
    public static Matrix of(float[] array, int offset, int ld) {
        Check.given("matrix", "array", array, "give the array that holds its elements");
        return new Matrix(array, offset, null, false, ld);
    }

    /// Floats of 32 bits from the segment's first byte on.
    ///
    /// @param ld elements from a row to the next
    public static Matrix float32(MemorySegment segment, int ld) {
        Check.given("matrix", "segment", segment, "give the segment that holds its elements");
        return new Matrix(null, 0, segment, false, ld);
    }

    /// Brain floats, the upper 16 bits of floats, from the segment's first byte on; they are widened exactly.
    ///
    /// @param ld elements from a row to the next
    public static Matrix bfloat16(MemorySegment segment, int ld) {
        Check.given("matrix", "segment", segment, "give the segment that holds its elements");
        return new Matrix(null, 0, segment, true, ld);
    }

    /// Brain floats in an array.
    ///
    /// @param ld elements from a row to the next
    /// @throws IllegalArgumentException if the offset is outside the array, or on a machine that is big-endian
    public static Matrix bfloat16(short[] array, int offset, int ld) {
        Check.given("matrix", "array", array, "give the array that holds its elements");
        if (offset < 0 || offset > array.length) throw new IllegalArgumentException("matrix: it begins at offset " + offset
            + ", but its array has " + array.length + " elements; offsets are counted from 0");
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) throw new IllegalArgumentException(
            "matrix: an array of brain floats is read on little-endian machines alone; put them into a segment, little-endian");
        return new Matrix(null, 0, MemorySegment.ofArray(array).asSlice((long) offset * Short.BYTES), true, ld);
    }

    /// Asks for `rows` rows of `columns` elements.
    void check(String operation, String name, int rows, int columns) {
        if (array != null) {
            Check.matrix(operation, name, array, offset, rows, columns, ld);
            return;
        }
        Check.leading(operation, name, columns, ld);
        if (!segment.scope().isAlive()) throw new IllegalArgumentException(operation + ": the arena of " + name
            + " is closed; close it when the product is made");
        if (!segment.isAccessibleBy(Thread.currentThread())) throw new IllegalArgumentException(operation + ": " + name
            + " lies in an arena that is confined to another thread; call from there, or use a shared arena");
        long bytes = Check.reach(rows, columns, ld) * (isHalf ? Short.BYTES : Float.BYTES);
        if (bytes > segment.byteSize()) throw new IllegalArgumentException(operation + ": " + name + " of " + rows
            + " x " + columns + (isHalf ? " brain floats" : " floats") + " with leading dimension " + ld + " takes " + bytes
            + " bytes, but its segment has " + segment.byteSize() + "; give a larger segment, or smaller sizes");
    }

    /// Asks for what is written to have no element of this one.
    void checkApart(String operation, String written, float[] out, int outOffset, int outLd, int outRows, int outColumns,
                    String name, int rows, int columns) {
        if (array != null) {
            Check.apart(operation, written, out, outOffset, outLd, outRows, outColumns, name, array, offset, ld, rows, columns);
            return;
        }
        var mine = segment.asSlice(0, Check.reach(rows, columns, ld) * (isHalf ? Short.BYTES : Float.BYTES));
        var theirs = MemorySegment.ofArray(out).asSlice((long) outOffset * Float.BYTES,
            Check.reach(outRows, outColumns, outLd) * ValueLayout.JAVA_FLOAT.byteSize());
        if (mine.asOverlappingSlice(theirs).isPresent()) throw new IllegalArgumentException(operation + ": " + written
            + ", written from offset " + outOffset + " on, overlaps " + name
            + ", a segment of the same array; let it lie elsewhere");
    }

    Stored stored() { return new Stored(array, offset, segment, isHalf, ld); }
}
