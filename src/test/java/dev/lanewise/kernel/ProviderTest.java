package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ProviderTest {

    @Property(tries = 50)
    void anUnknownWishListsTheKnownOnes(@ForAll String wish) {
        if (wish.equals("auto") || wish.equals("require") || wish.equals("off")) return;
        var message = assertThrows(IllegalArgumentException.class, () -> Provider.choose(wish)).getMessage();
        assertTrue(message.contains("\"" + wish + "\"") && message.contains("auto, require or off"), message);
    }

    @Example
    void offIsScalar() {
        var provider = Provider.choose("off");
        assertFalse(provider.isSimd());
        assertTrue(provider.reason().contains("-Dlanewise.simd=off"), provider::reason);
    }

    /// However long everything seems to take.
    @Example
    void aBusyMachineDoesNotHideTheInstruction() {
        var time = new AtomicLong();
        assertEquals("true".equals(Provider.flag("UseFMA")), Provider.isFmaFast(() -> time.addAndGet(1_000_000_000)));
    }

    @Example
    void aFlagThatThereIsNotIsUnknown() { assertNull(Provider.flag("UseNonsense")); }

    @Example
    void registersAreThoseOfTheArchitecture() {
        assertEquals(32, Provider.registers(4, "aarch64"));
        assertEquals(16, Provider.registers(4, "amd64"));
        assertEquals(16, Provider.registers(8, "amd64"));
        assertEquals(32, Provider.registers(16, "amd64"));
    }

    /// Else the tests that compare providers would compare nothing: only a CPU may be the reason.
    @Example
    void theTestsRunWithSimdWhereTheCpuHasIt() {
        var provider = Provider.current();
        assertTrue(provider.isSimd() || provider.reason().startsWith("the CPU"), provider::reason);
    }
}
