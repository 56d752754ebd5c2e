package dev.lanewise.lab.job;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// Tells data from others of the same size: [Training#data].
public final class Fingerprint {

    private final CRC32C sum = new CRC32C();

    public Fingerprint add(byte... bytes) {
        sum.update(bytes, 0, bytes.length);
        return number(bytes.length);
    }

    public Fingerprint add(int... numbers) {
        for (int number : numbers) number(number);
        return number(numbers.length);
    }

    public Fingerprint add(Iterable<String> texts) {
        for (var text : texts) add(text.getBytes(StandardCharsets.UTF_8));
        return number(-1);
    }

    private Fingerprint number(int number) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) sum.update(number >>> shift);
        return this;
    }

    @Override
    public String toString() { return Long.toHexString(sum.getValue()); }
}
