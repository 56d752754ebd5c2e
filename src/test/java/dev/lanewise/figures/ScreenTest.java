package dev.lanewise.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreenTest {

    @Test
    void aTerminalIsAskedWhereTheEnvironmentDoesNotSay() {
        assertEquals(new Screen(true, 132), Screen.of(true, Map.of(), () -> 132));
        assertEquals(new Screen(true, 50), Screen.of(true, Map.of("COLUMNS", "50"), () -> 132));
        assertEquals(new Screen(true, 80), Screen.of(true, Map.of("COLUMNS", "wide"), () -> 0));
        assertEquals(new Screen(true, 10), Screen.of(true, Map.of("COLUMNS", "3"), () -> 0), "a line has some room at the least");
    }

    @Test
    void nothingIsDrawnWhereNobodyLooksOrCannotBeDrawn() {
        assertEquals(new Screen(false, 80), Screen.of(false, Map.of("TERM", "xterm"), () -> 0));
        assertEquals(new Screen(false, 80), Screen.of(true, Map.of("TERM", "dumb"), () -> 132));
        assertEquals(new Screen(true, 132), Screen.of(true, Map.of("TERM", "xterm"), () -> 132));
    }
}
