package dev.lanewise.lab;

import dev.lanewise.kernel.Pool;
import dev.lanewise.kernel.Provider;
import java.io.PrintStream;
import java.util.List;

/// Says which kernels run on this machine, and why.
final class Info implements Command {

    @Override
    public String name() { return "info"; }

    @Override
    public String summary() { return "Says which kernels run on this machine, and why."; }

    @Override
    public List<Options.Option> options() { return List.of(); }

    @Override
    public void run(Options options, PrintStream out) {
        var provider = Provider.current();
        out.println("Provider  " + provider.name());
        out.println("Lanes     " + provider.lanes() + (provider.lanes() == 1 ? " float" : " floats") + " at a time");
        out.println("Because   " + provider.reason());
        out.println("Fma       " + (provider.fastFma() ? "in hardware" : "in software: the CPU has none, or the JVM doesn't use it"));
        out.println("Threads   " + Pool.threads() + " of " + Runtime.getRuntime().availableProcessors()
            + " processors; -Dlanewise.threads=N changes it");
        out.println("Java      " + System.getProperty("java.vm.name") + " " + Runtime.version() + ", "
            + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }
}
