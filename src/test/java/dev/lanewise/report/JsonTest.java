package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonTest {

    @Property
    void anyTreeReadsBack(@ForAll("trees") Object tree) {
        // As text, too, since maps are equal in any order.
        assertEquals(expected(tree), JsonReader.read(Json.text(tree)));
        assertEquals(String.valueOf(expected(tree)), String.valueOf(JsonReader.read(Json.text(tree))));
    }

    @Property
    void anyStringReadsBackThroughUtf8(@ForAll("strings") String string) {
        var bytes = Json.text(string).getBytes(StandardCharsets.UTF_8);
        assertEquals(string, JsonReader.read(new String(bytes, StandardCharsets.UTF_8)));
    }

    @Property
    void floatsReadBackBitForBit(@ForAll float[] values) {
        var read = (List<?>) JsonReader.read(Json.text(values));
        assertEquals(values.length, read.size());
        for (var i = 0; i < values.length; i++) {
            assertEquals(values[i], Float.parseFloat(((JsonReader.Num) read.get(i)).text()));
        }
    }

    @Example
    void numbersThatJsonLacksAreNull() {
        assertEquals(Arrays.asList(null, null, null), JsonReader.read(Json.text(new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})));
        assertNull(JsonReader.read(Json.text(Double.NaN)));
    }

    @Example
    void theLayoutIsReadable() {
        var run = new LinkedHashMap<String, Object>();
        run.put("init", "zeros");
        run.put("losses", new float[] {2.5f, 0.1f});
        run.put("epochs", List.of(1, 2));
        run.put("empty", List.of());
        assertEquals("""
                {
                  "runs": [
                    {
                      "init": "zeros",
                      "losses": [2.5, 0.1],
                      "epochs": [1, 2],
                      "empty": []
                    }
                  ]
                }
                """, Json.text(Map.of("runs", List.of(run))));
    }

    @Example
    void whatHasNoJsonIsRefused() {
        var value = assertThrows(IllegalArgumentException.class, () -> Json.text(List.of(new StringBuilder())));
        assertTrue(value.getMessage().contains("java.lang.StringBuilder"), value.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Json.text(Map.of(1, "one")));
    }

    @Example
    void depthIsBounded() {
        Object deep = 1;
        for (int i = 0; i < 500; i++) deep = i % 2 == 0 ? List.of(deep) : Map.of("in", deep);
        assertEquals(999, Json.text(deep).lines().count());
        for (int i = 0; i < 100_000; i++) deep = List.of(deep);
        var self = new ArrayList<>();
        self.add(self);
        for (var endless : List.of(deep, self)) {
            var error = assertThrows(IllegalArgumentException.class, () -> Json.text(endless));
            assertTrue(error.getMessage().contains("more than 500 deep"), error.getMessage());
        }
    }

    private static Object expected(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                var read = new LinkedHashMap<>();
                map.forEach((key, value) -> read.put(key, expected(value)));
                yield read;
            }
            case List<?> list -> list.stream().map(JsonTest::expected).toList();
            case Number number -> new JsonReader.Num(number.toString());
            case null, default -> tree;
        };
    }

    @Provide
    Arbitrary<Object> trees() {
        Arbitrary<Object> leaves = Arbitraries.oneOf(strings().map(s -> s), Arbitraries.longs().map(l -> l), Arbitraries.doubles().map(d -> d),
                Arbitraries.integers().map(i -> i), Arbitraries.of(true, false).map(b -> b), Arbitraries.just(null));
        return Arbitraries.recursive(() -> leaves, inner -> Arbitraries.oneOf(
                inner.list().ofMaxSize(4).map(list -> list),
                Arbitraries.maps(strings(), inner).ofMaxSize(4).map(LinkedHashMap::new)), 0, 3);
    }

    /// Half of the characters are the awkward ones: quotes, control characters, surrogates alone and in pairs.
    @Provide
    Arbitrary<String> strings() {
        return Arbitraries.strings().all().withChars("\"\\/\u0000\u0007\t\n\r\u001f\u007f\u2028\ud800\udbff\udc00\udfff😀é").ofMaxLength(12);
    }
}
