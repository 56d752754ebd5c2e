package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The system properties, and what is said where one of them can't be followed.
class SettingsTest {

    static final class Settings {
        public static void main(String[] args) {
            Maps.RELU.run(new float[1], 0, new float[1], 0, 1);
            System.out.println(Provider.current().name() + ", " + Pool.threads() + " threads");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        -Dlanewise.simd=require     | the Vector API is not enabled; start java with --add-modules jdk.incubator.vector
        -Dlanewise.simd=nonsense    | lanewise.simd: "nonsense" is not known; use auto, require or off
        -Dlanewise.coldStart=-1     | lanewise.coldStart: "-1" is not allowed; use seconds from 0 to 1e9
        -Dlanewise.coldStart=NaN    | lanewise.coldStart: "NaN" is not allowed; use seconds from 0 to 1e9
        -Dlanewise.coldStart=soon   | lanewise.coldStart: "soon" is not allowed; use seconds from 0 to 1e9
        -Dlanewise.threads=0        | threads: 0; use 1 to 1024
        -Dlanewise.threads=1025     | threads: 1025; use 1 to 1024
        -Dlanewise.threads=x        | lanewise.threads: "x" is not a number
        """)
    void whatCantBeFollowedIsAnErrorThatSaysTheRemedy(String flag, String message) {
        var result = new ForkedJvm(Settings.class, flag).run();
        assertNotEquals(0, result.exit());
        assertTrue(result.err().contains(message), result::err);
    }

    @Test
    void withoutTheModuleOneLineNamesTheFlag() {
        var result = new ForkedJvm(Settings.class, "-Dlanewise.threads= 5 ").run().orFail();
        assertEquals("scalar, 5 threads", result.out().strip());
        var lines = result.err().lines().filter(line -> line.startsWith("INFO")).toList();
        assertEquals(1, lines.size(), result::err);
        assertTrue(lines.getFirst().contains("--add-modules jdk.incubator.vector"), result::err);
    }

    @Test
    void offSaysNothing() {
        var result = new ForkedJvm(Settings.class, "-Dlanewise.simd=off").run().orFail();
        assertTrue(result.out().startsWith("scalar"), result::out);
        assertEquals("", result.err());
    }
}
