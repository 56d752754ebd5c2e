package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.Exported;
import dev.lanewise.testing.Signatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What programs are compiled against changes on purpose, and the change log says so.
///
/// `api.txt` has every signature as it is; `-Dapi=renew` writes it anew. `api-before.txt` has those against which the first
/// section of the change log was written: those of the release before, or, before there is one, of the day when the list was
/// begun.
class ApiTest {

    private static final Path HOME = Path.of(System.getProperty("user.dir"));
    private static final Path LISTS = HOME.resolve("src/test/resources/dev/lanewise");

    @Test
    void theListHasEveryPublicSignature() throws IOException {
        var list = LISTS.resolve("api.txt");
        var now = Signatures.of(Exported.classes());
        if ("renew".equals(System.getProperty("api"))) Files.writeString(list, String.join("\n", now) + "\n");
        var listed = Files.readAllLines(list);
        assertTrue(now.size() > 2000, "looked in the wrong place: " + now.size());
        assertEquals(List.of(), differences(listed, now), "what is public has changed. If that is meant, renew the list"
            + " (mvn -q test -Dtest=ApiTest -Dapi=renew) and write a line for CHANGELOG.md");
    }

    @Test
    void theChangeLogNamesWhatChanged() throws IOException {
        var section = section(Files.readString(HOME.resolve("CHANGELOG.md")));
        assertTrue(section.contains(Compute.version()), "the first section of CHANGELOG.md is this version's: " + section.lines()
            .findFirst());
        assertEquals(List.of(), unnamed(differences(Files.readAllLines(LISTS.resolve("api-before.txt")),
            Files.readAllLines(LISTS.resolve("api.txt"))), section),
                "these signatures came or went since src/test/resources/dev/lanewise/"
            + "api-before.txt; say so in the first section of CHANGELOG.md, with the names of the members, or of the type if all"
            + " of it did");
    }

    /// A word that isn't in the section, of each kind of change.
    @Test
    void whatTheChangeLogLeavesOutIsFound() {
        var before = Signatures.of(List.of(Base.class, Base.Part.class));
        var after = before.stream().filter(line -> !line.contains("Part: ") && !line.contains(" keep(")).toList();
        var changes = differences(before, after);
        assertEquals(4, changes.size(), changes::toString);
        assertEquals(changes, unnamed(changes, "nothing"));
        assertEquals(List.of(), unnamed(changes, "`Part` is gone, and so is `Base.keep`"));
        assertEquals(1, unnamed(changes, "`Part` is gone; keeper").size());
        assertEquals(List.of("- dev.lanewise.ApiTest.Base: static final int SIZE = 3",
            "+ dev.lanewise.ApiTest.Base: static final int SIZE = 4"),
                differences(before, before.stream().map(line -> line.replace("= 3", "= 4")).toList()));
    }

    @Test
    void aSignatureSaysWhatACompilerLooksAt() {
        assertEquals(List.of("dev.lanewise.ApiTest.Base: <X extends Exception & Runnable> List<? super X> keep(Map<String, ?"
            + " extends T[]>, int...) throws X",
            "dev.lanewise.ApiTest.Base: abstract class ApiTest.Base<T> implements Comparable<T>",
            "dev.lanewise.ApiTest.Base: protected Base(long)", "dev.lanewise.ApiTest.Base: protected abstract void cut()",
            "dev.lanewise.ApiTest.Base: static final int SIZE = 3"), Signatures.of(List.of(Base.class)));
        assertEquals(List.of("dev.lanewise.ApiTest.Base.Part: Part(int)", "dev.lanewise.ApiTest.Base.Part: int count()",
            "dev.lanewise.ApiTest.Base.Part: record ApiTest.Base.Part(int count)"), Signatures.of(List.of(Base.Part.class)));
    }

    /// What was there and what has come, in the order of the lists.
    private static List<String> differences(List<String> before, List<String> now) {
        var gone = new LinkedHashSet<>(before);
        var come = new LinkedHashSet<>(now);
        now.forEach(gone::remove);
        before.forEach(come::remove);
        return Stream.concat(gone.stream().map(line -> "- " + line), come.stream().map(line -> "+ " + line)).toList();
    }

    private static List<String> unnamed(List<String> changes, String text) {
        var words = Pattern.compile("\\W+").splitAsStream(text).collect(Collectors.toSet());
        var types = changes.stream().filter(change -> isType(change)).map(ApiTest::type)
            .filter(type -> words.contains(last(type))).collect(Collectors.toCollection(TreeSet::new));
        return changes.stream().filter(change -> !types.contains(type(change)) && !words.contains(member(change))).toList();
    }

    private static boolean isType(String change) {
        var what = change.substring(change.indexOf(": ") + 2);
        return Pattern.compile("\\b(class|interface|enum|record) ").matcher(what.replaceFirst("[<(].*", "")).find();
    }

    private static String type(String change) { return change.substring(2, change.indexOf(": ")); }

    private static String last(String type) { return type.substring(type.lastIndexOf('.') + 1); }

    private static String member(String change) {
        if (isType(change)) return last(type(change));
        var what = change.substring(change.indexOf(": ") + 2);
        // of a method what stands before its parameters, of a field what stands before its value
        var head = what.replaceFirst("(\\(| = ).*", "");
        return head.substring(head.lastIndexOf(' ') + 1);
    }

    /// The first under a heading of a version.
    private static String section(String log) {
        int start = log.indexOf("\n## ") + 1;
        int end = log.indexOf("\n## ", start);
        return log.substring(start, end < 0 ? log.length() : end);
    }

    public abstract static class Base<T> implements Comparable<T> {

        public static final int SIZE = 3;

        protected Base(long length) {}

        public record Part(int count) {}

        public <X extends Exception & Runnable> List<? super X> keep(Map<String, ? extends T[]> values, int... sizes) throws X {
            return null;
        }

        protected abstract void cut();

        int hidden() { return 0; }
    }
}
