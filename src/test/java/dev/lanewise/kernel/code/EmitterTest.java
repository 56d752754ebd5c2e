package dev.lanewise.kernel.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import net.jqwik.api.Example;
import net.jqwik.api.Tag;

class EmitterTest {

    @Example
    void anEmittersOwnFaultIsNotTakenForAJvmWithoutClasses() {
        assertEquals("interpreted", Loops.orElse(() ->
            { throw new Emitter.NoClasses(new UnsupportedOperationException("none")); },
            () -> "interpreted"));
        for (var fault : List.of(new UnsupportedOperationException("ours"), new NoClassDefFoundError("ours"),
            new IllegalStateException()))
            assertSame(fault, assertThrows(fault.getClass(), () -> Loops.orElse(() -> raise(fault), () -> "interpreted")));
        // what the verifier refuses
        assertThrows(AssertionError.class, () -> Emitter.define(Emitter.Kind.MAP, Loop.Map.class, "ill_typed",
            a -> a.code().iconst_0().ireturn()));
        assertFalse(Emitter.hasStackMaps());
        assertThrows(OutOfMemoryError.class, () -> Emitter.define(Emitter.Kind.MAP, Loop.Map.class, "large",
            _ -> raise(new OutOfMemoryError())));
    }

    /// In a runtime whose verifier of such classes was taken away: the same bits, by classes with stack maps.
    @Example
    @Tag("machines")
    void aJvmThatTakesNoClassesWithoutStackMapsGetsThemWithSome() throws IOException {
        var folder = Files.createTempDirectory("lanewise-runtime");
        try {
            var home = folder.resolve("runtime");
            assertEquals(0, ToolProvider.findFirst("jlink").orElseThrow().run(System.out, System.err, "--output", home.toString(),
                "--add-modules", "java.logging,jdk.unsupported,jdk.incubator.vector", "--strip-debug"));
            var whole = new ForkedJvm(Step.class, ForkedJvm.VECTORS).on(home).run().orFail().out();
            try (var files = Files.walk(home)) {
                for (var file : files.filter(each -> each.endsWith(System.mapLibraryName("verify"))).toList()) Files.delete(file);
            }
            assertEquals(whole.replace("maps: false", "maps: true"), new ForkedJvm(Step.class, ForkedJvm.VECTORS).on(home).run()
                .orFail().out());
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    /// A step, of loops of most kinds.
    static final class Step {

        public static void main(String[] args) {
            var source = new Threefry(1);
            var x = Tensor.randn(source, 3, 4, 40).requiresGrad(true);
            var model = new Sequential(new Linear(40, 33), new ReLU(), new GroupNorm(2, 4), new LayerNorm(33)).initialize(1);
            model.call(x).softmax(2).square().sum().backward();
            System.out.println("maps: " + Emitter.hasStackMaps() + ", " + Arrays.hashCode(x.grad().toArray()));
        }
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Throwable> T raise(Throwable fault) throws E { throw (E) fault; }
}
