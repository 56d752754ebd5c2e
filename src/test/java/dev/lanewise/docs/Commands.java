package dev.lanewise.docs;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.lanewise.lab.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The commands of a page: `mvn`, `java`, Python's scripts, and the command line's own words, which its own parser reads.
final class Commands {

    private static final Pattern INLINE = Pattern.compile("`([^`]+)`");
    private static final String PROGRAMS = "mvn|java|lanewise|taskset|echo|python3?";
    private static final Set<String> PHASES =
        Set.of("validate", "compile", "test-compile", "test", "package", "verify", "install", "clean", "deploy");
    private static final Set<String> WITH_VALUE =
        Set.of("-p", "--module-path", "-cp", "-classpath", "--class-path", "--add-modules", "--source");
    private static final Pattern JAR = Pattern.compile("(?:.*/)?(lanewise(?:-text)?)-(\\d[^/]*?)(?:-sources|-javadoc)?\\.jar");
    private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z][A-Z_]*(?:,[A-Z]+)*(?:,?…)?|.*…");
    private static final List<Path> SOURCES = sources();
    /// Names of properties in the sources.
    private static final Pattern PROPERTY = Pattern.compile("\"(?:-D)?(lanewise\\.\\w+)");
    private static final String POM = read(Page.HOME.resolve("pom.xml"));
    private static final String MAIN = between(POM, "<main.class>", "</main.class>");
    static final String VERSION = between(POM, "<version>", "</version>");

    /// @param line of the page, about
    record Line(List<String> words, int line) {}

    private Commands() {}

    /// All that are looked at.
    static List<Line> of(Page page) {
        var lines = new ArrayList<Line>();
        Map<String, String> variables = new HashMap<>();
        for (var block : page.blocks()) switch (block) {
            case Page.Code code when isShell(code.info()) ->
                of(code, variables).forEach(line -> add(lines, line.words(), line.line()));
            case Page.Prose prose -> inline(lines, prose.text(), prose.line());
            case Page.Table table -> table.rows().forEach(row -> row.forEach(cell -> inline(lines, cell, table.line())));
            case Page.Code _, Page.Heading _ -> { }
        }
        return lines;
    }

    /// Those of a block; none where it is no shell's.
    ///
    /// @param variables those that are set before, and afterwards also those that are set there
    static List<Line> of(Page.Code code, Map<String, String> variables) {
        if (!isShell(code.info())) return List.of();
        return parts(code.text(), code.line()).stream().flatMap(part ->
            Shell.commands(part.words().getFirst(), variables).stream().map(words -> new Line(words, part.line()))).toList();
    }

    /// How many lines of a block are neither empty nor of a command.
    static int others(Page.Code code) {
        long all = code.text().lines().filter(line -> !line.isBlank()).count();
        return (int) (all - parts(code.text(), code.line()).stream()
            .mapToLong(part -> part.words().getFirst().lines().count()).sum());
    }

    /// What the library's own command line is handed; nothing where something else is called.
    static Optional<List<String>> handed(List<String> words) {
        var first = words.getFirst();
        if (isOurs(words)) return Optional.of(words);
        if (first.equals("lanewise")) return Optional.of(words.subList(1, words.size()));
        int at = first.equals("java") ? Math.max(words.indexOf("-m"), words.indexOf("-jar")) : -1;
        return at > 0 && words.get(at + 1).matches("dev\\.lanewise|(.*/)?lanewise(-\\d[^/]*)?\\.jar")
            ? Optional.of(words.subList(at + 2, words.size())) : Optional.empty();
    }

    private static boolean isShell(String info) { return Set.of("", "sh", "shell", "bash", "console").contains(info); }

    private static void inline(List<Line> lines, String text, int line) {
        INLINE.matcher(text).results().map(found -> found.group(1).replace("\\|", "|").replaceAll("\\s+", " "))
            .filter(code -> code.matches("(mvn|java|lanewise|" + ours() + ") .*"))
            .forEach(code -> add(lines, Shell.commands(code).getFirst(), line));
    }

    /// Those of a block that begin like a command, each with the lines that a quote or a backslash adds to it.
    private static List<Line> parts(String text, int first) {
        var parts = new ArrayList<Line>();
        var lines = text.split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].matches("\\w+=\\S.*|(" + PROGRAMS + ")\\b.*|\\$ .*|(" + ours() + ")( .*)?")) continue;
            var part = new StringBuilder(lines[i].replaceFirst("^\\$ ", ""));
            int begins = i;
            while (i + 1 < lines.length && isOpen(part)) part.append('\n').append(lines[++i]);
            parts.add(new Line(List.of(part.toString()), first + begins));
        }
        return parts;
    }

    private static String ours() { return String.join("|", Ran.commands()); }

    private static boolean isOpen(CharSequence line) {
        return line.chars().filter(c -> c == '"').count() % 2 == 1 || line.charAt(line.length() - 1) == '\\';
    }

    /// With those that stand within a word, as of `"java -cp …"`.
    private static void add(List<Line> lines, List<String> words, int line) {
        lines.add(new Line(words, line));
        for (var word : words.subList(1, words.size())) if (word.matches("(?s)(taskset -c \\d+ )?(java|mvn)\\s.*"))
            Shell.commands(word.replaceAll("\\s+", " ")).forEach(inner -> lines.add(new Line(inner, line)));
    }

    /// Whether it gives figures, rather than setting something up.
    static boolean runs(Line line) {
        return List.of("mvn", "java", "lanewise", "python", "python3").contains(line.words().getFirst()) || isOurs(line.words());
    }

    private static boolean isOurs(List<String> words) { return Ran.commands().contains(words.getFirst()); }

    static List<String> faults(Page page) {
        var faults = new ArrayList<String>();
        for (var line : of(page)) try {
            check(line.words());
        } catch (IllegalArgumentException e) {
            faults.add(page.at(line.line()) + ": " + String.join(" ", line.words()) + ": " + e.getMessage());
        }
        return faults;
    }

    private static void check(List<String> words) {
        var rest = words.subList(1, words.size());
        if (isOurs(words)) ours(words);
        else switch (words.getFirst()) {
            case "lanewise" -> ours(rest);
            case "mvn" -> maven(rest);
            case "java" -> java(rest);
            case "python", "python3" ->
                rest.stream().filter(word -> word.contains("/") && word.endsWith(".py")).forEach(Commands::requireFile);
            default -> { }
        }
    }

    private static void require(boolean right, String what) { if (!right) throw new IllegalArgumentException(what); }

    private static void requireFile(String name) { require(Files.exists(Page.HOME.resolve(name)), "there is no " + name); }

    /// Words in capitals, and what ends in `…`, stand for what the reader has; an option at the end may stand for itself.
    private static void ours(List<String> words) {
        if (words.isEmpty() || words.equals(List.of("--version"))) return;
        var known = words.stream().filter(word -> !List.of("help", "--help", "-h").contains(word)).toList();
        if (known.isEmpty()) return;
        try {
            Ran.parse(known.stream().filter(word -> !word.equals("…")).toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            boolean open = words.stream().skip(1).anyMatch(word -> PLACEHOLDER.matcher(word).matches());
            boolean named = words.getLast().startsWith("--") && e.getMessage().contains(words.getLast() + " needs a value");
            require(named || open && !e.getMessage().contains("is not known"), e.getMessage());
        }
    }

    private static void maven(List<String> words) {
        int at = words.indexOf("-f");
        var pom = Page.HOME.resolve(at < 0 ? "pom.xml" : words.get(at + 1));
        require(Files.exists(pom), "there is no " + pom);
        String args = null;
        boolean jobs = false;
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            if (word.equals("-f")) {
                i++;
            } else if (word.startsWith("-Dargs=")) {
                args = word.substring("-Dargs=".length());
            } else if (word.startsWith("-Dtest=")) {
                for (var test : word.substring("-Dtest=".length()).split(","))
                    require(isTest(pom, test.split("#")[0]), "there is no test " + test);
            } else if (word.startsWith("-P")) {
                for (var profile : word.substring(2).split(","))
                    require(read(pom).contains("<id>" + profile + "</id>"), "there is no profile " + profile);
            } else if (!word.startsWith("-")) {
                require(PHASES.contains(word) || word.matches("[\\w.-]+(:[\\w.-]+)+(@[\\w-]+)?"),
                    word + " is no phase and no goal");
                jobs |= word.equals("exec:exec");
            }
        }
        if (args != null && jobs) Shell.commands(args).forEach(Commands::ours);
    }

    private static boolean isTest(Path pom, String name) {
        try (var files = Files.walk(pom.resolveSibling("src"))) {
            return name.contains("*") || files.anyMatch(file -> file.getFileName().toString().equals(name + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void java(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            var rest = words.subList(i + 1, words.size());
            if (WITH_VALUE.contains(word)) {
                require(!rest.isEmpty(), word + " needs a value");
                value(word, rest.getFirst());
                i++;
            } else if (word.equals("-jar")) {
                // alone it is spoken of
                if (!rest.isEmpty()) program(rest.getFirst(), rest.subList(1, rest.size()));
                return;
            } else if (word.equals("-m") || word.equals("--module")) {
                require(!rest.isEmpty(), word + " needs a module");
                var main = rest.getFirst();
                program(main.equals("dev.lanewise") ? MAIN : main.substring(main.indexOf('/') + 1), rest.subList(1, rest.size()));
                return;
            } else if (word.startsWith("-")) {
                flag(word);
            } else {
                program(word, rest);
                return;
            }
        }
    }

    private static void value(String option, String value) {
        if (option.equals("--add-modules")) require(value.equals("jdk.incubator.vector"), "there is no module " + value);
        else for (var part : value.split("[:;]")) jar(part);
    }

    private static void jar(String name) {
        var jar = JAR.matcher(name);
        if (jar.matches()) require(jar.group(2).equals(VERSION), name + " is of another version than " + VERSION);
    }

    private static void flag(String word) {
        if (word.startsWith("-Dlanewise.")) {
            var name = word.substring(2).split("=")[0];
            require(names().contains(name), "there is no property " + name);
        } else if (word.startsWith("-XX:") && System.getProperty("os.arch").equals("amd64") && !word.contains("…")) {
            var name = word.substring(4).replaceFirst("^[+-]", "").split("=")[0];
            if (name.equals("CompileCommand") || name.equals("StartFlightRecording")) return;
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption(name);
        }
    }

    /// Those that the sources speak of.
    private static Set<String> names() {
        try (var files = Files.walk(Page.HOME.resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                .flatMap(file -> PROPERTY.matcher(read(file)).results().map(found -> found.group(1)))
                .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void program(String main, List<String> words) {
        if (main.endsWith(".jar")) {
            jar(main);
            if (main.matches(".*\\blanewise(-\\d.*)?\\.jar")) ours(words);
        } else if (main.equals(MAIN)) {
            ours(words);
        } else if (main.startsWith("dev.lanewise")) {
            var file = main.replace('.', '/') + ".java";
            require(SOURCES.stream().anyMatch(source -> Files.exists(source.resolve(file)) || isModule(source, main)),
                "there is no " + main);
        } else {
            require(main.matches("(\\w+/)*\\w+(\\.java)?"), main + " is no program");
        }
    }

    private static boolean isModule(Path source, String name) {
        var file = source.resolve("module-info.java");
        return Files.exists(file) && Stream.of(read(file).split("\n")).anyMatch(line -> line.contains("module " + name + " {"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("" + file, e);
        }
    }

    /// The library's, and those of the projects on top of it.
    private static List<Path> sources() {
        try (var projects = Stream.concat(Stream.of("jmh", "src/text", "src/spark", "").map(Page.HOME::resolve),
                Files.list(Page.HOME.resolve("src/examples")))) {
            return projects.flatMap(project -> Stream.of("src/main/java", "src/peers/java").map(project::resolve))
                .filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String between(String text, String from, String to) {
        int begin = text.indexOf(from) + from.length();
        return text.substring(begin, text.indexOf(to, begin));
    }
}
