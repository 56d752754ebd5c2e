package dev.lanewise.kernel.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.Example;

class EmitterTest {

    @Example
    void anEmittersOwnFaultIsNotTakenForAJvmWithoutClasses() {
        assertEquals("interpreted", Loops.orElse(() -> { throw new Emitter.NoClasses(new UnsupportedOperationException("none")); },
            () -> "interpreted"));
        for (var fault : List.of(new UnsupportedOperationException("ours"), new NoClassDefFoundError("ours"), new IllegalStateException()))
            assertSame(fault, assertThrows(fault.getClass(), () -> Loops.orElse(() -> raise(fault), () -> "interpreted")));
        // what the verifier refuses
        assertThrows(AssertionError.class, () -> Emitter.define(Emitter.Kind.MAP, Loop.Map.class, "ill_typed",
            a -> a.code().iconst_0().ireturn()));
        assertThrows(OutOfMemoryError.class, () -> Emitter.define(Emitter.Kind.MAP, Loop.Map.class, "large",
            _ -> raise(new OutOfMemoryError())));
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Throwable> T raise(Throwable fault) throws E { throw (E) fault; }
}
