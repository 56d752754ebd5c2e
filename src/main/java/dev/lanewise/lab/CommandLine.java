package dev.lanewise.lab;

import dev.lanewise.Compute;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.FileClaim;
import dev.lanewise.file.Quote;
import dev.lanewise.lab.audit.AuditFiles;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Nearest;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.lab.compare.Compare;
import dev.lanewise.lab.explain.Explain;
import dev.lanewise.lab.info.Info;
import dev.lanewise.lab.initializers.InitializerNames;
import dev.lanewise.lab.job.Training;
import dev.lanewise.lab.table.Predict;
import dev.lanewise.lab.weights.Convert;
import dev.lanewise.lab.weights.Inspect;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The command line: `lanewise COMMAND [--option value …]`.
public final class CommandLine {

    static final List<Command> COMMANDS = List.of(new Trial("compare", new Compare()), new Explain(), new Lab(), new Train(),
        new Predict(), new Verify(), new AuditFiles(), new Inspect(), new Convert(), new InitializerNames(), new Info());

    private CommandLine() {}

    /// When an audit finds something wrong, or a run differs from its receipt.
    private static final int BROKEN = 1;
    /// What a shell says of a program that wrote into a closed pipe.
    private static final int CLOSED = 141;
    /// And of one that Ctrl-C ended.
    private static final int INTERRUPTED = 130;

    public static void main(String... args) {
        var ending = new Thread(() -> System.out.println(System.lineSeparator() + "Ended; files that were not whole yet are"
            + " as they were before."), "lanewise-ended");
        // jobs say themselves what they kept
        boolean speaks = args.length > 0 && !List.of("train", "verify").contains(args[0]);
        if (speaks) Runtime.getRuntime().addShutdownHook(ending);
        int status;
        try {
            status = run(System.out, System.err, args);
        } finally {
            // what fails says so itself
            if (speaks) forget(ending);
        }
        if (status != 0) System.exit(status);
    }

    private static void forget(Thread ending) {
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException e) {
            // the process is ending
        }
    }

    /// Runs a command: 0 when all went well, 1 when an audit found something wrong or a run differs from its receipt, 2 when
    /// what the user asked for can't be done, with one sentence on `err`, 141 when nobody reads `out` any more, 130 when training
    /// was ended before its time.
    static int run(PrintStream out, PrintStream err, String... args) {
        try {
            return run(Terminal.of(out), args);
        } catch (AuditFiles.Broken | Verify.Differs e) {
            return BROKEN;
        } catch (Terminal.Closed e) {
            return CLOSED;
        } catch (Training.Ended e) {
            return INTERRUPTED;
        } catch (IllegalArgumentException | MalformedFileException | UncheckedIOException | FileClaim.Taken e) {
            return refuse(err, e.getMessage());
        } catch (OutOfMemoryError e) {
            return refuse(err, Memory.ranOut(e));
        }
    }

    private static int refuse(PrintStream err, String why) {
        try {
            Terminal.of(err).println("lanewise: " + Terminal.oneLine(why));
        } catch (Terminal.Closed e) {
            // the status says it
        }
        return 2;
    }

    private static int run(PrintStream out, String... args) {
        if (args.length > 0 && args[0].equals("--version")) {
            out.println("lanewise " + Compute.version() + " (Java " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")");
            return 0;
        }
        if (args.length == 0 || Arrays.stream(args).limit(2).anyMatch("help"::equals)
            || Arrays.stream(args).anyMatch(Options::isHelp)) {
            out.print(help(args));
            return 0;
        }
        var call = parse(args);
        Outputs.check(call.command().outputs(call.options()), call.options().inputs());
        call.command().run(call.options(), out);
        return 0;
    }

    /// A command, and what it is to do.
    record Call(Command command, Options options) {}

    /// What a command line asks for, which is looked at no further.
    ///
    /// @throws IllegalArgumentException for words that the command line doesn't know
    static Call parse(String... args) {
        var command = command(args[0]);
        int words = 1;
        if (args.length > 1 && !command.parts().isEmpty() && !args[1].startsWith("-")) {
            command = part(command, args[1]);
            words = 2;
        }
        return new Call(command, Options.parse(command, Arrays.copyOfRange(args, words, args.length)));
    }

    /// Of the command that the first words name, as far as they name one.
    private static String help(String... args) {
        var words = Arrays.stream(args).filter(word -> !word.equals("help")).takeWhile(word -> !word.startsWith("-")).toList();
        return named(COMMANDS, words, 1).map(command -> named(command.parts(), words, 2).orElse(command).help())
            .orElseGet(CommandLine::help);
    }

    private static Optional<Command> named(List<Command> commands, List<String> words, int count) {
        return words.size() < count ? Optional.empty()
            : commands.stream().filter(command -> command.name().equals(String.join(" ", words.subList(0, count)))).findFirst();
    }

    private static Command command(String name) {
        return COMMANDS.stream().filter(command -> command.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException("there is no command " + Quote.of(name)
                + Nearest.among(name, Stream.concat(COMMANDS.stream().map(Command::name), Stream.of("--version", "--help"))
                .toList())));
    }

    private static Command part(Command command, String word) {
        var name = command.name() + " " + word;
        return command.parts().stream().filter(part -> part.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException(command.name() + ": there is no " + Quote.of(word)
                + Nearest.among(word, command.parts().stream().map(part -> part.name().substring(command.name().length() + 1))
                    .toList())));
    }

    private static String help() {
        var text = new StringBuilder("Lanewise: tensors, autograd and initializers in pure Java.\n\n");
        for (var command : COMMANDS) text.append(Terminal.hanging(String.format("  %-18s ", command.name()), command.summary()))
            .append('\n');
        text.append("""

              --version          Says which version this is, of which Java, on what.

            COMMAND --help says what a command takes. Files go into the working directory,
            or where --report, --json and the like say; nothing is sent anywhere.

            A command ends with
              0                  when all went well,
              1                  when an audit found something wrong, or a run differs from
                                 its receipt,
              2                  when what was asked for can't be done, which one sentence
                                 explains,
              130                when Ctrl-C ended it; train has kept where it was,
              141                when nobody reads its output any more.

            The JVM's "WARNING: Using incubator modules" says that the Vector API, by which
            all is computed, may still change between releases of Java. Nothing is wrong,
            and only the JVM could leave it out.
            """);
        return text.toString();
    }
}
