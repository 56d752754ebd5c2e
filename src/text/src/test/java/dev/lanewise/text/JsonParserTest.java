package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.report.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonParserTest {

    private static final Origin HERE = new Origin("test", null, "");

    private static Object parsed(String text) { return JsonParser.parse(HERE, text.getBytes(StandardCharsets.UTF_8)).value(); }

    /// A value as the parser makes them.
    private static Object drawn(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> text(random);
            case 1 -> random.nextBoolean();
            case 2 -> null;
            case 3 -> random.nextLong(-999_999_999_999_999_999L, 1_000_000_000_000_000_000L);
            case 4 -> Math.scalb(random.nextDouble(-1, 1), random.nextInt(-1100, 1000));
            case 5 -> Stream.generate(() -> drawn(random, depth - 1)).limit(random.nextInt(4)).toList();
            default -> {
                var map = new LinkedHashMap<String, Object>();
                for (int i = random.nextInt(4); i > 0; i--) map.put(text(random), drawn(random, depth - 1));
                yield map;
            }
        };
    }

    private static String text(SplittableRandom random) {
        return random.ints(random.nextInt(8), 0, random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenIsRead(@ForAll long seed) {
        var value = drawn(new SplittableRandom(seed), 4);
        assertEquals(value, parsed(Json.text(value)));
    }

    /// Whatever becomes of a file, it is read or refused, at a byte of it.
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatIsDamagedIsReadOrRefused(@ForAll long seed, @ForAll int where, @ForAll byte by) {
        var bytes = Json.text(drawn(new SplittableRandom(seed), 4)).getBytes(StandardCharsets.UTF_8);
        int at = Math.floorMod(where, bytes.length);
        bytes[at] ^= by;
        readOrRefused(bytes);
        readOrRefused(Arrays.copyOf(bytes, at));
    }

    private static void readOrRefused(byte[] bytes) {
        try {
            JsonParser.parse(HERE, bytes);
        } catch (MalformedFileException e) {
            assertEquals(true, e.offset().orElseThrow() >= 0 && e.offset().getAsLong() <= bytes.length, e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {"''|0", "'{'|1", "'[1,]'|3", "'{\"a\":1,}'|7",
        "'{\"a\":1,\"a\":2}'|7", "'[01]'|1", "'[1.]'|3", "'[.5]'|1", "'[1e]'|3", "'[-]'|1", "'[+1]'|1", "'[NaN]'|1", "'[tru]'|1",
        "'\"\\x\"'|2", "'\"\\u12g4\"'|5", "'\"\t\"'|1", "'\"a'|2", "'[1] 2'|4", "'{1:2}'|1", "'[1 2]'|3", "'é'|0",
        "'[\"é\",x]'|6", "'[\0]'|1", "'[1]\0'|3"})
    void whatIsNoJsonIsRefusedWhereItBegins(String text, long offset) {
        assertEquals(offset, assertThrows(MalformedFileException.class, () -> parsed(text)).offset().orElseThrow(), text);
    }

    @Test
    void whatIsNestedWithoutEndIsRefused() {
        assertEquals(List.of(List.of()), parsed("[[]]"));
        assertEquals(101, assertThrows(MalformedFileException.class, () -> parsed("[".repeat(1_000_000))).offset().orElseThrow());
    }

    @Test
    void numbersThatDontFitAreDoubles() {
        assertEquals(999_999_999_999_999_999L, parsed("999999999999999999"));
        assertEquals(1e30, parsed("1000000000000000019884624838656"));
        assertEquals(-0.0, parsed("-0.0"));
        assertEquals(Double.POSITIVE_INFINITY, parsed("1e999"));
    }
}
