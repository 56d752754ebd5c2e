package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.expr.Epilogue;
import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// HotSpot gives up on some methods without a word, and they run a hundred times slower. Not on ours. What needs a program that
/// runs all of them is asked of [SameBitsEverywhereTest]'s.
class CompilationTest {

    /// HotSpot never compiles more than 8,000 bytes of bytecode.
    private static final int LONGEST = 7000;

    /// Of what -XX:+PrintCompilation says of our methods.
    static void assertC2CompilesEveryKernel(List<String> ours) {
        assertEquals(List.of(), skipped(ours));
        // not for want of compilations: the fourth tier is C2's
        for (var name : List.of("Map_exp", "Map_log", "Fold_sum", "Fold_sum_exp", "Fill_uniform", "Fill_normal",
                tile(), tile() + "_relu_columns"))
            assertTrue(ours.stream().anyMatch(line -> line.matches(".* 4 .*\\." + name + "/.*::run .*")),
                () -> name + " is not in\n" + String.join("\n", ours));
    }

    /// @param folder the emitted classes
    static void assertNoEmittedMethodIsTooLong(Path folder) throws IOException {
        assertShort(lengths(folder), Stream.of("Map_log", "Map_gelu_by_0", "Map_adam", "Fold_sum_exp", "Fill_normal", tile(),
            tile() + "_relu_columns"));
    }

    @Test
    void noMethodOfTheLibraryIsTooLongForTheCompiler() throws Exception {
        assertShort(lengths(Path.of(System.getProperty("lanewise.classes"))),
            Stream.of("kernel/Gemm", "random/Threefry", "tensor/StridedLoop", "nn/Linear", "optim/Adam")
            .map(name -> "dev/lanewise/" + name));
    }

    /// The highest of each width, with every epilogue, often enough for C1: for this machine, or for every target if so asked.
    static final class Tiles {

        private static final int CALLS = 30;
        private static final int[] STARTS = {64, 0};
        /// A tenth of the calls that C1 waits for otherwise, most of which are the interpreter's.
        private static final String EARLY = "-XX:CompileCommand=CompileThresholdScaling,*Tile_*::*,0.1";

        public static void main(String[] args) {
            if (args.length == 0) run(Provider.current().target());
            else Samples.targets().stream().filter(target -> !target.isScalar()).forEach(Tiles::run);
        }

        private static void run(Target target) {
            var tiling = Tiling.of(target);
            var x = new float[1 << 12];
            var c = new float[1 << 12];
            for (int vectors = 1; vectors <= tiling.mostVectors(); vectors++)
                for (var layout : Loop.Tile.Layout.values())
                    for (var epilogue : Epilogue.values())
                        for (var bias : Epilogue.Bias.values()) {
                            var form = Epilogue.Form.of(epilogue, bias);
                            if (tiling.rows(vectors, layout) == 0) continue;
                            var shape = new Loop.Tile.Shape(tiling.rows(vectors, layout), vectors, layout, form);
                            int ldb = layout == Loop.Tile.Layout.PACKED ? vectors * target.lanes() : 64;
                            var tile = Loops.tile(shape, target.lanes());
                            for (int i = 0; i < CALLS; i++) tile.run(2, x, 0, 64, x, 0, ldb, c, 0, 64, i % 2 == 0, x, 0);
                            // the products that have them end so alone
                            if (epilogue != Epilogue.IDENTITY || bias == Epilogue.Bias.COLUMNS
                                || layout == Loop.Tile.Layout.TURNED) continue;
                            var gathered = Loops.gatheredTile(shape, target.lanes());
                            for (int i = 0; i < CALLS; i++) gathered.run(2, x, 0, 64, x, 0, STARTS, 0, c, 0, 64,
                                i % 2 == 0, x, 0);
                        }
        }
    }

    /// Until C2 has had the time, the interpreter would take a thousand times as long: masks in tiles were beyond C1.
    @Test
    @Tag("machines")
    void c1CompilesEveryTile() { c1CompilesTiles(); }

    @Test
    @Tag("exhaustive")
    void c1CompilesEveryTileOfEveryTarget() { c1CompilesTiles("all"); }

    private static void c1CompilesTiles(String... targets) {
        assumeTrue(Provider.current().isSimd());
        var jvm = new ForkedJvm(Tiles.class, ForkedJvm.VECTORS, "-XX:+PrintCompilation", "-Xbatch",
            "-XX:TieredStopAtLevel=3", "-XX:CompileCommand=quiet", Tiles.EARLY);
        var tiles = jvm.with(targets).run().orFail().out().lines()
            .filter(line -> line.matches(".*dev\\.lanewise\\.kernel\\.code\\.(Gathered)?Tile_.*")).toList();
        for (var present : List.of("." + tile() + "_relu_columns", ".Gathered" + tile()))
            assertTrue(tiles.stream().anyMatch(line -> line.contains(present)), tiles::toString);
        assertEquals(List.of(), tiles.stream().filter(line -> line.contains("COMPILE SKIPPED")).toList());
    }

    /// Of each class file's longest method, in bytes of bytecode.
    private static TreeMap<String, Integer> lengths(Path folder) throws IOException {
        var lengths = new TreeMap<String, Integer>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(path -> path.toString().endsWith(".class")).toList())
                for (var method : ClassFile.of().parse(file).methods())
                    lengths.merge(folder.relativize(file).toString(), length(method), Math::max);
        }
        return lengths;
    }

    /// @param present some that have to be among them
    private static void assertShort(TreeMap<String, Integer> lengths, Stream<String> present) {
        present.forEach(name -> assertTrue(lengths.containsKey(name + ".class"), () -> name + " is not in " + lengths));
        lengths.values().removeIf(length -> length <= LONGEST);
        assertTrue(lengths.isEmpty(), lengths::toString);
    }

    /// Methods that a compiler gave up on: C2, or C1 where it is alone. Of what C1 leaves to C2 (tiers 2 and 3) and of what
    /// raced with a class being loaded there will be another try.
    static List<String> skipped(List<String> lines) {
        return lines.stream().filter(line -> line.contains("COMPILE SKIPPED") && !line.contains("concurrent class loading")
            && !line.matches(" *\\d+ +\\d+ .{5,8} [23] .*retry at different tier.*")).toList();
    }

    private static int length(MethodModel method) {
        return method.findAttribute(Attributes.code()).map(CodeAttribute::codeLength).orElse(0);
    }

    /// The largest register tile, which does nearly all the work.
    private static String tile() {
        var tiling = Tiling.of(Provider.current().target());
        return "Tile_" + tiling.rows(tiling.vectors(), Loop.Tile.Layout.ROWS) + "x" + tiling.vectors() + "_rows";
    }
}
