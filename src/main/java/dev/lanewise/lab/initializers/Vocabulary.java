package dev.lanewise.lab.initializers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The names of initializers and gains in papers, libraries and here, as `vocabulary.txt` has them; beside them what was
/// measured, as `initializer_laws.py` wrote it into `measured.txt`.
///
/// @param entries  one for each law
/// @param measured by library and name
record Vocabulary(List<Entry> entries, Map<String, Measured> measured) {

    private static final int INDENT = 2;
    private static final int FIELD = 10;
    private static final Pattern SOURCE = Pattern.compile("\\s*\\[(\\S+) ([^\\]]+)\\]");
    /// A comma between names, not one within their parentheses.
    private static final Pattern COMMA = Pattern.compile(", (?![^(]*\\))");
    private static final Pattern SEPARATORS = Pattern.compile("[^\\p{L}\\p{N}]+");
    /// Letters of a word that may be part of another.
    private static final int PART = 3;
    private static final Map<String, String> PACKAGES = Map.of("torch", "PyTorch", "pytorch", "PyTorch", "jax", "JAX", "flax",
        "Flax", "keras", "Keras", "tf", "TF1", "tensorflow", "TF1", "mx", "MXNet", "mxnet", "MXNet", "caffe", "Caffe");
    private static final Set<String> NOISE = Set.of("initialization", "initialisation", "initializer", "initializers",
        "initialiser", "init", "weight", "weights", "filler", "law", "method", "start", "scheme", "s", "and");

    /// A law.
    ///
    /// @param variance of a weight, as a contract says it; "-" if the fans don't tell
    /// @param ours     names for `--init`, the commonest first
    /// @param theirs   the same law's names elsewhere, and those of others that are taken for it
    record Entry(String title, String paper, String law, String variance, List<String> ours, List<Theirs> theirs) {}

    /// What a library has for a law.
    ///
    /// @param library  or where else the names are from
    /// @param names    the commonest first
    /// @param factor   its variance over the law's; empty if it doesn't go by it
    /// @param note     what to know; may be empty
    /// @param same     what of ours gives the same; empty if the entry's own does, or none
    /// @param measured its name in [Vocabulary#measured]; empty if it wasn't
    /// @param source   the file in which it was read; may be empty
    record Theirs(String library, List<String> names, OptionalDouble factor, String note, String same, String measured,
        String source) {

        /// Whether it draws what the law says.
        boolean isTheLaw() { return factor.isPresent() && factor.getAsDouble() == 1; }
    }

    /// Of the values of a weight of 1,000 inputs and 3,000 outputs.
    ///
    /// @param greatest absolute value from the mean, in deviations
    record Measured(double mean, double std, double kurtosis, double greatest) {}

    static Vocabulary load() {
        var measured = new LinkedHashMap<String, Measured>();
        for (var line : lines("measured.txt")) {
            int name = line.indexOf(' ');
            int figures = name;
            for (int i = 0; i < 4; i++) figures = line.lastIndexOf(' ', (i == 0 ? line.length() : figures) - 1);
            var numbers = Arrays.stream(line.substring(figures + 1).split(" "))
                .mapToDouble(text -> text.equals("-") ? Double.NaN : Double.parseDouble(text)).toArray();
            measured.put(line.substring(0, figures), new Measured(numbers[0], numbers[1], numbers[2], numbers[3]));
        }
        var entries = new ArrayList<Entry>();
        var block = new ArrayList<String>();
        for (var line : lines("vocabulary.txt")) {
            if (line.startsWith("#")) continue;
            if (!line.isBlank()) block.add(line);
            else if (!block.isEmpty()) entries.add(entry(block));
            if (line.isBlank()) block.clear();
        }
        if (!block.isEmpty()) entries.add(entry(block));
        return new Vocabulary(List.copyOf(entries), measured);
    }

    private static List<String> lines(String resource) {
        try (var in = Vocabulary.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    private static Entry entry(List<String> block) {
        var fields = new LinkedHashMap<String, String>();
        var theirs = new ArrayList<Theirs>();
        for (var line : block.subList(1, block.size())) {
            int space = line.indexOf(' ', INDENT);
            var name = line.substring(INDENT, space);
            var value = line.substring(Math.max(space, INDENT + FIELD)).strip();
            if (List.of("paper", "law", "variance", "ours").contains(name)) fields.put(name, value);
            else theirs.add(theirs(name, value));
        }
        return new Entry(block.getFirst(), fields.get("paper"), fields.get("law"), fields.get("variance"),
            List.of(fields.get("ours").split(", ")), List.copyOf(theirs));
    }

    private static Theirs theirs(String library, String value) {
        var parts = value.split("\\|", -1);
        var measured = "";
        var source = "";
        var matcher = SOURCE.matcher(parts[0]);
        while (matcher.find()) {
            if (matcher.group(1).equals("measured")) measured = library + " " + matcher.group(2);
            else source = matcher.group(2);
        }
        var factor = parts.length < 2 || parts[1].isBlank() ? "1" : parts[1].strip();
        return new Theirs(library, List.of(COMMA.split(matcher.replaceAll("").strip())), factor.equals("-")
            ? OptionalDouble.empty()
            : OptionalDouble.of(factor.equals("1/2") ? 0.5 : Double.parseDouble(factor)), parts.length < 3 ? ""
            : parts[2].strip(),
            parts.length < 4 ? "" : parts[3].strip(), measured, source);
    }

    // ---- looking up

    /// @param theirs null for the law itself, or a name of ours
    /// @param name   that was asked for, as it is written
    record Hit(Entry entry, Theirs theirs, String name) {}

    /// By a name in whatever spelling, with its library or the packages that it is in in front, or without, with arguments or
    /// without; else the laws in whose names all the words stand; else those of which all that is said has them.
    List<Hit> find(String asked) {
        for (var name : spellings(asked)) {
            var hits = called(key(name));
            if (!hits.isEmpty()) return ofLibrary(asked, hits);
        }
        var words = words(asked);
        if (words.isEmpty()) return List.of();
        var hits = with(words, Vocabulary::names);
        // in a formula stand letters of all kinds
        if (!hits.isEmpty() || words.stream().allMatch(word -> word.length() < PART)) return hits;
        return with(words, entry -> names(entry) + " " + entry.paper + " " + entry.law + " " + entry.theirs.stream()
            .map(Theirs::note).collect(Collectors.joining(" ")));
    }

    /// Laws with the same words in their names as those that were found.
    List<Entry> related(String asked, List<Hit> hits) {
        var found = hits.stream().map(Hit::entry).toList();
        var words = words(asked);
        return words.isEmpty() ? List.of() : with(words, Vocabulary::names).stream().map(Hit::entry)
            .filter(entry -> !found.contains(entry)).toList();
    }

    /// `tf.keras.initializers.HeNormal(seed=1)`, and each of its ends; then the same without what is in parentheses.
    private static List<String> spellings(String asked) {
        var spellings = new ArrayList<String>();
        int parenthesis = asked.indexOf('(');
        for (var name : parenthesis < 0 ? List.of(asked) : List.of(asked, asked.substring(0, parenthesis))) {
            spellings.add(name);
            int end = name.indexOf('(') < 0 ? name.length() : name.indexOf('(');
            for (int dot = name.indexOf('.'); dot >= 0
                && dot < end; dot = name.indexOf('.', dot + 1)) spellings.add(name.substring(dot + 1));
        }
        return spellings;
    }

    /// Those of the library whose package stands in front, if one does and has some.
    private static List<Hit> ofLibrary(String asked, List<Hit> hits) {
        var words = Arrays.stream(SEPARATORS.split(asked)).map(Vocabulary::key).toList();
        var own = hits.stream().filter(hit -> hit.theirs != null && words.stream()
            .anyMatch(word -> hit.theirs.library.equals(PACKAGES.get(word)))).toList();
        return own.isEmpty() ? hits : own;
    }

    private List<Hit> called(String key) {
        if (key.isEmpty()) return List.of();
        var hits = new ArrayList<Hit>();
        for (var entry : entries) {
            for (var each : entry.theirs) each.names.stream().filter(name -> isCalled(key, each.library, name)).findFirst()
                .ifPresent(name -> hits.add(new Hit(entry, each, name)));
            if (key.equals(key(entry.title))
                || entry.ours.stream().anyMatch(name -> key.equals(key(name)))) hits.add(new Hit(entry, null, entry.title));
        }
        return hits;
    }

    private List<Hit> with(List<String> words, Function<Entry, String> said) {
        var hits = new ArrayList<Hit>();
        for (var entry : entries) {
            var there = Arrays.stream(SEPARATORS.split(said.apply(entry))).map(Vocabulary::key).toList();
            if (words.stream().allMatch(word -> there.stream().anyMatch(each -> word.length() < PART ? each.equals(word)
                : each.contains(word))))
                hits.add(new Hit(entry, null, entry.title));
        }
        return hits;
    }

    private static String names(Entry entry) {
        return entry.title + " " + String.join(" ", entry.ours) + " " + entry.theirs.stream().flatMap(each -> each.names.stream())
            .collect(Collectors.joining(" "));
    }

    /// Without those that only say that an initializer is meant, if there are others.
    private static List<String> words(String asked) {
        var all = Arrays.stream(SEPARATORS.split(asked)).map(Vocabulary::key).filter(word -> !word.isEmpty()).toList();
        var telling = all.stream().filter(word -> !NOISE.contains(word)).toList();
        return telling.isEmpty() ? all : telling;
    }

    private static boolean isCalled(String key, String library, String name) {
        int parenthesis = name.indexOf('(');
        var bare = parenthesis < 0 ? name : name.substring(0, parenthesis);
        return key.equals(key(name)) || key.equals(key(library + name)) || key.equals(key(bare))
            || key.equals(key(library + bare));
    }

    private static String key(String text) { return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", ""); }
}
