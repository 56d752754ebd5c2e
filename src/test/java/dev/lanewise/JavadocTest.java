package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import dev.lanewise.testing.TemporaryFiles;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is public says what it is.
///
/// The compiler looks at what comments say (`-Xdoclint` in pom.xml); what has none is looked for here. doclint's own "missing"
/// would also ask for an `@param` and a `@return` everywhere, which would say again what the sentences and the names say.
class JavadocTest {

    private static final String TEMPORARY = "lanewise-javadoc";
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern EXAMPLE = Pattern.compile("/// ```java\n(.*?)/// ```\n", Pattern.DOTALL);
    /// What an example takes for granted, by the package's last word.
    private static final Map<String, String> GIVEN =
        Map.of("group", "int rank, List<InetSocketAddress> addresses, byte[] secret, "
        + "Trainer<Batch<int[]>> trainer, DataLoader<Batch<int[]>> data");

    private static final Pattern UNESCAPED = Pattern.compile("\\[[\\w.]*#\\w+\\([^)`;{}=]*[^\\\\]\\[[^)`;{}=]*\\)]");

    @TempDir
    private Path work;

    @Test
    void everythingPublicHasAComment() throws IOException {
        var files = new ArrayList<JavaFileObject>();
        for (var folder : exported()) {
            try (var list = Files.list(SOURCES.resolve(folder))) {
                for (var file : list.filter(file -> file.toString().endsWith(".java")).sorted().toList())
                    files.add(new Source(file.toUri(), Files.readString(file)));
            }
        }
        var scan = new Scan();
        var missing = scan.of(files);
        assertTrue(scan.comments > 2000, "looked in the wrong place: " + scan.comments);
        assertEquals(List.of(), missing, "these have no comment, or none but tags");
    }

    @Test
    void whatHasNoneIsFound() throws IOException {
        var text = """
            package some;
            /// A type.
            public class All {
                public static final int BARE = 1;
                /// A number.
                public int said, alsoSaid;
                int hidden;
                public All() {}
                /// @param x only a tag
                protected void tagged(int x) {}
                @Override public String toString() { return ""; }
                private void own() {}
                /// Said.
                public enum Kind { /** Said. */ ONE, TWO }
                public record Pair(int a, int b) { public Pair {} }
                interface Unseen { void unseen(); }
                /// Said.
                protected interface Seen { void seen(); private void own() {} }
                /// Said.
                public record Seer(int x) implements Some, All.Seen { public void seen() {} public void other() {} }
            }
            """;
        assertEquals(List.of("All.java:4: BARE", "All.java:8: All", "All.java:10: tagged", "All.java:14: TWO",
            "All.java:15: Pair",
            "All.java:15: Pair", "All.java:18: seen", "All.java:20: other"),
                new Scan().of(List.of(new Source(URI.create("file:///All.java"), text))).stream()
            .map(place -> place.substring(place.lastIndexOf('/') + 1)).toList());
    }

    /// Brackets end a link, and javadoc shows what is left as text: an array among a method's parameters is `float\\[\\]`.
    @Test
    void linksToArraysAreLinks() throws IOException {
        var found = new ArrayList<String>();
        try (var walk = Files.walk(SOURCES)) {
            for (var file : walk.filter(file -> file.toString().endsWith(".java")).sorted().toList())
                UNESCAPED.matcher(Files.readString(file)).results().forEach(link -> found.add(file + ": " + link.group()));
        }
        assertEquals(List.of(), found);
        assertTrue(UNESCAPED.matcher("/// As [#of(int[], long)].").find());
        assertFalse(UNESCAPED.matcher("/// As [#of(int\\[\\], long)] of a[i] (b[]).").find());
    }

    /// What the pages of packages and the module show is compiled, and run unless it needs more than is there.
    @Test
    void examplesRun() throws Exception {
        var program = new StringBuilder("import dev.lanewise.nn.Module;\n");
        for (var each : List.of("java.net", "java.nio.file", "java.time", "java.util")) program.append("import ").append(each)
            .append(".*;\n");
        for (var folder : exported()) program.append("import ").append(folder.replace('/', '.')).append(".*;\n");
        program.append("public class Examples {\n");
        var pages = new ArrayList<>(exported().stream()
            .map(folder -> SOURCES.resolve(folder).resolve("package-info.java")).toList());
        pages.add(SOURCES.resolve("module-info.java"));
        for (int i = 0; i < pages.size(); i++) {
            var found = EXAMPLE.matcher(Files.readString(pages.get(i)));
            assertTrue(found.find(), pages.get(i) + " has no example");
            program.append("public static void run").append(i).append('(')
                .append(GIVEN.getOrDefault(pages.get(i).getParent().getFileName()
                .toString(), "")).append(") throws Exception {\n").append(found.group(1).replaceAll("(?m)^/// ?", ""))
                    .append("}\n");
        }
        program.append("}\n");
        var folder = Files.createDirectory(work.resolve("classes"));
        var errors = new StringWriter();
        // under a name of their own, as programs of other pages may be running beside these
        var text = program.toString().replace("createTempDirectory(\"lanewise\")", "createTempDirectory(\"" + TEMPORARY + "\")");
        var source = new Source(URI.create("file:///Examples.java"), text);
        assertTrue(ToolProvider.getSystemJavaCompiler().getTask(errors, null, null,
            List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("lanewise.classes")), null, List.of(source))
                .call(), errors::toString);
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            for (var method : loader.loadClass("Examples").getMethods())
                if (method.getName().startsWith("run") && method.getParameterCount() == 0) method.invoke(null);
        }
        TemporaryFiles.deleteNamed(name -> name.startsWith(TEMPORARY));
    }

    /// Folders of the packages that the module exports.
    private static Set<String> exported() throws IOException {
        var folders = new TreeSet<String>();
        for (var line : Files.readAllLines(SOURCES.resolve("module-info.java")))
            if (line.strip().startsWith("exports ")) folders.add(line.strip().replaceFirst("exports (.*);", "$1")
                .replace('.', '/'));
        return folders;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(URI uri, String text) {
            super(uri, Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) { return text; }
    }

    private static final class Scan extends TreePathScanner<Void, Void> {
        private final List<String> missing = new ArrayList<>();
        private final Map<String, Set<String>> above = new HashMap<>();
        private final Map<String, Set<String>> declared = new HashMap<>();
        private DocTrees docs;
        private CompilationUnitTree unit;
        private int comments;

        List<String> of(List<JavaFileObject> files) throws IOException {
            // without warnings of what only a whole compilation can know
            var task = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, _ -> {}, List.of("-proc:none"),
                null, files);
            docs = DocTrees.instance(task);
            var units = new ArrayList<CompilationUnitTree>();
            for (var each : task.parse()) {
                units.add(each);
                new Declarations().scan(each, null);
            }
            for (var each : units) {
                unit = each;
                scan(each, null);
            }
            return missing;
        }

        /// Notes what each type has above it, and which methods it declares.
        private final class Declarations extends TreeScanner<Void, Void> {

            @Override
            public Void visitClass(ClassTree tree, Void none) {
                var type = tree.getSimpleName().toString();
                var supertypes = above.computeIfAbsent(type, _ -> new HashSet<>());
                for (var each : tree.getImplementsClause()) supertypes.add(simple(each));
                if (tree.getExtendsClause() != null) supertypes.add(simple(tree.getExtendsClause()));
                for (var member : tree.getMembers())
                    if (member instanceof MethodTree method) declared.computeIfAbsent(type, _ -> new HashSet<>())
                        .add(call(method));
                return super.visitClass(tree, none);
            }
        }

        private static String call(MethodTree method) { return method.getName() + "/" + method.getParameters().size(); }

        /// The last word of a type's name, without arguments: two types of one name are taken for one.
        private static String simple(Tree type) { return type.toString().replaceFirst("<.*", "").replaceFirst(".*\\.", ""); }

        /// Whether javadoc shows what a method above says. Of those of the JDK @Override tells.
        private boolean isInherited(String type, String call) {
            return above.getOrDefault(type, Set.of()).stream()
                .anyMatch(each -> declared.getOrDefault(each, Set.of()).contains(call) || isInherited(each, call));
        }

        @Override
        public Void visitClass(ClassTree tree, Void none) {
            if (!isShown(tree.getModifiers())) return null;
            look(tree, tree.getSimpleName().toString());
            return super.visitClass(tree, none);
        }

        @Override
        public Void visitMethod(MethodTree tree, Void none) {
            boolean overrides = tree.getModifiers().getAnnotations().stream()
                .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
            if (isShown(tree.getModifiers()) && !overrides && !isInherited(outer().getSimpleName().toString(), call(tree)))
                look(tree, tree.getReturnType() == null ? outer().getSimpleName().toString() : tree.getName().toString());
            // not into bodies
            return null;
        }

        @Override
        public Void visitVariable(VariableTree tree, Void none) {
            if (isShown(tree.getModifiers())) look(tree, tree.getName().toString());
            return null;
        }

        private ClassTree outer() {
            return getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type ? type : null;
        }

        /// Members of interfaces are public unless they say otherwise, and so are an enum's constants.
        private boolean isShown(ModifiersTree modifiers) {
            var flags = modifiers.getFlags();
            if (flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED)) return true;
            return outer() != null && outer().getKind() == Tree.Kind.INTERFACE && !flags.contains(Modifier.PRIVATE);
        }

        private void look(Tree tree, String name) {
            comments++;
            DocCommentTree comment = docs.getDocCommentTree(new TreePath(getCurrentPath().getParentPath(), tree));
            if (comment == null || comment.getFullBody().isEmpty()) missing.add(unit.getSourceFile().getName() + ":"
                + unit.getLineMap().getLineNumber(docs.getSourcePositions().getStartPosition(unit, tree)) + ": " + name);
        }
    }
}
