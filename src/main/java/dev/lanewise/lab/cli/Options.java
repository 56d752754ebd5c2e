package dev.lanewise.lab.cli;

import dev.lanewise.file.Quote;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the user wrote behind a command: `--name value` or `--name=value`.
public final class Options {

    public static final Option HELP = new Option("--help", "", "Says this.");

    /// @param name        with its dashes
    /// @param value       a word for the value, in capitals; empty for a switch
    /// @param description one sentence, with the default
    public record Option(String name, String value, String description) {
        public boolean isSwitch() { return value.isEmpty(); }

        public String help() { return String.format("  %-18s %s", isSwitch() ? name : name + " " + value, description); }
    }

    /// In the order in which they were given.
    private final Map<String, String> values = new LinkedHashMap<>();

    private Options() {}

    /// @throws IllegalArgumentException for an unknown option, with the known ones; for one without its value; for one given twice
    public static Options parse(Command command, String... args) {
        var options = new Options();
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            var name = equals < 0 ? args[i] : args[i].substring(0, equals);
            var option = known(command, name);
            String value = "";
            if (option.isSwitch()) {
                if (equals >= 0) throw new IllegalArgumentException(command.name() + ": " + name + " takes no value");
            } else {
                value = equals >= 0 ? args[i].substring(equals + 1) : i + 1 < args.length ? args[++i] : "";
                requireValue(command, option, value, equals >= 0);
            }
            if (options.values.put(option.name(), value) != null)
                throw new IllegalArgumentException(command.name() + ": " + name + " is given twice");
        }
        return options;
    }

    /// What looks like the next option is no value, unless it is joined to its name.
    private static void requireValue(Command command, Option option, String value, boolean joined) {
        if (!joined && value.startsWith("--")) throw new IllegalArgumentException(command.name() + ": " + option.name()
            + " needs a value: " + option.name() + " " + option.value() + "; if it is to be " + Quote.of(value) + ", write "
            + option.name()
            + "=" + Quote.bare(value));
        if (value.isBlank()) throw new IllegalArgumentException(
            command.name() + ": " + option.name() + " needs a value: " + option.name() + " " + option.value());
    }

    private static Option known(Command command, String name) {
        if (name.equals(HELP.name())) return HELP;
        return command.options().stream().filter(option -> option.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException(command.name() + ": option " + Quote.of(name)
                + " is not known; " + (command.options().isEmpty()
                ? "there is " : "there are ") + Stream.concat(command.options().stream(), Stream.of(HELP)).map(Option::name)
                .collect(Collectors.joining(", "))));
    }

    /// Whether a word asks for help, wherever it stands.
    public static boolean isHelp(String word) { return word.equals(HELP.name()) || word.equals("-h"); }

    public boolean isGiven(String name) { return values.containsKey(name); }

    /// What to type to see a page again: without what only says where results go.
    public String shell(String command) {
        return "mvn -q compile exec:exec -Dargs=\"" + (command + " " + line("--report", "--json")).strip() + "\"";
    }

    /// What was given, as it could be typed again, but for these.
    public String line(String... without) {
        return values.entrySet().stream().filter(given -> !List.of(without).contains(given.getKey()))
            .map(given -> given.getValue().isEmpty() ? given.getKey() : given.getKey() + " " + quoted(given.getValue()))
            .collect(Collectors.joining(" "));
    }

    private static String quoted(String value) { return value.contains(" ") ? "'" + value + "'" : value; }

    public Optional<String> text(String name) { return Optional.ofNullable(values.get(name)); }

    public Optional<Path> path(String name) {
        return text(name).map(value -> {
            try {
                return Path.of(value);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(name + ": " + Quote.of(value) + " is no path: " + e.getReason(), e);
            }
        });
    }

    /// A whole number from `least` to `most`.
    public long number(String name, long otherwise, long least, long most) {
        var text = text(name);
        if (text.isEmpty()) return otherwise;
        try {
            long number = Long.parseLong(text.get());
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException e) {
            // said below, with what is allowed
        }
        throw new IllegalArgumentException(name + ": " + Quote.of(text.get()) + " is not allowed; give a whole number from "
            + least + " to " + most);
    }
}
