package dev.lanewise.testing;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Holds a reader to its word about files that were damaged or made up, by changing good ones: it reads what it gets, or throws a
/// [MalformedFileException] that names the source and says what is wrong, in a message that can be shown; it allocates no more
/// than what is in proportion to the file, and takes no longer. Whether a result is right the reader itself may assert.
///
/// ```java
/// Fuzz.of(source -> Npy.readRounded(source), example).run(5_000);
/// ```
public final class Fuzz {

    /// Beyond, a try isn't linear in anything: the longest inputs have 256 KB.
    private static final long LONGEST_TRY = 2_000_000_000L;
    private static final int LONGEST_INPUT = 1 << 18;
    private static final int LONGEST_SHOWN = 600;
    private static final String NAME = "input";

    /// Throws what a reader of files throws.
    @FunctionalInterface
    public interface Reader {
        void read(Source source);
    }

    /// Makes another file of a good one.
    @FunctionalInterface
    public interface Change {
        byte[] of(SplittableRandom random, byte[] bytes);
    }

    private static final Path MEMORY = Path.of("/dev/shm");

    private Reader reader;
    private Consumer<Path> files; // null if the reader takes sources
    private final List<byte[]> examples;
    private Predicate<RuntimeException> other = _ -> false;
    private Change change = this::change;
    private String name = NAME;
    private long fixed = 1 << 20;
    private long perByte = 64;
    private List<String> corpus = List.of();

    private Fuzz(Reader reader, byte[]... examples) {
        this.reader = reader;
        this.examples = List.of(examples);
    }

    /// @param examples good files, which must be read
    public static Fuzz of(Reader reader, byte[]... examples) { return new Fuzz(reader, examples); }

    /// Of a reader of text that is in no file, which its messages call "the text"; what is no UTF-8 stands as the replacement
    /// character.
    public static Fuzz ofText(Consumer<String> reader, String... examples) {
        return of(source -> reader.accept(new String(source.bytes("fuzz"), StandardCharsets.UTF_8)),
            Stream.of(examples).map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new)).named("the text");
    }

    /// Of a reader that takes paths alone: of a file that has a folder for itself, where nothing else may be afterwards.
    public static Fuzz ofFiles(Consumer<Path> reader, byte[]... examples) {
        var fuzz = new Fuzz(null, examples);
        fuzz.files = reader;
        return fuzz;
    }

    /// Changes that know the format, instead of those of bytes.
    public Fuzz changing(Change change) {
        this.change = change;
        return this;
    }

    /// What else may be thrown: documented exceptions of good files that don't fit.
    public Fuzz refusing(Predicate<RuntimeException> other) {
        this.other = other;
        return this;
    }

    /// What messages are to name, where it isn't the source: "the text".
    public Fuzz named(String name) {
        this.name = name;
        return this;
    }

    /// What a try may allocate: so many bytes, and so many for each of the file's.
    public Fuzz memory(long fixed, long perByte) {
        this.fixed = fixed;
        this.perByte = perByte;
        return this;
    }

    /// Inputs that were faults once, in Base64, as a failure shows them.
    public Fuzz corpus(String... inputs) {
        corpus = List.of(inputs);
        return this;
    }

    /// The examples, the corpus, and so many changed examples, always the same ones.
    public void run(int tries) { run(tries, 1); }

    /// @param seed of other changes
    public void run(int tries, long seed) {
        if (files == null) runAll(tries, seed);
        else try {
            // a disk takes milliseconds for each
            var folder = Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, "fuzz") : Files.createTempDirectory("fuzz");
            try {
                reader = source -> readFile(folder, source);
                name = folder.resolve(NAME).toString();
                runAll(tries, seed);
            } finally {
                try (var left = Files.list(folder)) {
                    for (var file : left.toList()) Files.delete(file);
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readFile(Path folder, Source source) {
        try {
            files.accept(Files.write(folder.resolve(NAME), source.bytes("fuzz")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            var left = folder.toFile().list();
            if (left.length != 1) throw new AssertionError("there is " + List.of(left) + ", not the input alone");
        }
    }

    private void runAll(int tries, long seed) {
        for (var example : examples) for (int i = 0; i < 3; i++) reader.read(Source.of(example)
            .named(NAME)); // classes are loaded, and loops warm
        for (var input : corpus) attempt(Base64.getDecoder().decode(input), "corpus");
        var random = new SplittableRandom(seed);
        for (int i = 0; i < tries; i++) attempt(changed(random), "try " + i + " of seed " + seed);
    }

    private void attempt(byte[] input, String which) {
        long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long before = Allocated.bytes();
        Throwable thrown = null;
        try {
            reader.read(Source.of(input).named(NAME));
        } catch (Throwable e) {
            thrown = e;
        }
        long allocated = Allocated.bytes() - before;
        time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - time;
        var fault = thrown != null ? fault(thrown) : null;
        if (fault == null && allocated > fixed + perByte * input.length) fault = allocated + " bytes were allocated";
        if (fault == null && time > LONGEST_TRY) fault = "it took " + time / 1_000_000 + " ms";
        if (fault == null) return;
        var shown = Base64.getEncoder().encodeToString(input);
        throw new AssertionError(which + ", " + input.length + " bytes: " + fault + ": "
            + (shown.length() > LONGEST_SHOWN ? shown.substring(0, LONGEST_SHOWN) + "…" : shown), thrown);
    }

    /// Null if it may be thrown.
    private String fault(Throwable thrown) {
        if (!(thrown instanceof RuntimeException exception)) return "thrown was " + thrown;
        if (!(thrown instanceof MalformedFileException) && !other.test(exception)) return "thrown was " + thrown;
        var message = exception.getMessage();
        if (!message.contains(name)) return "the source isn't named: " + message;
        if (message.length() > 3000) return "a message of " + message.length() + " characters";
        if (message.chars().anyMatch(Character::isISOControl)) return "a message with control characters";
        return exception instanceof MalformedFileException malformed && malformed.fault().isBlank() ? "no fault" : null;
    }

    // ---- changes

    private byte[] changed(SplittableRandom random) {
        var bytes = examples.get(random.nextInt(examples.size()));
        int changes = 1 + Math.min(random.nextInt(4), random.nextInt(4));
        for (int i = 0; i < changes; i++) bytes = change.of(random, bytes);
        return bytes;
    }

    private byte[] change(SplittableRandom random, byte[] bytes) {
        if (bytes.length == 0) return random(random, 1 + random.nextInt(20));
        int at = place(random, bytes.length);
        return switch (random.nextInt(11)) {
            case 0, 1 -> {
                var flipped = bytes.clone();
                for (int i = 1 + random.nextInt(6); i > 0; i--)
                    flipped[place(random, bytes.length)] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> splice(bytes, bytes.length, 0, random(random, 1 + random.nextInt(40)));
            case 4, 5 -> number(random, bytes, at);
            case 6 -> digits(random, bytes, at);
            case 7 -> splice(bytes, at, random.nextInt(1 + Math.min(64, bytes.length - at)), slice(random,
                examples.get(random.nextInt(examples.size()))));
            case 8 -> splice(bytes, at, random.nextInt(2),
                new byte[] {(byte) CHARACTERS.charAt(random.nextInt(CHARACTERS.length()))});
            case 9 -> repeated(random, bytes, at);
            default -> random.nextInt(20) == 0 ? random(random, random.nextInt(1 + 2 * bytes.length)) : splice(bytes, at,
                random.nextInt(2), random(random, 1));
        };
    }

    private static final String CHARACTERS =
        "\0\1\t\n\r \"'\\{}[](),:;.-+eE0123456789aLTFN\u007f\u0080\u00bf\u00c0\u00ed\u00ef\u00fe\u00ff";
    private static final List<String> NUMBERS = List.of("", "0", "1", "-1", "00", "255", "256", "65536", "2147483647",
        "2147483648", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "18446744073709551616", "99999999999999999999999999", "1e9", "0.5", "NaN");

    /// Mostly near the beginning, where headers are.
    private static int place(SplittableRandom random, int length) {
        return random.nextInt(3) == 0 ? random.nextInt(length) : random.nextInt(Math.min(length, 200));
    }

    private static byte[] random(SplittableRandom random, int length) {
        var bytes = new byte[Math.min(length, LONGEST_INPUT)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] slice(SplittableRandom random, byte[] bytes) {
        int from = place(random, bytes.length);
        return Arrays.copyOfRange(bytes, from, from + random.nextInt(1 + Math.min(64, bytes.length - from)));
    }

    private static byte[] splice(byte[] bytes, int at, int without, byte[] with) {
        if (bytes.length - without + with.length > LONGEST_INPUT) return bytes;
        var spliced = new byte[bytes.length - without + with.length];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(with, 0, spliced, at, with.length);
        System.arraycopy(bytes, at + without, spliced, at + with.length, bytes.length - at - without);
        return spliced;
    }

    /// A length, an offset, a size: of 1 to 8 bytes in either order, at an end of its range or near the file's size.
    private static byte[] number(SplittableRandom random, byte[] bytes, int at) {
        int width = 1 << random.nextInt(4);
        if (random.nextBoolean()) at -= at % width;
        width = Math.min(width, bytes.length - at);
        long value = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MIN_VALUE >> random.nextInt(Long.SIZE);
            case 3 -> Long.MAX_VALUE >>> random.nextInt(Long.SIZE);
            case 4 -> bytes.length + random.nextInt(-9, 10);
            case 5 -> bytes[at] + random.nextInt(-3, 4);
            case 6 -> 1L << random.nextInt(Long.SIZE);
            default -> random.nextLong();
        };
        boolean low = random.nextBoolean();
        var written = bytes.clone();
        for (int i = 0; i < width; i++) written[at + (low ? i : width - 1 - i)] = (byte) (value >> 8 * i);
        return written;
    }

    /// A number in text.
    private static byte[] digits(SplittableRandom random, byte[] bytes, int at) {
        while (at < bytes.length && !isDigit(bytes[at])) at++;
        if (at == bytes.length) return bytes;
        int end = at;
        while (end < bytes.length && isDigit(bytes[end])) end++;
        return splice(bytes, at, end - at, NUMBERS.get(random.nextInt(NUMBERS.size())).getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isDigit(byte c) { return c >= '0' && c <= '9'; }

    /// What costs much where time or stack isn't in proportion.
    private static byte[] repeated(SplittableRandom random, byte[] bytes, int at) {
        var piece = Arrays.copyOfRange(bytes, at, at + 1 + random.nextInt(Math.min(12, bytes.length - at)));
        var all = new byte[piece.length * (random.nextInt(30) == 0 ? Math.max(1, (LONGEST_INPUT - bytes.length) / piece.length)
            : random.nextInt(40))];
        for (int i = 0; i < all.length; i++) all[i] = piece[i % piece.length];
        return splice(bytes, at, 0, all);
    }
}
