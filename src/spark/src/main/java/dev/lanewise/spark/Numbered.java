package dev.lanewise.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import java.io.Serializable;

/// An example on its way to those who train on it: its key decides its number.
///
/// @param <R> the example, or its bytes
@DefaultSerializer(RecordSerializer.class)
record Numbered<R>(ContentKey key, R row) implements Serializable {}
