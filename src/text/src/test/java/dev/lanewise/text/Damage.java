package dev.lanewise.text;

import com.sun.management.ThreadMXBean;
import dev.lanewise.data.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Holds a reader to its word about texts that were damaged: it reads them, or refuses them in a message that names the file and
/// can be shown; in memory in proportion to their length, and in little time.
final class Damage {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LONGEST = 1 << 18;
    private static final long MEMORY = 1 << 20;
    /// A token of one long text has a node for each byte in both of the tries, and a node has four slots of 12 bytes, made anew
    /// as the tables double.
    private static final long MEMORY_PER_BYTE = 256;
    private static final long NANOSECONDS = 2_000_000_000;

    /// What may stand in the place of anything.
    private static final List<String> PIECES = List.of("", "{", "}", "[", "]", "\"", ":", ",", "\\", "\n", "\0", " ", "null",
        "true", "[]", "{}",
        "\"\"", "\"\\u0001\\ud800\"", "\"##\"", "[UNK]", "0", "-1", "1.5", "2147483647", "2147483648", "9223372036854775807",
        "1e999", "\u00e9", "\ud835\udd18", "\u202e");

    private final String file;
    private final Consumer<byte[]> reader;
    private final List<byte[]> examples;

    /// @param file     which messages have to name
    /// @param examples which are read
    Damage(String file, Consumer<byte[]> reader, byte[]... examples) {
        this.file = file;
        this.reader = reader;
        this.examples = List.of(examples);
    }

    void run(int tries, long seed) {
        // classes are loaded
        for (var example : examples) for (int i = 0; i < 3; i++) reader.accept(example);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < tries; i++) attempt(damaged(random), "try " + i + " of seed " + seed);
    }

    /// @param which said of a fault
    void attempt(byte[] text, String which) {
        long time = THREADS.getCurrentThreadCpuTime();
        long memory = THREADS.getCurrentThreadAllocatedBytes();
        Throwable thrown = null;
        try {
            reader.accept(text);
        } catch (Throwable e) {
            thrown = e;
        }
        memory = THREADS.getCurrentThreadAllocatedBytes() - memory;
        time = THREADS.getCurrentThreadCpuTime() - time;
        var fault = thrown != null && !isSound(thrown) ? "thrown was " + thrown
            : memory > MEMORY + MEMORY_PER_BYTE * text.length ? memory + " bytes were allocated"
                : time > NANOSECONDS ? "it took " + time + " ns" : null;
        if (fault == null) return;
        var shown = Base64.getEncoder().encodeToString(Arrays.copyOf(text, Math.min(text.length, 3000)));
        throw new AssertionError(which + ", " + text.length + " bytes: " + fault + ": " + shown, thrown);
    }

    private boolean isSound(Throwable thrown) {
        return thrown instanceof MalformedFileException e && e.getMessage().contains(file) && e.getMessage().length() < 3000
            && e.getMessage().chars().noneMatch(Character::isISOControl) && !e.fault().isBlank();
    }

    private byte[] damaged(SplittableRandom random) {
        var text = examples.get(random.nextInt(examples.size()));
        for (int i = 1 + Math.min(random.nextInt(4), random.nextInt(4)); i > 0; i--) text = changed(random, text);
        return text;
    }

    private byte[] changed(SplittableRandom random, byte[] text) {
        int at = random.nextInt(text.length + 1);
        int few = Math.min(text.length - at, random.nextInt(20));
        return switch (random.nextInt(7)) {
            case 0 -> {
                var flipped = text.clone();
                if (at < text.length) flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> random.nextInt(4) > 0 ? text : Arrays.copyOf(text, at);
            case 2 -> replaced(text, at, random.nextInt(3), piece(random), 1);
            case 3 -> replaced(text, at, few, slice(random), 1);
            case 4 -> replaced(text, at, 0, Arrays.copyOfRange(text, at, at + few),
                random.nextInt(30) == 0 ? LONGEST : random.nextInt(40));
            default -> value(random, text, at);
        };
    }

    private static byte[] piece(SplittableRandom random) {
        return PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] slice(SplittableRandom random) {
        var other = examples.get(random.nextInt(examples.size()));
        int from = random.nextInt(other.length);
        return Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(60)));
    }

    /// Another value or line for the one that stands behind a place.
    private static byte[] value(SplittableRandom random, byte[] text, int at) {
        while (at < text.length && ":,[{\n".indexOf(text[at]) < 0) at++;
        if (at == text.length) return text;
        int end = ++at;
        while (end < text.length && ":,]}\n".indexOf(text[end]) < 0) end++;
        return replaced(text, at, end - at, piece(random), 1);
    }

    private static byte[] replaced(byte[] text, int at, int without, byte[] by, int times) {
        int end = Math.min(text.length, at + without);
        var all = new ByteArrayOutputStream();
        all.write(text, 0, at);
        int most = LONGEST - (text.length - end) - by.length;
        for (int i = 0; i < times && by.length > 0 && all.size() <= most; i++) all.writeBytes(by);
        all.write(text, end, text.length - end);
        return all.toByteArray();
    }
}
