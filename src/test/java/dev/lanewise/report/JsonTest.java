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
import java.util.Optional;
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
        assertEquals(Arrays.asList(null, null, null),
            JsonReader.read(Json.text(new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})));
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

    enum Word {ONE, TWO}

    record Inner(int number, double[] values) {}

    record Outer(String name, Inner inner, List<Inner> all, Word word, @Json.Omit Object hidden, @Json.Inline Inner flat,
                 @Json.Inline Map<String, Object> more, Optional<Integer> some, Optional<Integer> none) {}

    record Nothing() {}

    @Example
    void aRecordIsItsComponentsInOrder() {
        var inner = new Inner(1, new double[] {0.5, Double.NaN});
        assertEquals("""
                {
                  "name": "x",
                  "inner": {
                    "number": 1,
                    "values": [0.5, null]
                  },
                  "all": [
                    {
                      "number": 1,
                      "values": [0.5, null]
                    }
                  ],
                  "word": "TWO",
                  "number": 1,
                  "values": [0.5, null],
                  "rate0.1": {},
                  "some": 3
                }
                """, Json.text(new Outer("x", inner, List.of(inner), Word.TWO, new StringBuilder(), inner, Map.of("rate0.1", new Nothing()),
                    Optional.of(3), Optional.empty())));
        assertEquals("null\n", Json.text(Optional.empty()));
    }

    record Twice(int a, @Json.Inline Map<String, Object> rest) {}

    record Chain(Object next) {}

    record Failing(int number) {

        @Override
        public int number() { throw new IllegalStateException("out of order"); }
    }

    @Example
    void aRecordThatCannotBeWrittenSaysWhy() {
        Object deep = new Chain(null);
        for (int i = 0; i < 100_000; i++) deep = new Chain(deep);
        var endless = deep;
        for (var each : Map.<String, Runnable>of(
            "the key \"a\" twice", () -> Json.text(new Twice(1, Map.of("a", 2))),
            "rest can't be inlined", () -> Json.text(new Twice(1, null)),
            "number() failed: java.lang.IllegalStateException: out of order", () -> Json.text(new Failing(1)),
            "more than 500 deep", () -> Json.text(endless),
            "java.lang.StringBuilder", () -> Json.text(new Chain(new StringBuilder()))).entrySet()) {
            var error = assertThrows(IllegalArgumentException.class, each.getValue()::run);
            assertTrue(error.getMessage().contains(each.getKey()), error.getMessage());
        }
    }

    @Example
    void anyArrayIsAnArray() {
        var arrays = new Object[] {new boolean[] {true}, new byte[] {1}, new String[] {"a"}, List.of("b"),
            new int[][] {{1, 2}, {}}, new long[] {3}};
        var read = (List<?>) JsonReader.read(Json.text(arrays));
        var one = new JsonReader.Num("1");
        assertEquals(List.of(List.of(true), List.of(one), List.of("a"), List.of("b"),
            List.of(List.of(one, new JsonReader.Num("2")), List.of()), List.of(new JsonReader.Num("3"))), read);
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
        Arbitrary<Object> leaves = Arbitraries.oneOf(strings().map(s -> s), Arbitraries.longs().map(l -> l),
            Arbitraries.doubles().map(d -> d),
                Arbitraries.integers().map(i -> i), Arbitraries.of(true, false).map(b -> b), Arbitraries.just(null));
        return Arbitraries.recursive(() -> leaves, inner -> Arbitraries.oneOf(
                inner.list().ofMaxSize(4).map(list -> list),
                Arbitraries.maps(strings(), inner).ofMaxSize(4).map(LinkedHashMap::new)), 0, 3);
    }

    /// Half of the characters are the awkward ones: quotes, control characters, surrogates alone and in pairs.
    @Provide
    Arbitrary<String> strings() {
        return Arbitraries.strings().all().withChars("\"\\/\u0000\u0007\t\n\r\u001f\u007f\u2028\ud800\udbff\udc00\udfff😀é")
            .ofMaxLength(12);
    }
}
