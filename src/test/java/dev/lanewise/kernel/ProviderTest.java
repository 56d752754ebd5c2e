package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
        assertEquals("scalar", provider.name());
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
    void anEmittersOwnFaultIsNotTakenForAJvmWithoutClasses() {
        assertEquals("interpreted", Loops.orElse(() -> { throw new Emitter.NoClasses(new UnsupportedOperationException("none")); },
            () -> "interpreted"));
        for (var fault : List.of(new UnsupportedOperationException("ours"), new NoClassDefFoundError("ours"), new IllegalStateException()))
            assertSame(fault, assertThrows(fault.getClass(), () -> Loops.orElse(() -> raise(fault), () -> "interpreted")));
        // what the verifier refuses
        assertThrows(AssertionError.class, () -> Emitter.define(Emitter.Kind.MAP, Loop.Map.class, "ill_typed",
            code -> code.iconst_0().ireturn()));
        assertThrows(OutOfMemoryError.class, () -> Emitter.define(Emitter.Kind.MAP, Loop.Map.class, "large",
            _ -> raise(new OutOfMemoryError())));
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Throwable> T raise(Throwable fault) throws E { throw (E) fault; }

    /// Else the tests that compare providers would compare nothing: only a CPU may be the reason.
    @Example
    void theTestsRunWithSimdWhereTheCpuHasIt() {
        var provider = Provider.current();
        assertTrue(provider.isSimd() || provider.reason().startsWith("the CPU"), provider::reason);
    }
}
