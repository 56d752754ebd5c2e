package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import org.junit.jupiter.api.function.Executable;

/// Asserts that something is refused, in words that help.
public final class Rejected {

    private Rejected() {}

    /// As an argument, in a message that holds all of these parts.
    public static void argument(Executable action, String... parts) { as(IllegalArgumentException.class, action, parts); }

    /// As a file, or a text, that isn't what its reader takes.
    public static void malformed(Executable action, String... parts) { as(MalformedFileException.class, action, parts); }

    /// As too early, too late or out of turn.
    public static void state(Executable action, String... parts) { as(IllegalStateException.class, action, parts); }

    /// As nothing, where something must be.
    public static void nothing(Executable action, String... parts) { as(NullPointerException.class, action, parts); }

    private static void as(Class<? extends RuntimeException> type, Executable action, String... parts) {
        var message = assertThrows(type, action).getMessage();
        for (var part : parts) assertTrue(message.contains(part), () -> "\"" + part + "\" is missing in: " + message);
    }
}
