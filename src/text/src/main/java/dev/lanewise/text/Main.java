package dev.lanewise.text;

import dev.lanewise.data.MalformedFileException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The command line: `java -p … -m dev.lanewise.text embed --model FILE text…`.
public final class Main {

    /// When what the user asked for can't be done.
    private static final int REFUSED = 2;
    /// What a shell says of a program that wrote into a closed pipe.
    private static final int CLOSED = 141;

    private Main() {}

    public static void main(String... args) {
        int status = run(System.in, new PrintStream(System.out, false, StandardCharsets.UTF_8), System.err, args);
        if (status != 0) System.exit(status);
    }

    /// Runs a command: 0 when all went well, 2 when what the user asked for can't be done, with one sentence on `err`, 141 when
    /// nobody reads `out` any more.
    static int run(InputStream in, PrintStream out, PrintStream err, String... args) {
        try {
            Embed.run(in, out, args);
            out.flush();
            return out.checkError() ? CLOSED : 0;
        } catch (Embed.Closed e) {
            return CLOSED;
        } catch (IllegalArgumentException | MalformedFileException | UncheckedIOException e) {
            err.println("lanewise-text: " + e.getMessage());
            return REFUSED;
        } catch (OutOfMemoryError e) {
            err.println("lanewise-text: there isn't enough memory; give the JVM more by -Xmx");
            return REFUSED;
        }
    }
}
