package dev.lanewise.lab.info;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.lab.cli.Options;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InfoTest {

    /// What it says at its first try, since by this clock no other program runs: beside other tests it would wait for them to
    /// end.
    private static String text;

    @BeforeAll
    static void run() {
        int threads = Compute.threads();
        var out = new ByteArrayOutputStream();
        var time = new AtomicLong();
        var info = new Info(() -> time.addAndGet(1_000));
        info.run(Options.parse(info), new PrintStream(out, true, StandardCharsets.UTF_8));
        text = out.toString(StandardCharsets.UTF_8);
        assertEquals(threads, Compute.threads(), "threads are as they were");
    }

    @Test
    void itSaysWhichKernelsRunAndWhy() {
        for (var word : new String[] {"Provider", "Lanes", "Because", "Threads   " + Compute.threads(), "Flags"})
            assertTrue(text.contains(word), text);
    }

    @Test
    void itMeasuresAProductAgainstTheRegisters() {
        // a machine so busy that the compiler hasn't come to it
        if (text.contains("not compiled yet") || text.contains("which other programs disturbed")) return;
        var product = Pattern.compile(
            "Product +([0-9.]+) GFLOP/s at [0-9]+ x [0-9]+, ([0-9]+) % of the registers' ([0-9.]+), one thread").matcher(text);
        assertTrue(product.find(), text);
        double gemm = Double.parseDouble(product.group(1));
        double peak = Double.parseDouble(product.group(3));
        assertTrue(gemm > 0 && peak > 0, text);
        // both are rounded to a tenth
        assertEquals(100 * gemm / peak, Double.parseDouble(product.group(2)), 0.5 + 100 * 0.05 * (1 + gemm / peak) / peak, text);
    }

    @Test
    void aProductThatIsNotCompiledYetIsNotOfNoSpeed() {
        assertEquals("not compiled yet: 0.01234 GFLOP/s at 64 x 64, where the registers do 117.3, one thread; run this again",
            Info.describe(new Speed.Product(1, 64, 0.01234, 117.3)));
        assertEquals("109.3 GFLOP/s at 512 x 512, 93 % of the registers' 117.5, 2 threads",
            Info.describe(new Speed.Product(2, 512, 109.3, 117.5)));
    }

    @Test
    void ofTwoMeasurementsNeitherIsComparedWithRegistersThatOthersDisturbed() {
        var disturbed = new Speed.Product(2, 512, 392, 263.3);
        var undisturbed = new Speed.Product(2, 256, 380, 500);
        for (var best : new Speed.Product[] {disturbed.orFaster(undisturbed), undisturbed.orFaster(disturbed)})
            assertEquals(new Speed.Product(2, 512, 392, 500), best);
        assertEquals(disturbed, disturbed.orFaster(null));
    }

    @Test
    void aProductBeyondTheRegistersSpeedHasNoShareOfIt() {
        assertEquals("392.0 GFLOP/s at 512 x 512, more than the registers' 263.3, which other programs disturbed, 2 threads",
            Info.describe(new Speed.Product(2, 512, 392, 263.3)));
    }
}
