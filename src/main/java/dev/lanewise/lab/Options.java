package dev.lanewise.lab;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the user wrote behind a command: `--name value` or `--name=value`.
final class Options {

    static final Option HELP = new Option("--help", "", "Says this.");

    /// @param name        with its dashes
    /// @param value       a word for the value, in capitals; empty for a switch
    /// @param description one sentence, with the default
    record Option(String name, String value, String description) {
        boolean isSwitch() { return value.isEmpty(); }

        String help() { return String.format("  %-18s %s", isSwitch() ? name : name + " " + value, description); }
    }

    /// In the order in which they were given.
    private final Map<String, String> values = new LinkedHashMap<>();

    private Options() {}

    /// @throws IllegalArgumentException for an unknown option, with the known ones; for one without its value; for one given twice
    static Options parse(Command command, String... args) {
        var options = new Options();
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            var name = equals < 0 ? args[i] : args[i].substring(0, equals);
            var option = known(command, name.equals("-h") ? "--help" : name);
            String value = "";
            if (!option.isSwitch()) {
                if (equals >= 0) value = args[i].substring(equals + 1);
                else if (++i < args.length) value = args[i];
                else throw new IllegalArgumentException(command.name() + ": " + name + " needs a value: " + name + " " + option.value());
            } else if (equals >= 0) {
                throw new IllegalArgumentException(command.name() + ": " + name + " takes no value");
            }
            if (options.values.put(option.name(), value) != null)
                throw new IllegalArgumentException(command.name() + ": " + name + " is given twice");
        }
        return options;
    }

    private static Option known(Command command, String name) {
        if (name.equals(HELP.name())) return HELP;
        return command.options().stream().filter(option -> option.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException(command.name() + ": option \"" + name + "\" is not known; " + (command.options().isEmpty()
                ? "there is " : "there are ") + Stream.concat(command.options().stream(), Stream.of(HELP)).map(Option::name)
                .collect(Collectors.joining(", "))));
    }

    boolean isHelp() { return values.containsKey(HELP.name()); }

    boolean isGiven(String name) { return values.containsKey(name); }

    /// What to type to see a page again: without what only says where results go.
    String shell(String command) {
        return "mvn -q compile exec:exec -Dargs=\"" + (command + " " + line("--report", "--json")).strip() + "\"";
    }

    /// What was given, as it could be typed again, but for these.
    String line(String... without) {
        return values.entrySet().stream().filter(given -> !List.of(without).contains(given.getKey()))
            .map(given -> given.getValue().isEmpty() ? given.getKey() : given.getKey() + " " + quoted(given.getValue()))
            .collect(Collectors.joining(" "));
    }

    private static String quoted(String value) { return value.contains(" ") ? "'" + value + "'" : value; }

    Optional<String> text(String name) { return Optional.ofNullable(values.get(name)); }

    Optional<Path> path(String name) {
        return text(name).map(value -> {
            try {
                return Path.of(value);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(name + ": \"" + value + "\" is no path: " + e.getReason(), e);
            }
        });
    }

    /// A file to be written later: what can't be a file is refused at once, not after the work is done.
    Optional<Path> file(String name) {
        var file = path(name);
        file.ifPresent(path -> writable(name, path));
        return file;
    }

    /// @param name the option that asks for it
    /// @throws IllegalArgumentException if the path can't be a file
    static void writable(String name, Path path) {
        if (Files.isDirectory(path))
            throw new IllegalArgumentException(name + ": " + path + " is a folder; name a file in it");
        var existing = path.toAbsolutePath().getParent();
        while (existing != null && !Files.exists(existing)) existing = existing.getParent();
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing))
            throw new IllegalArgumentException(name + ": " + path + " can't be written: " + existing
                + " is no folder that you may write to");
    }

    /// A whole number from `least` to `most`.
    long number(String name, long otherwise, long least, long most) {
        var text = text(name);
        if (text.isEmpty()) return otherwise;
        try {
            long number = Long.parseLong(text.get());
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException e) {
            // said below, with what is allowed
        }
        throw new IllegalArgumentException(name + ": \"" + text.get() + "\" is not allowed; give a whole number from "
            + least + " to " + most);
    }
}
