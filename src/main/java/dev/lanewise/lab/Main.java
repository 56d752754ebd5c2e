package dev.lanewise.lab;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/// The command line: `lanewise COMMAND [--option value …]`.
public final class Main {

    private static final List<Command> COMMANDS = List.of(new Trial("compare", new Compare()), new Explain(), new Lab(), new Info());

    private Main() {}

    /// Seconds of arithmetic on scalar loops that a command begins with: many are over by then.
    private static final String COLD_START = "5";

    public static void main(String... args) {
        System.getProperties().putIfAbsent("lanewise.coldStart", COLD_START);
        int status = run(Terminal.printable(System.out), Terminal.printable(System.err), args);
        if (status != 0) System.exit(status);
    }

    /// Runs a command: 0 when all went well, 2 when what the user asked for can't be done, with one sentence on `err`.
    static int run(PrintStream out, PrintStream err, String... args) {
        try {
            if (args.length == 0 || args[0].equals("--help") || args[0].equals("-h") || args[0].equals("help")) {
                out.print(help());
                return 0;
            }
            var command = command(args[0]);
            int words = 1;
            if (args.length > 1 && !command.parts().isEmpty() && !args[1].startsWith("-")) {
                command = part(command, args[1]);
                words = 2;
            }
            var options = Options.parse(command, Arrays.copyOfRange(args, words, args.length));
            if (options.isHelp()) out.print(command.help());
            else command.run(options, out);
            return 0;
        } catch (IllegalArgumentException | UncheckedIOException e) {
            err.println("lanewise: " + e.getMessage());
            return 2;
        } catch (ExceptionInInitializerError e) {
            // a property such as lanewise.simd is read when the kernels are first needed
            if (!(e.getCause() instanceof IllegalArgumentException || e.getCause() instanceof IllegalStateException)) throw e;
            err.println("lanewise: " + e.getCause().getMessage());
            return 2;
        }
    }

    private static Command command(String name) {
        return COMMANDS.stream().filter(command -> command.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException("there is no command \"" + name + "\"; there are "
                + String.join(", ", COMMANDS.stream().map(Command::name).toList())));
    }

    private static Command part(Command command, String word) {
        var name = command.name() + " " + word;
        return command.parts().stream().filter(part -> part.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException(command.name() + ": there is no \"" + word + "\"; there are "
                + String.join(", ", command.parts().stream().map(part -> part.name().substring(command.name().length() + 1)).toList())));
    }

    private static String help() {
        var text = new StringBuilder("Lanewise: tensors, autograd and initializers in pure Java.\n\n");
        for (var command : COMMANDS) text.append(String.format("  %-10s %s%n", command.name(), command.summary()));
        return text.append("\nCOMMAND --help says what a command takes.\n").toString();
    }
}
