package dev.lanewise.lab.info;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class InfoTest {

    @Test
    void aProductThatIsNotCompiledYetIsNotOfNoSpeed() {
        assertEquals("not compiled yet: 0.01234 GFLOP/s at 64 x 64, where the registers do 117.3, one thread; run this again",
            Info.describe(new Speed.Product(1, 64, 0.01234, 117.3)));
        assertEquals("109.3 GFLOP/s at 512 x 512, 93 % of the registers' 117.5, 2 threads",
            Info.describe(new Speed.Product(2, 512, 109.3, 117.5)));
    }
}
