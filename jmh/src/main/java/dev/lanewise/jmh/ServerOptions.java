package dev.lanewise.jmh;

import java.util.ArrayList;
import java.util.List;

/// A server's command line.
///
/// @param seconds measured time of one request
/// @param rest    what is neither of the two
record ServerOptions(int threads, double seconds, List<String> rest) {

    ServerOptions {
        if (threads < 1) throw new IllegalArgumentException("--threads " + threads + ": at least one computes");
        if (!(seconds > 0 && seconds <= 60)) throw new IllegalArgumentException("--seconds " + seconds
            + ": use more than 0, and 60 at most");
    }

    /// The options that all servers have.
    static ServerOptions parse(String... args) {
        int threads = 1;
        double seconds = 0.25;
        var rest = new ArrayList<String>();
        for (int i = 0; i < args.length; i++) {
            boolean known = args[i].equals("--threads") || args[i].equals("--seconds");
            if (known && i + 1 == args.length) throw new IllegalArgumentException(args[i] + ": a number is missing");
            if (args[i].equals("--threads")) threads = Integer.parseInt(args[++i]);
            else if (known) seconds = Double.parseDouble(args[++i]);
            else rest.add(args[i]);
        }
        return new ServerOptions(threads, seconds, rest);
    }
}
