package dev.lanewise.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import java.io.Serializable;

/// How many examples there are, and the digest of them all, in whatever order they come.
@DefaultSerializer(RecordSerializer.class)
record Census(long rows, ContentKey digest) implements Serializable {

    static final Census NONE = new Census(0, new ContentKey(0, 0));

    Census plus(ContentKey key) { return new Census(rows + 1, digest.plus(key)); }

    Census plus(Census other) { return new Census(rows + other.rows, digest.plus(other.digest)); }

    /// @throws IllegalArgumentException if there are none, or more than rows can be numbered
    int requireRows() {
        if (rows < 1 || rows > Integer.MAX_VALUE) throw new IllegalArgumentException("fit: " + rows
            + " examples; there must be 1 to " + Integer.MAX_VALUE);
        return (int) rows;
    }

    @Override
    public String toString() { return digest + " of " + rows + " rows"; }
}
