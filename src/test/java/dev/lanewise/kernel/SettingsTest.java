package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.array.ArrayMath;
import dev.lanewise.array.Blas;
import dev.lanewise.nn.Linear;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The system properties, and what is said where one of them can't be followed.
class SettingsTest {

    static final class Settings {
        public static void main(String[] args) {
            Maps.RELU.run(new float[1], 0, new float[1], 0, 1);
            System.out.println(Compute.provider().name() + ", " + Pool.threads() + " threads");
        }
    }

    /// Each way into the library, more than once: prints what is thrown.
    static final class Uses {

        private static final float[] X = new float[64];

        private static final List<Executable> ALL = List.of(
            () -> Blas.gemm(false, false, 8, 8, 8, X, 0, 8, X.clone(), 0, 8, new float[64], 0, 8),
            () -> Blas.dot(64, X, 0, X, 0),
            () -> ArrayMath.exp(64, X, 0, X, 0),
            () -> ArrayMath.softmax(8, 8, X, 0, 8, X, 0, 8),
            () -> Reductions.SUM.columns(X, 0, 8, 8, new float[8], 0),
            () -> new Threefry(1).uniform(X, 0, 64),
            () -> Tensor.ones(3, 4).add(1f),
            () -> new Linear(3, 2).initialize(1).call(Tensor.ones(1, 3)),
            ColdStart::end);

        public static void main(String[] args) {
            for (int round = 0; round < 2; round++)
                for (var use : ALL)
                    try {
                        use.execute();
                        System.out.println("nothing");
                    } catch (Throwable e) {
                        System.out.println(e);
                    }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        -Dlanewise.simd=require     | the Vector API is not enabled; start java with --add-modules jdk.incubator.vector
        -Dlanewise.coldStart=-1     | lanewise.coldStart: "-1" is not allowed; use seconds from 0 to 1e9
        -Dlanewise.threads=0        | lanewise.threads: "0" is not allowed; use 1 to 1024
        -Dlanewise.idleSeconds=     | lanewise.idleSeconds: "" is not allowed; use seconds from 0 to 1e9
        """)
    void whatCantBeFollowedIsTheSameErrorAtEveryUse(String flag, String message) {
        var lines = new ForkedJvm(Uses.class, flag).run().orFail().out().lines().toList();
        assertEquals(2 * Uses.ALL.size(), lines.size(), lines::toString);
        assertEquals(1, Set.copyOf(lines).size(), lines::toString);
        assertTrue(lines.getFirst().startsWith("java.lang.IllegalArgumentException: "), lines::toString);
        assertTrue(lines.getFirst().contains(message), lines::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "1025", "x", "", "2147483648", "1.5"})
    void aCountOfThreadsIsFrom1To1024(String count) {
        var setting = Setting.of(() -> Pool.configuredThreads(count));
        for (int use = 0; use < 2; use++) {
            var message = assertThrows(IllegalArgumentException.class, setting::get).getMessage();
            assertTrue(message.startsWith("lanewise.threads: \"" + count + "\"") && message.contains("1 to 1024"), message);
        }
        assertEquals(7, setting.orElse(7));
    }

    @ParameterizedTest
    @CsvSource({"-1", "NaN", "soon", "1e10", "Infinity", "''", "-1e-9"})
    void secondsAreFrom0To1e9(String seconds) {
        var message = assertThrows(IllegalArgumentException.class, () -> Setting.nanos("lanewise.some", seconds)).getMessage();
        assertTrue(message.contains("lanewise.some: \"" + seconds + "\"") && message.contains("from 0 to 1e9"), message);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "' 5 ', 5000000000", "0.5, 500000000", "1e9, 1000000000000000000"})
    void secondsBecomeNanoseconds(String seconds, long nanos) {
        assertEquals(nanos, Setting.nanos("lanewise.some", seconds));
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
