package dev.lanewise.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// What another library drew from one seed, in calls one after the other: a line of a file that `random_numbers.py` wrote,
/// which says what its words mean.
public record Drawn(long seed, List<Call> calls, List<String> results) {

    /// A name and its arguments.
    public record Call(String name, List<String> arguments) {

        public String text(int i) { return arguments.get(i); }

        public double number(int i) { return Double.parseDouble(text(i)); }

        public int whole(int i) { return Integer.parseInt(text(i)); }
    }

    /// All of a file beside this library's package `random`.
    public static List<Drawn> lines(String file) {
        try (var stream = Drawn.class.getResourceAsStream("/dev/lanewise/random/" + file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.startsWith("#")).map(Drawn::parse).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Drawn parse(String line) {
        var parts = line.split(" \\| ");
        var calls = new ArrayList<Call>();
        for (var call : parts[1].split("; ")) {
            var words = List.of(call.split(" "));
            calls.add(new Call(words.getFirst(), words.subList(1, words.size())));
        }
        return new Drawn(Long.parseLong(parts[0]), calls, List.of(parts[2].split(" ")));
    }

    /// Asserts that these are the results, in their order.
    public void check(List<String> actual) { assertEquals(results, actual, this::toString); }

    @Override
    public String toString() {
        return "seed " + seed + ": " + String.join("; ", calls.stream().map(call ->
            call.name + " " + String.join(" ", call.arguments)).toList());
    }

    public static String crc(float[] values) {
        var bytes = buffer(Float.BYTES * values.length);
        for (float value : values) bytes.putFloat(value);
        return crc(bytes);
    }

    public static String crc(double[] values) {
        var bytes = buffer(Double.BYTES * values.length);
        for (double value : values) bytes.putDouble(value);
        return crc(bytes);
    }

    /// Of ints as they are.
    public static String crcOfWords(int[] values) {
        var bytes = buffer(Integer.BYTES * values.length);
        for (int value : values) bytes.putInt(value);
        return crc(bytes);
    }

    /// Of ints as the 64 bits that the other libraries have.
    public static String crc(int[] values) {
        var bytes = buffer(Long.BYTES * values.length);
        for (int value : values) bytes.putLong(value);
        return crc(bytes);
    }

    /// Of doubles that are rounded to floats.
    public static String crcOfRounded(double[] values) {
        var rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) rounded[i] = (float) values[i];
        return "~" + crc(rounded);
    }

    public static String crc(byte[] bytes) { return crc(ByteBuffer.wrap(bytes)); }

    private static ByteBuffer buffer(int bytes) { return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN); }

    private static String crc(ByteBuffer bytes) {
        var crc = new CRC32();
        crc.update(bytes.array());
        return "%08x".formatted(crc.getValue());
    }
}
