package dev.lanewise.lab.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.data.Csv;
import dev.lanewise.data.CsvTable;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.Ran;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.random.Threefry;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A column of a table is learned, kept, and said of new rows by what was kept alone.
class TableJobTest {

    @TempDir
    Path folder;

    private final int threads = Compute.threads();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    private String err() { return err.toString(StandardCharsets.UTF_8); }

    private String run(int status, List<String> words) {
        out.reset();
        err.reset();
        assertEquals(status, Ran.main(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), words.toArray(String[]::new)), () -> out + err());
        return out.toString(StandardCharsets.UTF_8);
    }

    private Path model() { return folder.resolve("model"); }

    /// @return its JSON
    private Map<?, ?> train(String line, String... more) throws Exception {
        run(0, words(line, more));
        return (Map<?, ?>) JsonReader.read(Files.readString(folder.resolve("json")));
    }

    private List<String> words(String line, String... more) {
        var words = new ArrayList<>(List.of("train", "table"));
        if (!line.isEmpty()) words.addAll(List.of(line.split(" ")));
        words.addAll(List.of(more));
        for (var each : List.of("model", "json", "report", "checkpoint")) words.addAll(List.of("--" + each,
            folder.resolve(each).toString()));
        return words;
    }

    private static double number(Map<?, ?> json, String name) {
        return Double.parseDouble(((JsonReader.Num) json.get(name)).text());
    }

    private CsvTable predict(Path rows) {
        return Csv.withHeader().parse(run(0, List.of("predict", "--model", model().toString(), "--data", rows.toString())));
    }

    private Path file(String name, String text) throws Exception { return Files.writeString(folder.resolve(name), text); }

    @Test
    void classesAreLearnedFromNumbersCategoriesAndGapsAndSaidAgain() throws Exception {
        var json = train("--data builtin --epochs 12");
        double accuracy = number(json, "testAccuracy");
        assertTrue(accuracy > 0.75 && number(json, "blind") < 0.55, "" + json);
        assertEquals(List.of("leaves", "stays", "upgrades"), json.get("classes"));
        assertEquals(List.of("plan", "region", "channel"), json.get("categories"));
        assertFalse(json.containsKey("testRmse") && json.get("testRmse") != null);
        var said = predict(Path.of("builtin"));
        assertEquals(MixedTable.of(4000, new Threefry(1)).column("income"), said.column("income"), "rows are as they were");
        double right = IntStream.range(0, said.size())
            .filter(row -> said.get(row, "choice").equals(said.get(row, "predicted choice"))).count();
        assertEquals(accuracy, right / said.size(), 0.05);
        assertTrue(said.column("predicted choice (probability)").stream().mapToDouble(Double::parseDouble)
            .allMatch(p -> p >= 1 / 3.0 - 1e-3 && p <= 1));
    }

    /// y = 3 if b, else -x, and a column that says nothing.
    private static String rows(String header, int count) {
        var text = new StringBuilder(header);
        for (int i = 0; i < count; i++) {
            double x = (i * 37 % 100) / 50.0 - 1;
            boolean isB = i % 3 == 0;
            text.append(i % 10 == 9 ? "" : "" + x).append(isB ? ",\"b, \"\"or\"\" so\"" : ",a").append(",,").append(isB ? 3 : -x)
                .append('\n');
        }
        return text.toString();
    }

    @Test
    void numbersAreLearnedFromAFileWithoutHeaderAndSaidOfRowsWithOrWithoutOneAndWithoutTheTarget() throws Exception {
        var train = file("train.csv", rows("", 300));
        var json = train("--data " + train + " --names x,kind,empty,y --epochs 60 --batch 16 --rate 0.01");
        assertTrue(number(json, "testR2") > 0.8, "" + json);
        assertEquals(List.of("x"), json.get("numbers"));
        assertEquals(List.of("kind"), json.get("categories"));
        var said = new HashMap<String, List<String>>();
        said.put("plain", predict(file("plain.csv", "0.5,a,,7\n-0.5,\"b, \"\"or\"\" so\",,7\n")).column("predicted y"));
        said.put("without", predict(file("without.csv", "0.5,a,\n-0.5,\"b, \"\"or\"\" so\",\n")).column("predicted y"));
        said.put("header", predict(file("header.csv", "kind,x\na,0.5\n\"b, \"\"or\"\" so\",-0.5\n")).column("predicted y"));
        for (var each : said.values()) assertEquals(said.get("plain"), each);
        assertEquals(-0.5, Double.parseDouble(said.get("plain").get(0)), 0.5);
        assertEquals(3, Double.parseDouble(said.get("plain").get(1)), 0.5);
        assertEquals("b, \"or\" so", predict(folder.resolve("plain.csv")).get(1, "kind"));

        run(0, List.of("predict", "--model", model().toString(), "--data", train.toString(), "--output",
            folder.resolve("out").toString()));
        assertTrue(out.toString().contains("R2") && Files.readAllLines(folder.resolve("out")).size() == 301, out.toString());
        refuse("predict", "--model", model().toString(), "--data", file("new.csv", "x,kind\n1,c\n").toString(),
            "line 2, column \"kind\": \"c\"");
        refuse("predict", "--model", model().toString(), "--data", file("few.csv", "x,other\n1,c\n").toString(), "2 fields");
        refuse("predict", "--model", model().toString(), "--data", file("gap.csv", "x,kind\n1,\n").toString(),
            "names no category");
        refuse("predict", "--model", model().toString(), "no rows");
        refuse("predict", "--model", model().toString(), "--data", folder.resolve("header.csv").toString(), "--output",
            model().toString(), "would replace");
        refuse("predict", "--model", model().toString(), "--data", folder.resolve("none").toString(), "none");
    }

    /// @param words then what is said
    private void refuse(String... words) {
        run(2, List.of(words).subList(0, words.length - 1));
        assertTrue(err().contains(words[words.length - 1]) && err().lines().count() == 1, err());
    }

    @Test
    void rareCategoriesAndNewOnesMayBeOther() throws Exception {
        var text = rows("x,kind,empty,y\n", 60) + "1,rare,,1\n";
        train("--data " + file("train.csv", text) + " --rare 3 --epochs 2 --hidden 0");
        assertEquals(2, predict(file("new.csv", "x,kind\n1,new\n1,rare\n")).column("predicted y").stream()
            .peek(Double::parseDouble).count());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--target z | no column \"z\"",
        "--without x,z | no column \"z\"",
        "--without id,x,kind | no column is left",
        "--target empty | missing in all rows",
        "--target same | is \"1\" in all rows",
        "--names a,b | rows have 5 fields",
        "--hidden 3-x | give up to a hundred sizes",
        "--dropout 1 | from 0 to 0.99",
        "--separator ;; | a character that is no quote",
        "--rate NaN | from 0 to 10",
        "--categories id | 80 categories in 80 rows",
        "--data builtin --download | give one of them",
    })
    void whatCannotBeDoneIsOneSentence(String line, String expected) throws Exception {
        var text = new StringBuilder("id,x,kind,empty,same\n");
        for (int i = 0; i < 80; i++) text.append(i).append(',').append(i % 7).append(",k").append(i % 2).append(",,1\n");
        var words = line.contains("--data") ? words(line) : words(line, "--data", file("t.csv", text.toString()).toString());
        if (line.contains("same")) words.add("--classes");
        run(2, words);
        assertTrue(err().contains(expected) && err().lines().count() == 1, err());
        assertFalse(Files.exists(model()));
    }

    /// A fifth of five rows has no variance, and of one epoch none is the best.
    @Test
    void whatOneRowAndOneEpochDoNotHaveIsNotSaid() throws Exception {
        var rows = file("t.csv", "x,y\n1,2\n2,3\n3,5\n4,6\n5,9\n");
        var json = train("--data " + rows + " --epochs 1");
        assertNull(json.get("testR2"));
        assertFalse(out.toString().contains("Infinity") || out.toString().contains("NaN") || out.toString().contains("best of"),
            out.toString());
        var page = Files.readString(folder.resolve("report"));
        assertFalse(page.contains("Infinity") || page.contains("NaN") || page.contains("variance"), page);
        train("--data " + rows + " --epochs 2");
        assertTrue(out.toString().contains("The best of 2 epochs"), out.toString());
    }

    @Test
    void whatWasPredictedBeforeIsReplaced() throws Exception {
        train("--data builtin --epochs 1");
        var first = file("first.csv", run(0, List.of("predict", "--model", model().toString(), "--data", "builtin")));
        var again = predict(first);
        assertEquals(Files.readString(first), out.toString(StandardCharsets.UTF_8));
        assertEquals(List.of("predicted choice", "predicted choice (probability)"), again.columns().subList(8, 10));
        assertEquals(10, again.columns().size());
    }

    @Test
    void aRunDoesNotGoOnWithOtherData() throws Exception {
        var text = rows("x,kind,empty,y\n", 30);
        train("--data " + file("t.csv", text) + " --epochs 1");
        train("--data " + file("moved.csv", text) + " --epochs 2 --resume");
        run(2, words("--data " + file("t.csv", text.replaceFirst(",3[.]0\n", ",3.5\n")) + " --epochs 3 --resume"));
        assertTrue(err().contains("the data are others than those that the run began with") && err().lines().count() == 1, err());
    }

    /// Predictions must not replace it.
    @Test
    void theModelIsReadAlsoWhereNoneIsNamed() {
        var inputs = Options.parse(new Predict(), "--data", "new.csv").inputs();
        assertEquals(List.of(TableJob.MODEL, Path.of("new.csv")), inputs.stream().map(Output::path).toList());
    }

    @Test
    void fewRowsAreRefused() throws Exception {
        run(2, words("", "--data", file("t.csv", "x,y\n1,2\n2,3\n").toString()));
        assertTrue(err().contains("2 rows with a target; at least 5"), err());
    }

    @Test
    void whatIsNoModelOrDamagedIsRefused() throws Exception {
        train("--data " + file("train.csv", rows("x,kind,empty,y\n", 30)) + " --epochs 1");
        var whole = Safetensors.read(model());
        for (var note : whole.metadata().keySet()) {
            var less = new HashMap<>(whole.metadata());
            less.remove(note);
            Safetensors.write(folder.resolve("less"), whole.tensors(), less);
            run(2, List.of("predict", "--model", folder.resolve("less").toString(), "--data", "builtin"));
            assertTrue(err().contains(note.equals("format") ? "is no model of a table" : "it is damaged"), err());
        }
        var other = new HashMap<>(whole.metadata());
        other.put("hidden", "65-32");
        Safetensors.write(folder.resolve("less"), whole.tensors(), other);
        run(2, List.of("predict", "--model", folder.resolve("less").toString(), "--data", "builtin"));
        assertTrue(err().contains("it is damaged"), err());
    }
}
