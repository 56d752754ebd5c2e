package dev.lanewise.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The first 128 bits of the SHA-256 of what is in an example: examples are numbered in the order of these.
@DefaultSerializer(RecordSerializer.class)
record ContentKey(long high, long low) implements Comparable<ContentKey>, Serializable {

    static ContentKey of(byte[] content) {
        try {
            var digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(content));
            return new ContentKey(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /// Of several examples, in any order.
    ContentKey plus(ContentKey other) {
        long sum = low + other.low;
        return new ContentKey(high + other.high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0), sum);
    }

    @Override
    public int compareTo(ContentKey other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() { return String.format("%016x%016x", high, low); }
}
