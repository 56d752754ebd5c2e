package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.ForkedJvm;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HotSpot gives up on some methods without a word, and they run a hundred times slower. Not on ours.
class CompilationTest {

    /// HotSpot never compiles more than 8,000 bytes of bytecode.
    private static final int LONGEST = 7000;

    @Test
    void c2CompilesEveryKernel() {
        // -Xbatch: each compilation ends before the program goes on
        var jvm = new ForkedJvm(Digest.class, ForkedJvm.VECTORS, "-XX:+PrintCompilation", "-Xbatch").with("120");
        var ours = jvm.run().orFail().out().lines().filter(line -> line.contains("dev.lanewise")).toList();
        assertEquals(List.of(), ours.stream().filter(line -> line.contains("COMPILE SKIPPED")).toList());
        // not for want of compilations: the fourth tier is C2's
        for (var name : List.of("Map_exp", "Map_log", "Fold_sum", "Fold_sum_exp", "Fill_uniform", "Fill_normal",
                tile()))
            assertTrue(ours.stream().anyMatch(line -> line.matches(".* 4 .*\\." + name + "/.*::run .*")),
                () -> name + " is not in\n" + String.join("\n", ours));
    }

    @Test
    void noEmittedMethodIsTooLongForTheCompiler(@TempDir Path folder) throws Exception {
        new ForkedJvm(Digest.class, ForkedJvm.VECTORS, "-Dlanewise.dump=" + folder).with("1").run().orFail();
        var lengths = new TreeMap<String, Integer>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList())
                for (var method : ClassFile.of().parse(file).methods())
                    lengths.merge(file.getFileName().toString(), length(method), Math::max);
        }
        for (var name : List.of("Map_log", "Fold_sum_exp", "Fill_normal", tile()))
            assertTrue(lengths.containsKey(name + ".class"), lengths::toString);
        lengths.values().removeIf(length -> length < LONGEST);
        assertTrue(lengths.isEmpty(), lengths::toString);
    }

    private static int length(MethodModel method) {
        return method.findAttribute(Attributes.code()).map(CodeAttribute::codeLength).orElse(0);
    }

    /// The largest register tile, which does nearly all the work.
    private static String tile() {
        var tiling = Gemm.Tiling.of(Provider.current().target());
        return "Tile_" + tiling.rows(tiling.vectors()) + "x" + tiling.vectors() + "_rows";
    }
}
