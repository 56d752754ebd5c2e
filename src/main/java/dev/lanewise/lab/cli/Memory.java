package dev.lanewise.lab.cli;

import dev.lanewise.figures.Figures;

/// What the heap can't hold is refused before any of it is allocated.
public final class Memory {

    private static final double MEGABYTE = 1024 * 1024;
    private static final double GIGABYTE = 1024 * MEGABYTE;

    private Memory() {}

    /// @param what   what needs it, as the beginning of a sentence
    /// @param bytes  that are needed at the least; beyond what a long holds, too
    /// @param remedy what makes it less, as an order
    /// @throws IllegalArgumentException if Java may not take as much
    public static void require(String what, double bytes, String remedy) {
        double most = Runtime.getRuntime().maxMemory();
        if (bytes > most) throw new IllegalArgumentException(what + " needs " + text(bytes)
            + " of memory at the least, and Java may take "
            + text(most) + "; " + remedy + ", or " + more(bytes));
    }

    /// When it ran out all the same.
    public static String ranOut(OutOfMemoryError e) {
        double most = Runtime.getRuntime().maxMemory();
        return "memory ran out: Java may take " + text(most) + " (" + e.getMessage() + "); ask for less, or " + more(2 * most);
    }

    private static String more(double bytes) {
        return "give Java more: JAVA_TOOL_OPTIONS=-Xmx" + Figures.format("%.0f", Math.ceil(1.5 * bytes / GIGABYTE))
            + "g";
    }

    private static String text(double bytes) {
        return bytes < GIGABYTE ? Figures.format("%.0f MB", bytes / MEGABYTE)
            : Figures.format("%,.1f GB", bytes / GIGABYTE);
    }
}
