package dev.lanewise.kernel;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// What is made once and shared by all that ask for the same: as long as it is in use, and then as long as there is memory.
final class SoftMap<K, V> {

    /// From here on it is worth looking for what is gone.
    private static final int MANY = 1_000;

    private final Map<K, SoftReference<V>> values = new ConcurrentHashMap<>();

    /// The value of a key. Of two threads that make it at once each may get its own.
    V get(K key, Supplier<V> maker) {
        var known = values.get(key);
        var value = known == null ? null : known.get();
        if (value != null) return value;
        value = maker.get();
        if (values.size() > MANY) values.values().removeIf(each -> each.get() == null);
        values.put(key, new SoftReference<>(value));
        return value;
    }
}
