package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Embedding;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Allocated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
    private static final CsvTable SHELLS = Csv.withHeader().parse("""
            sex,length,weight,id,rings
            M,0.455, 0.5140 ,a,15
            I,-3.5e-1,.25,b,7
            F,1,+2.,c,9
            M,2,0.5,d,10
            """);

    private static CsvTable table(String... lines) {
        return Csv.withHeader().parse(String.join("\n", lines));
    }

    @Test
    void featuresStandAsDeclaredAndOtherColumnsArePassedOver() {
        var fitted = new Columns().numeric("weight").oneHot("sex").numeric("length").targetNumbers("rings").fit(SHELLS);
        assertEquals(List.of("weight", "sex=F", "sex=I", "sex=M", "length"), fitted.featureNames());
        assertEquals(5, fitted.features());
        var batch = fitted.regression(SHELLS).batch(1, 2, 0);
        assertArrayEquals(new float[] {0.25f, 0, 1, 0, -0.35f, 2, 1, 0, 0, 1, 0.514f, 0, 0, 1, 0.455f}, batch.inputs().toArray());
        assertArrayEquals(new float[] {7, 9, 15}, batch.targets().toArray());
        assertEquals("[3, 1]", batch.targets().shape().toString());
        var two = new Columns().numeric("weight").targetNumbers("rings", "length").fit(SHELLS).regression(SHELLS).batch(1, 0);
        assertArrayEquals(new float[] {7, -0.35f, 15, 0.455f}, two.targets().toArray());
    }

    record Animal(String kind, String colour, double weight) {}

    @Provide
    Arbitrary<List<Animal>> animals() {
        var names = Arbitraries.of("a", "b", "d", " b", "B", "ü", "\u20ac", "\ud83d\ude00", "\ud800", "x,\"\n\u001b[2J", "");
        return Combinators.combine(names, names, Arbitraries.doubles().between(-1e30, 1e30)).as(Animal::new)
            .list().ofMinSize(1).ofMaxSize(30);
    }

    private static CsvTable tableOf(List<Animal> animals, boolean turned) {
        var text = new StringBuilder(turned ? "more,weight,colour,kind\n" : "kind,colour,weight\n");
        for (var animal : animals) {
            var kind = quoted(animal.kind);
            var colour = quoted(animal.colour);
            text.append(turned ? "?," + animal.weight + "," + colour + "," + kind : kind + "," + colour + "," + animal.weight)
                .append('\n');
        }
        return Csv.withHeader().parse(text.toString());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    /// Neither the order of rows nor of columns, nor a way through text, changes what is fitted or what comes of it.
    @Property(tries = 100)
    void sameRowsSamePreprocessing(@ForAll("animals") List<Animal> animals, @ForAll long seed) {
        var columns = new Columns().standardized("weight").oneHot("colour").index("kind").missingAsCategory("colour", "kind");
        animals = new ArrayList<>(animals);
        animals.add(new Animal("a", "a", 1));
        var shuffled = new ArrayList<>(animals);
        Collections.shuffle(shuffled, new Random(seed));
        var fitted = columns.fit(tableOf(animals, false));
        var again = columns.fit(tableOf(shuffled, true));
        assertEquals(fitted, again);
        assertEquals(fitted.toText(), again.toText());
        var read = Preprocessing.fromText(fitted.toText());
        assertEquals(fitted, read);
        assertEquals(fitted.hashCode(), read.hashCode());
        var inputs = fitted.inputs(tableOf(shuffled, false));
        assertArrayEquals(inputs.toArray(), read.inputs(tableOf(shuffled, true)).toArray());
        var last = shuffled.getLast();
        var row = fitted.inputs(Map.of("kind", last.kind, "colour", last.colour, "weight", "" + last.weight, "else", "?"));
        assertArrayEquals(inputs.slice(0, shuffled.size() - 1, shuffled.size()).toArray(), row.toArray());
        assertArrayEquals(row.toArray(), fitted.inputs(List.of("" + last.weight, last.colour, last.kind)).toArray());
    }

    @Test
    void classesDontDependOnTheOrderOfRows() {
        var columns = new Columns().numeric("x").targetClass("kind");
        var one = columns.fit(table("x,kind", "1,cat", "2,ant", "3,bee"));
        assertEquals(List.of("ant", "bee", "cat"), one.classNames());
        assertEquals(one.classNames(), columns.fit(table("x,kind", "3,bee", "1,cat", "2,ant")).classNames());
        var data = one.classification(table("kind,x", "bee,5", "cat,6"));
        assertEquals(one.classNames(), data.classNames());
        assertArrayEquals(new int[] {2, 1}, data.batch(1, 0).targets());
        assertEquals(List.of("cat", "bee"), one.decode(2, 1));
        assertEquals(List.of("bee", "ant"), one.decode(Tensor.of(new float[][] {{0, 2, 1}, {-1, -2, -3}})));
        assertEquals(List.of("cat", "ant", "bee"), new Columns().numeric("x").targetClass("kind", List.of("cat", "ant", "bee"))
            .fit(table("x,kind", "1,cat")).classNames());
        Rejected.argument(() -> one.decode(3), "label 3", "0 to 2");
        Rejected.argument(() -> one.decode(Tensor.zeros(2, 4)), "[2, 4]", "[rows, 3]");
        Rejected.argument(() -> one.regression(SHELLS), "no number", "\"kind\"");
    }

    /// The faults of reading each file for itself: another width, another meaning of the columns, another mean.
    @Test
    void whatTheTrainingRowsLackedIsAnErrorThatSaysWhere() {
        var training = table("c,x", "a,1", "b,2", "c,");
        var columns = new Columns().oneHot("c").numeric("x").fillMissingWithMean("x");
        var fitted = columns.fit(training);
        Rejected.argument(() -> fitted.inputs(table("c,x", "a,1", "", "b,1", "d,1")), "row 3", "line 5", "column \"c\"", "\"d\"",
            "\"a\", \"b\", \"c\"", "other");
        Rejected.argument(() -> fitted.inputs(table("c", "a")), "no column \"x\"", "\"c\"");
        Rejected.argument(() -> fitted.inputs(Map.of("c", "d", "x", "1")), "the row, column \"c\"", "\"d\"");
        Rejected.argument(() -> fitted.inputs(Map.of("x", "1")), "the row has no column \"c\"");
        Rejected.argument(() -> fitted.inputs(List.of("a")), "a row of 1 fields", "\"c\", \"x\"");
        Rejected.argument(() -> fitted.inputs(table("c,x", "A ,1")), "\"A \"", "differs from \"a\" in case or spaces");
        assertArrayEquals(new float[] {0, 0, 1, 1.5f, 1, 0, 0, 100}, fitted.inputs(table("x,c", ",c", "100,a")).toArray());
        var absent = new HashMap<String, String>(Map.of("c", "b"));
        absent.put("x", null);
        assertArrayEquals(new float[] {0, 1, 0, 1.5f}, fitted.inputs(absent).toArray());
    }

    @Test
    void onlyTheNamedRowsAreMeasured() {
        var all = table("c,x,y", "a,1,1", "b,3,2", "c,100,3", "d,?,4");
        var columns = new Columns().standardized("x").oneHot("c").missing("?").fillMissingWithMean("x").targetStandardized("y");
        var fitted = columns.fit(all, 1, 0);
        assertEquals(List.of("x", "c=a", "c=b"), fitted.featureNames());
        assertEquals(columns.fit(all.subset(0, 1)), fitted);
        var given = new Columns().standardized("x").missing("?").fillMissingWithMean("x").targetStandardized("y").fit(all, 0, 1);
        assertArrayEquals(new float[] {-1, 1, 98, 0}, given.inputs(all).toArray());
        var targets = given.regression(all).batch(0, 1, 2, 3).targets();
        assertArrayEquals(new float[] {-1, 1, 3, 5}, targets.toArray());
        assertArrayEquals(new float[] {1, 2, 3, 4}, given.restore(targets).toArray());
        Rejected.argument(() -> columns.fit(all, 0, 4), "row 4");
        Rejected.argument(() -> columns.fit(all, new int[0]), "no rows");
    }

    @Test
    void aTableIsSplitAsADataSet() {
        var text = IntStream.range(0, 50).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        var table = Csv.withoutHeader("x").parse(text);
        var data = Split.byFractions(Rows.regression(new Columns().numeric("x").fit(table).inputs(table).toArray(), 1,
            new float[50], 1), new Threefry(7), 0.5, 0.3, 0.2);
        var parts = table.split(new Threefry(7), 0.5, 0.3, 0.2);
        for (int i = 0; i < 3; i++) {
            var part = data.get(i);
            assertArrayEquals(part.batch(IntStream.range(0, part.size()).toArray()).inputs().toArray(),
                new Columns().numeric("x").fit(table).inputs(parts.get(i)).toArray());
        }
        Rejected.argument(() -> table.split(new Threefry(7), 0.5, 0.4), "sum to 0.9");
    }

    @Test
    void otherTakesWhatIsUnknownAndWhatIsRare() {
        var training = table("c", "a", "a", "b", "a", "c", "c");
        var one = new Columns().oneHot("c").other("c").fit(training);
        assertEquals(List.of("c=a", "c=b", "c=c", "c (other)"), one.featureNames());
        assertArrayEquals(new float[] {0, 0, 0, 1, 0, 1, 0, 0}, one.inputs(table("c", "new", "b")).toArray());
        var rare = new Columns().index("c").other(2, "c").fit(training);
        assertEquals(List.of("a", "c"), rare.categories("c"));
        assertEquals(3, rare.categoryCount("c"));
        assertArrayEquals(new int[] {0, 0, 2, 0, 1, 1}, rare.indices(training, "c"));
        Rejected.argument(() -> one.inputs(Map.of("c", "")), "names no category"); // missing isn't other
        Rejected.argument(() -> new Columns().oneHot("c").other(4, "c").fit(training), "no category", "4 rows");
    }

    @Test
    void indicesAreForEmbeddings() {
        var training = table("city,x", "Ulm,1", "Bonn,2", "Kiel,3");
        var fitted = new Columns().numeric("x").index("city").fit(training);
        assertEquals(List.of("x", "city"), fitted.featureNames());
        var embedding = new Embedding(fitted.categoryCount("city"), 2);
        embedding.initialize(1);
        var column = fitted.inputs(training).select(1, 1);
        assertArrayEquals(new float[] {2, 0, 1}, column.toArray());
        assertArrayEquals(embedding.forward(fitted.indices(training, "city")).toArray(), embedding.call(column).toArray());
        Rejected.argument(() -> fitted.indices(training, "x"), "\"x\" is no column of categories");
    }

    @Test
    void missingIsAnErrorUntilSomethingIsAskedFor() {
        var table = table("x,c,y", "1,a,1", " ,b,2", "4,NA,3", "NA,a,4");
        var x = new Columns().numeric("x").targetNumbers("y");
        Rejected.argument(() -> x.fit(table), "row 2, on line 3, column \"x\"", "\" \" is missing", "fillMissing");
        Rejected.argument(() -> x.fillMissing(0, "x").fit(table), "line 5", "column \"x\"", "\"NA\" is not a number");
        Rejected.argument(() -> x.missing("NA").fit(table), "line 3", "is missing");
        assertArrayEquals(new float[] {1, -1, 4, -1}, x.missing("NA").fillMissing(-1, "x").fit(table).inputs(table).toArray());
        assertArrayEquals(new float[] {1, 2.5f, 4, 2.5f}, x.missing("NA").fillMissingWithMean("x").fit(table).inputs(table)
            .toArray());
        var c = new Columns().oneHot("c").missing("NA");
        Rejected.argument(() -> c.fit(table), "line 4", "column \"c\"", "\"NA\" names no category", "missingAsCategory");
        var own = c.missingAsCategory("c").fit(table);
        assertEquals(List.of("c=", "c=a", "c=b"), own.featureNames());
        assertArrayEquals(new float[] {1, 0, 0, 1, 0, 0}, own.inputs(table("c", "NA", "\" \"")).toArray());
        var targets = table("x,y", "1,2", "2,", "3,4");
        Rejected.argument(() -> new Columns().numeric("x").targetNumbers("y").fit(targets), "line 3", "column \"y\"",
            "is missing");
        Rejected.argument(() -> new Columns().numeric("x").targetClass("y").fit(targets), "line 3", "names no category");
    }

    @Test
    void aColumnThatSaysNothing() {
        for (var columns : List.of(new Columns().numeric("x").fillMissing(0, "x"),
            new Columns().numeric("x").fillMissingWithMean("x"), new Columns().standardized("x"),
            new Columns().oneHot("x").missingAsCategory("x"), new Columns().index("x")))
            Rejected.argument(() -> columns.fit(table("x,y", ",1", " ,2")), "\"x\"", "missing in all 2 rows");
        var constant = new Columns().standardized("x").fit(table("x", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1"));
        assertArrayEquals(new float[] {0, 1}, constant.inputs(table("x", "0.1", "1.1")).toArray());
        var single = new Columns().standardized("x").oneHot("c").fit(table("x,c", "7,a"));
        assertArrayEquals(new float[] {0, 1}, single.inputs(table("x,c", "7,a")).toArray());
    }

    /// Java's parser takes more than what a number is in a table.
    @Test
    void onlyDecimalNumbersAreNumbers() {
        for (var text : List.of("1f", "0x1p3", "NaN", "Infinity", "-inf", "1,5", "1 2", "--1", "1e", ".", "abc", "+",
            "e5", "\u0663"))
            for (var columns : List.of(new Columns().numeric("x"), new Columns().standardized("x"))) {
                var table = Csv.withHeader().separator(';').parse("x;y\n1;1\n" + text + ";2");
                Rejected.argument(() -> columns.fit(table), "line 3", "column \"x\"", '"' + text + '"', "not a number");
            }
        Rejected.argument(() -> new Columns().numeric("x").fit(table("x", "1e39")), "line 2", "1e39", "largest float");
        Rejected.argument(() -> new Columns().standardized("x").fit(table("x", "1e309")), "line 2", "1e309", "largest double");
        var narrow = new Columns().standardized("x").fit(table("x", "0", "1e-300"));
        Rejected.argument(() -> narrow.inputs(Map.of("x", "1")), "standardized is beyond the largest float");
    }

    @Test
    void theLargestDoublesAreStandardizedAndRestoredOnlyAsFloats() {
        var table = Csv.withHeader().parse("x\n1.7e308\n-1.7e308\n-1.7e308\n-1.7e308");
        var fitted = new Columns().standardized("x").fit(table);
        assertArrayEquals(new float[] {1.7320508f, -0.57735026f, -0.57735026f, -0.57735026f},
            fitted.inputs(table).toArray(), 1e-6f);
        var targets = new Columns().index("c").targetStandardized("y").fit(Csv.withHeader().parse("c,y\na,1e300\nb,-1e300"));
        assertEquals(0, targets.restore(Tensor.zeros(1, 1)).item());
        Rejected.argument(() -> targets.restore(Tensor.of(new float[][] {{0}, {2}})), "row 1", "\"y\"", "another unit");
    }

    /// Where a sum, its squares or their root leave what a double holds.
    @Test
    void numbersOfEveryMagnitudeAreStandardized() {
        for (var unit : List.of("1e308", "1e-308", "1e200", "3e-324", "1e20", "1"))
            assertArrayEquals(new float[] {-1, 1, -1, 1}, new Columns().standardized("x")
                .fit(table("x", "-" + unit, unit, "-" + unit, unit)).inputs(table("x", "-" + unit, unit, "-" + unit, unit))
                .toArray(), unit);
        var times = new Columns().standardized("t").fit(table("t", "1700000001", "1700000003")); // a float's step is 128 here
        assertArrayEquals(new float[] {-1, 1, 0}, times.inputs(table("t", "1700000001", "1700000003", "1700000002")).toArray());
    }

    @Property
    void everyFloatComesBack(@ForAll @Size(min = 1, max = 20) List<Float> numbers) {
        var table = table("x", numbers.stream().map(Object::toString).collect(Collectors.joining("\n")));
        var inputs = new Columns().numeric("x").fit(table).inputs(table);
        for (int row = 0; row < numbers.size(); row++) assertEquals(numbers.get(row), inputs.get(row, 0));
    }

    /// Time grows with the table, memory with its fields: neither with the number of categories or the length of one.
    @Test
    void hostileTablesCostNoMoreThanTheyHold() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            var text = IntStream.range(0, 40_000).mapToObj(i -> "c" + i + "," + i % 2).collect(Collectors.joining("\n"));
            var table = Csv.withoutHeader("c", "y").parse(text);
            var fitted = new Columns().oneHot("c").targetClass("y").fit(table);
            long before = Allocated.bytes();
            var data = fitted.classification(table);
            long allocated = Allocated.bytes() - before;
            assertTrue(allocated < 10_000_000, allocated + " bytes");
            assertEquals(40_000, fitted.features());
            var batch = data.batch(7, 39_999).inputs();
            assertEquals(2, batch.sum().item());
            assertEquals(1, batch.get(0, fitted.categories("c").indexOf("c7")));
            assertEquals(fitted, Preprocessing.fromText(fitted.toText()));
            Rejected.argument(() -> fitted.inputs(table.subset(new int[1_000_000])), "1000000 rows of 40000", "\"c\"",
                "40000 features", "index", "Embedding");
            Rejected.argument(() -> new Columns().numeric("x").fit(Csv.withoutHeader("x").parse("1".repeat(1_000_000) + "x")),
                "not a number");
            var names = IntStream.range(0, 20_000).mapToObj(i -> "n" + i).toArray(String[]::new);
            var wide = Csv.withoutHeader(names).parse("1,".repeat(19_999) + "1");
            var all = new Columns().numeric(names).fillMissing(0, names).fit(wide);
            assertEquals(20_000, all.inputs(wide).sum().item());
            for (var name : names) wide.get(0, name);
            assertEquals(all, Preprocessing.fromText(all.toText()));
        });
    }

    @Test
    void declarationsAreChecked() {
        var columns = new Columns().numeric("x").oneHot("c").targetNumbers("y");
        Rejected.argument(() -> columns.index("x"), "\"x\" is declared twice");
        Rejected.argument(() -> columns.targetNumbers("x"), "\"x\" is declared twice");
        Rejected.argument(() -> columns.numeric("y"), "\"y\" is declared twice");
        Rejected.argument(() -> columns.numeric("z", "z"), "\"z\" is declared twice");
        Rejected.argument(() -> columns.targetClass("k"), "\"k\" is to be predicted beside \"y\"");
        Rejected.argument(() -> new Columns().targetClass("k").targetClass("l"), "several numbers or one class");
        Rejected.argument(() -> columns.fillMissing(0, "z"), "\"z\" is no feature");
        Rejected.argument(() -> columns.fillMissing(0, "c"), "\"c\" isn't a number");
        Rejected.argument(() -> columns.fillMissing(Double.NaN, "x"), "NaN");
        Rejected.argument(() -> columns.other("x"), "\"x\" is a number");
        Rejected.argument(() -> columns.other(0, "c"), "at least 0");
        Rejected.argument(() -> columns.oneHot("d", List.of()), "no category");
        Rejected.argument(() -> columns.oneHot("d", List.of("a", "a")), "\"a\" twice");
        Rejected.argument(() -> columns.oneHot("d", List.of("a")).missingAsCategory("d"), "given categories");
        Rejected.argument(() -> new Columns().targetNumbers("rings").fit(SHELLS), "no feature");
        Rejected.argument(() -> new Columns().numeric("colour").fit(SHELLS), "no column \"colour\"", "\"sex\", \"length\"",
            "no header");
        Rejected.argument(() -> new Columns().oneHot("sex", List.of("M", "F")).fit(SHELLS), "line 3", "\"I\"", "\"M\", \"F\"");
        assertNotEquals(new Columns().numeric("length").fit(SHELLS), new Columns().standardized("length").fit(SHELLS));
    }
}
