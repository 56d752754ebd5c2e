package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The house's floors: what a package may know of.
class ImportsTest {

    private static final String ROOT = "dev.lanewise";
    /// They know what they share, the library, and none of the others.
    private static final List<String> EXPERIMENTS = Stream.of("autograd", "compare", "coordcheck", "depth", "dying", "finetune",
        "gain", "glorot", "histograms", "losses", "moons", "seeds", "upsample", "vanishing").map(name -> "lab." + name).toList();
    /// Likewise.
    private static final List<String> JOBS = Stream.of("cnn", "sequence", "table", "text").map(name -> "lab." + name).toList();
    /// Lowest first. A package may use those of its own floor and below.
    private static final List<List<String>> FLOORS = List.of(List.of("file", "figures", "group"), List.of("formula"),
        List.of("kernel.expr"), List.of("kernel.code"), List.of("kernel"), List.of(ROOT), List.of("array"), List.of("random"),
        List.of("bridge", "tensor"), List.of("nn", "nn.attention", "nn.init", "nn.loss", "nn.recurrent"),
        List.of("optim"), List.of("data"), List.of("io", "io.onnx"), List.of("check"), List.of("train"), List.of("serve"),
        List.of("diagnose"), List.of("report"), List.of("lab.cli"), List.of("lab.networks"), List.of("lab.train"),
        List.of("lab.job"), List.of("lab.explain"), List.of("lab.info"), List.of("lab.audit"), List.of("lab.weights"),
        List.of("lab.initializers"), EXPERIMENTS, JOBS, List.of("lab"));
    /// Use the Vector API.
    private static final Set<String> VECTORS = Set.of("kernel.code", "kernel");
    /// Uses the JDK and the lowest floor alone, wherever it stands.
    private static final String ALOOF = "report";
    private static final int MOST_LINES = 600;

    private static final Path SOURCES = Path.of(System.getProperty("user.dir"), "src", "main", "java");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package dev\\.lanewise(?:\\.([a-z.]+))?;");
    private static final Pattern USE = Pattern.compile("\\bdev\\.lanewise(?:\\.([a-z]+(?:\\.[a-z]+)*))?\\.(?=[A-Z*])");
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");

    @Test
    void everySourceKeepsToItsFloor() throws IOException {
        var sources = sources();
        assertTrue(sources.size() > 50, "looked in the wrong place: " + SOURCES);
        assertEquals(List.of(), complaints(sources));
    }

    @Test
    void anImportThatPointsUpIsFound() {
        assertOffends("package dev.lanewise.random; import dev.lanewise.tensor.Tensor;", "random uses tensor");
        assertOffends("package dev.lanewise.array; import dev.lanewise.random.Threefry;", "array uses random");
        assertOffends("package dev.lanewise.kernel.expr; import dev.lanewise.kernel.code.Loop;", "kernel.expr uses kernel.code");
        assertOffends("package dev.lanewise.kernel.code; class A { dev.lanewise.kernel.Pool b; }", "kernel.code uses kernel");
        assertOffends("package dev.lanewise.kernel.expr; import jdk.incubator.vector.FloatVector;", "kernel.expr uses vectors");
        assertOffends("package dev.lanewise.nn.init; import static dev.lanewise.optim.SGD.*;", "nn.init uses optim");
        assertOffends("package dev.lanewise.data; class A { dev.lanewise.train.Trainer b; }", "data uses train");
        assertOffends("package dev.lanewise.report; import dev.lanewise.kernel.Pool;", "report uses kernel");
        assertOffends("package dev.lanewise; import dev.lanewise.array.Blas;", "dev.lanewise uses array");
        assertOffends("package dev.lanewise.kernel; import dev.lanewise.Compute;", "kernel uses dev.lanewise");
        assertOffends("package dev.lanewise.kernel.code; class A { dev.lanewise.Compute b; }", "kernel.code uses dev.lanewise");
        assertOffends("package dev.lanewise.attic; class A {}", "attic has no floor");
        assertOffends("package dev.lanewise.lab; import dev.lanewise.attic.A;", "lab uses attic");
        assertOffends("package dev.lanewise.tensor; import jdk.incubator.vector.FloatVector;", "tensor uses vectors");
        assertOffends("package dev.lanewise.lab; class A { jdk.incubator.vector.IntVector b; }", "lab uses vectors");
        assertOffends("package dev.lanewise.lab.dying; import dev.lanewise.lab.vanishing.Vanishing;",
            "lab.dying uses lab.vanishing");
        assertOffends("package dev.lanewise.lab.text; import dev.lanewise.lab.table.Table;", "lab.text uses lab.table");
        assertOffends("package dev.lanewise.lab.cli; import dev.lanewise.lab.train.Schemes;", "lab.cli uses lab.train");
        assertOffends("package dev.lanewise.lab.explain; import dev.lanewise.lab.depth.Depth;", "lab.explain uses lab.depth");
        assertOffends("package dev.lanewise.lab;" + "\n".repeat(MOST_LINES) + "//", "601 lines");
    }

    @Test
    void whatPointsDownOrSidewaysPasses() {
        for (var source : List.of(
            "package dev.lanewise.nn; import dev.lanewise.nn.init.Fan; import dev.lanewise.tensor.Tensor;",
            "package dev.lanewise.nn.init; import dev.lanewise.nn.Module;",
            "package dev.lanewise.kernel.code; import dev.lanewise.kernel.expr.Expr; import jdk.incubator.vector.FloatVector;",
            "package dev.lanewise; import dev.lanewise.kernel.Pool;",
            "package dev.lanewise.array; import dev.lanewise.Compute;",
            "package dev.lanewise.lab.cli; import dev.lanewise.report.Page;",
            "package dev.lanewise.lab.depth; import dev.lanewise.lab.train.Schemes;",
            "package dev.lanewise.lab; import dev.lanewise.lab.depth.Depth;",
            "package dev.lanewise.report; import dev.lanewise.report.Page; import java.util.List;",
            "package dev.lanewise.report; import dev.lanewise.file.WholeFile;",
            "package dev.lanewise.tensor; /// For [dev.lanewise.nn.Module].\n/* jdk.incubator.vector.A */ class A {}"))
            assertEquals(List.of(), complaints(described(source)));
    }

    @Test
    void aPackageWithoutADescriptionIsFound() {
        var sources = new TreeMap<>(Map.of("A.java", "package dev.lanewise.lab;"));
        assertEquals(List.of("lab has no package-info"), complaints(sources));
    }

    private static void assertOffends(String source, String complaint) {
        assertEquals(List.of("A.java: " + complaint), complaints(described(source)));
    }

    private static TreeMap<String, String> described(String source) {
        return new TreeMap<>(Map.of("A.java", source, "package-info.java", source.substring(0, source.indexOf(';') + 1)));
    }

    /// All sources but the module's, by file name.
    private static TreeMap<String, String> sources() throws IOException {
        var sources = new TreeMap<String, String>();
        try (var files = Files.walk(SOURCES)) {
            for (var file : files.filter(path -> path.toString().endsWith(".java")).toList())
                if (!file.endsWith("module-info.java"))
                    sources.put(SOURCES.relativize(file).toString(), Files.readString(file));
        }
        return sources;
    }

    private static List<String> complaints(TreeMap<String, String> sources) {
        var complaints = new ArrayList<String>();
        var described = new TreeMap<String, Boolean>();
        sources.forEach((file, source) -> {
            long lines = source.lines().count();
            if (lines > MOST_LINES) complaints.add(file + ": " + lines + " lines");
            var code = COMMENT.matcher(source).replaceAll("");
            var declared = PACKAGE.matcher(code);
            if (!declared.find()) {
                complaints.add(file + ": is in no package");
                return;
            }
            var own = Objects.requireNonNullElse(declared.group(1), ROOT);
            described.merge(own, file.endsWith("package-info.java"), Boolean::logicalOr);
            if (file.endsWith("package-info.java")) return;
            if (floor(own) < 0) complaints.add(file + ": " + own + " has no floor");
            if (code.contains("jdk.incubator.vector") && !VECTORS.contains(own))
                complaints.add(file + ": " + own + " uses vectors");
            USE.matcher(code).results().map(use -> Objects.requireNonNullElse(use.group(1), ROOT)).distinct()
                .filter(used -> !mayUse(own, used)).forEach(used -> complaints.add(file + ": " + own + " uses " + used));
        });
        described.forEach((name, has) -> { if (!has) complaints.add(name + " has no package-info"); });
        return complaints;
    }

    private static boolean mayUse(String own, String used) {
        if (own.equals(used)) return true;
        if (Stream.of(EXPERIMENTS, JOBS).anyMatch(floor -> floor.contains(own) && floor.contains(used))) return false;
        return floor(used) >= 0 && floor(used) <= (own.equals(ALOOF) ? 0 : floor(own));
    }

    private static int floor(String name) {
        for (int floor = 0; floor < FLOORS.size(); floor++) if (FLOORS.get(floor).contains(name)) return floor;
        return -1;
    }
}
