package dev.lanewise.lab.info;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class InfoTest {

    @Test
    void aProductThatIsNotCompiledYetIsNotOfNoSpeed() {
        assertEquals("0.01234 GFLOP/s at 64 x 64, 0 % of the registers' 117.3, one thread",
            Info.describe(new Speed.Product(1, 64, 0.01234, 117.3)));
    }
}
