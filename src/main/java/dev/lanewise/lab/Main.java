package dev.lanewise.lab;

import java.io.DataInputStream;
import java.io.IOException;

/// Where `java -jar lanewise.jar` and `java -p lanewise.jar -m dev.lanewise` begin: with the [command line][CommandLine], or with
/// one sentence on a Java that is too old for it.
///
/// Alone among the classes this one is compiled for Java 8, so that such a Java can read it: no newer syntax, no newer API.
public final class Main {

    /// As `java` itself ends when it can't start a program.
    private static final int NOT_STARTED = 1;
    /// The version of Java 1's class files, less one.
    private static final int BEFORE_JAVA_1 = 44;

    private Main() {}

    public static void main(String[] args) throws IOException {
        try {
            CommandLine.main(args);
        } catch (UnsupportedClassVersionError e) {
            System.err.println("Lanewise needs Java " + needed() + " or later; this is "
                + System.getProperty("java.version") + " (" + System.getProperty("java.home")
                + "): start it with the `java` of a newer JDK.");
            System.exit(NOT_STARTED);
        }
    }

    /// What the others are compiled for.
    private static int needed() throws IOException {
        try (DataInputStream in = new DataInputStream(Main.class.getResourceAsStream("CommandLine.class"))) {
            in.readInt(); // the magic number
            in.readUnsignedShort(); // the minor version
            return in.readUnsignedShort() - BEFORE_JAVA_1;
        }
    }
}
