package dev.lanewise.jmh;

import dev.lanewise.Compute;

/// A short program: makes the data of a request of the line protocol, computes it as often as is asked, and is over. What that
/// takes from the start of the JVM to its end is for `processes.py` to say.
///
///     java -cp jmh/target/benchmarks.jar dev.lanewise.jmh.Steps 100 mlp_step 100 784-256-128-10 adam 0.2
public final class Steps {

    private Steps() {}

    /// @param words how often, then the request's words
    public static void main(String... words) {
        if (words.length < 2) throw new IllegalArgumentException("use STEPS REQUEST…, as in 100 mlp_step 100 784-256-128-10"
            + " adam 0.2");
        int steps = Integer.parseInt(words[0]);
        var call = Workloads.of(String.join(" ", words).substring(words[0].length() + 1)).call();
        Object last = null;
        for (int i = 0; i < steps; i++) last = call.get();
        System.out.println(Compute.provider().name() + ", " + last);
    }
}
