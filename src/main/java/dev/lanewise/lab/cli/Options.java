package dev.lanewise.lab.cli;

import dev.lanewise.file.Decimal;
import dev.lanewise.file.Quote;
import dev.lanewise.lab.cli.Outputs.Output;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the user wrote behind a command, `--name value` or `--name=value`, read.
public final class Options {

    static final Option<Boolean> HELP = Option.flag("--help", "Says this");
    private static final Set<String> ASIDE = Set.of("--report", "--json", "--checkpoint", "--resume", "--model", "--export",
        "--receipt", "--keep-going");

    private final Command command;
    /// As they were written, in the order in which they were given.
    private final Map<String, String> texts;
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Options(Command command, Map<String, String> texts) {
        this.command = command;
        this.texts = texts;
        for (var option : all(command))
            if (texts.containsKey(option.name())) values.put(option.name(), option.read().apply(texts.get(option.name())));
    }

    private static List<Option<?>> all(Command command) {
        return Stream.<Option<?>>concat(command.operands().stream(), command.options().stream()).toList();
    }

    /// @throws IllegalArgumentException for an unknown option, with the known ones; for one without its value; for one given
    ///     twice; for a value that isn't allowed, with what is
    public static Options parse(Command command, String... args) {
        var texts = new LinkedHashMap<String, String>();
        for (int i = 0; i < args.length; i++) {
            if (command.operands().isPresent() && !args[i].startsWith("-")) {
                texts.merge(command.operands().get().name(), args[i], (one, two) -> one + Option.BETWEEN + two);
                continue;
            }
            int equals = args[i].indexOf('=');
            var name = equals < 0 ? args[i] : args[i].substring(0, equals);
            var option = known(command, name);
            String text = "";
            if (option.isSwitch()) {
                if (equals >= 0) throw new IllegalArgumentException(command.name() + ": " + name + " takes no value");
            } else {
                text = equals >= 0 ? args[i].substring(equals + 1) : i + 1 < args.length ? args[++i] : "";
                requireValue(command, option, text, equals >= 0);
            }
            if (texts.put(option.name(), text) != null)
                throw new IllegalArgumentException(command.name() + ": " + name + " is given twice");
        }
        return new Options(command, texts);
    }

    /// What looks like the next option is no value, unless it is joined to its name.
    private static void requireValue(Command command, Option<?> option, String value, boolean joined) {
        var needs = command.name() + ": " + option.name() + " needs a value: " + option.usage();
        if (!joined && value.startsWith("--")) throw new IllegalArgumentException(needs + "; if it is to be " + Quote.of(value)
            + ", write " + option.name() + "=" + Quote.bare(value));
        if (value.isBlank()) throw new IllegalArgumentException(needs);
    }

    private static Option<?> known(Command command, String name) {
        var all = Stream.<Option<?>>concat(command.options().stream(), Stream.of(HELP)).toList();
        return all.stream().filter(option -> option.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException(command.name() + ": option " + Quote.of(name) + " is not known"
                + Nearest.among(name, all.stream().map(Option::name).toList())));
    }

    /// Whether a word asks for help, wherever it stands.
    public static boolean isHelp(String word) { return word.equals(HELP.name()) || word.equals("-h"); }

    /// What was given, for a command that another runs.
    public Options of(Command part) { return new Options(part, texts); }

    /// What was given, or what holds where nothing was.
    ///
    /// @throws IllegalStateException if the command doesn't declare it
    @SuppressWarnings("unchecked")
    public <T> T get(Option<T> option) {
        if (values.containsKey(option.name())) return (T) values.get(option.name());
        if (all(command).stream().noneMatch(known -> known.name().equals(option.name())))
            throw new IllegalStateException(command.name() + " reads " + option.name() + ", which it doesn't declare");
        return option.absent().get();
    }

    public boolean isGiven(Option<?> option) { return texts.containsKey(option.name()); }

    /// What is going to be read.
    public List<Output> inputs() {
        return all(command).stream().filter(Option::isInput)
            .flatMap(option -> paths(get(option)).map(path -> new Output(option.name(), path))).toList();
    }

    private static Stream<Path> paths(Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.stream().map(Path.class::cast);
            case List<?> list -> list.stream().map(Path.class::cast);
            default -> Stream.of((Path) value);
        };
    }

    /// For JSON: the value, where that is a number or a truth; else how it is said; null where it has none.
    public Object setting(Option<?> option) {
        var value = get(option) instanceof Optional<?> optional ? optional.orElse(null) : get(option);
        // what is more than a number where none is given, such as "all"
        if (value instanceof Number && !isGiven(option) && !Decimal.is(option.standard())) return option.standard();
        if (value == null || value instanceof Number || value instanceof Boolean) return value;
        return texts.getOrDefault(option.name(), option.standard());
    }

    /// What to type to see a page again: without what only says where results go, or in how many sittings they are made.
    public String shell() { return shell(texts.entrySet().stream().filter(given -> !isAside(given.getKey()))); }

    /// What was given, as it was written, by name, in the order of the names: without what has no say in the results.
    public SortedMap<String, String> given() {
        var given = new TreeMap<>(texts);
        given.keySet().removeIf(Options::isAside);
        return given;
    }

    /// Whether an option has no say in the results.
    public static boolean isAside(String name) { return ASIDE.contains(name); }

    /// What to type to run it again, with a switch more.
    public String again(Option<Boolean> more) {
        var all = new LinkedHashMap<>(texts);
        all.put(more.name(), "");
        return shell(all.entrySet().stream());
    }

    private String shell(Stream<Map.Entry<String, String>> given) {
        var words = Stream.concat(Stream.of(command.name()), given.map(each -> isOperand(each.getKey())
            ? Arrays.stream(each.getValue().split(Option.BETWEEN)).map(Options::quoted).collect(Collectors.joining(" "))
            : each.getValue().isEmpty()
            ? each.getKey() : each.getKey() + " " + quoted(each.getValue()))).collect(Collectors.joining(" "));
        return started(Options.class.getProtectionDomain().getCodeSource(), words);
    }

    /// What starts the program where it was started from: Maven from the classes of a checkout, and from a jar or an image the
    /// name that its help and the pages have for it.
    static String started(CodeSource from, String words) {
        return from != null && from.getLocation() != null && from.getLocation().getPath().endsWith("/")
            ? "mvn -q compile exec:exec -Dargs=\"" + words + "\"" : "lanewise " + words;
    }

    private boolean isOperand(String name) {
        return command.operands().filter(operands -> operands.name().equals(name)).isPresent();
    }

    private static String quoted(String value) { return value.contains(" ") ? "'" + value + "'" : value; }
}
