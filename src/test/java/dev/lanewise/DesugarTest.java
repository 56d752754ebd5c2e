package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The build's tool that makes classes of lambdas: what it has rewritten does the same.
class DesugarTest {

    private static final String PROGRAM = """
        package some.where;

        import java.io.Serializable;
        import java.util.*;
        import java.util.function.*;

        public final class Program {
            interface Shape {}
            record Circle(double radius) implements Shape {}
            record Square(byte side, String name) implements Shape {}
            record Empty() {}
            record All(boolean b, byte y, short s, char c, int i, long l, float f, double d, String t, int[] a, List<Shape> shapes) {}
            interface Named { String name(); private String twice() { return name() + name(); } default Supplier<String> both() { return this::twice; } }
            interface Adder<T extends Number> { T add(T a, T b); }
            interface Widening { double of(int i); }
            interface Wide { void of(long a, double b, int c); }

            static class Base { protected String who() { return "base"; } }
            static class Derived extends Base {
                protected String who() { return "derived"; }
                Supplier<String> theirs() { return super::who; }
                Supplier<String> mine() { return () -> this.who() + hidden(); }
                private String hidden() { return "!"; }
            }
            private static long sum;
            private static long count(int... all) { return all.length; }
            private static String of(Object x) {
                return switch (x) {
                    case null -> "null";
                    case Circle(double r) when r > 1 -> "large circle";
                    case Circle c -> "circle " + c;
                    case Square(var side, var name) -> name + side;
                    case Integer i when i > 3 -> "more than three";
                    case Number n -> "number " + n;
                    default -> "object";
                };
            }
            @SuppressWarnings({"rawtypes", "unchecked"})
            public static String run() {
                var out = new StringJoiner("\\n");
                int captured = 7; double more = 0.5; String words = "words"; byte small = -3;
                Supplier<Object> constant = () -> "constant";
                out.add(constant.get() + " " + (constant == constant(constant)));
                IntFunction<String> boxes = i -> words + (i + captured + more + small);
                out.add(boxes.apply(3));
                Function<Integer, Integer> unboxed = Math::abs;
                ToDoubleFunction<Integer> widened = Integer::intValue;
                Widening byBox = Double::valueOf;
                ToLongFunction<Integer> byUnboxing = Program::twice;
                Function<String, Integer> bound = words::compareTo;
                BiFunction<String, String, Boolean> unbound = String::equals;
                Function<Integer, int[]> array = int[]::new;
                Function<String, Object> made = StringBuilder::new;
                Supplier<Map<String, List<Integer>>> map = TreeMap::new;
                ToLongFunction<int[]> counted = Program::count;
                Function<Integer, Long> one = Program::count;
                Consumer<List<Integer>> dropped = list -> list.remove(0);
                BiConsumer<List<Integer>, Integer> droppedToo = List::add;
                ToLongFunction<String> looked = Map.of("a", 5)::get;
                Predicate<String> has = Map.of("a", true)::get;
                Wide wide = (a, b, c) -> sum += a + (long) b + c;
                Adder<Integer> adder = Integer::sum;
                Comparator<String> compared = Comparator.comparing(String::length).thenComparing(Comparator.reverseOrder());
                Runnable serializable = (Runnable & Serializable) () -> sum++;
                var list = new ArrayList<>(List.of(5, 6));
                dropped.accept(list);
                droppedToo.accept(list, 9);
                wide.of(1L << 40, 2.9, -3);
                serializable.run();
                out.add(unboxed.apply(-4) + " " + widened.applyAsDouble(3) + " " + byBox.of(3) + " " + byUnboxing.applyAsLong(21));
                out.add(bound.apply("word") + " " + unbound.apply("a", "a") + " " + array.apply(3).length + " " + made.apply("x") + map.get());
                out.add(looked.applyAsLong("a") + " " + has.test("a") + " " + counted.applyAsLong(new int[4]) + " " + one.apply(1) + " " + list + " " + sum + " " + adder.add(2, 3));
                out.add(List.of("bb", "a", "cc").stream().sorted(compared).toList() + "");
                Named named = () -> "name";
                out.add(named.both().get() + new Derived().theirs().get() + new Derived().mine().get());
                Function<Object, Function<Object, String>> nested = a -> b -> a + "" + b + captured;
                out.add(nested.apply("a").apply('b'));
                for (var x : new Object[] {null, new Circle(2), new Circle(1), new Square((byte) 3, "sq"), 3, 4, 4L, "s"}) out.add(of(x));
                int[] numbers = {1};
                var all = new All(true, (byte) -1, (short) 2, 'c', 3, 4, -0f, Double.NaN, null, numbers, List.of(new Circle(1)));
                var same = new All(true, (byte) -1, (short) 2, 'c', 3, 4, -0f, Double.NaN, null, numbers, List.of(new Circle(1)));
                var other = new All(true, (byte) -1, (short) 2, 'c', 3, 4, 0f, Double.NaN, null, numbers, List.of(new Circle(1)));
                out.add(all.equals(same) + " " + all.equals(other) + " " + all.equals(null) + " " + all.equals("x") + " " + (all.hashCode() == same.hashCode()));
                out.add(new Square((byte) 3, "sq").hashCode() + " " + new Circle(-0.0).hashCode() + " " + new Empty().hashCode() + new Empty());
                record Local(int a) {}
                out.add(new Local(1).toString());
                out.add(new All(true, (byte) -1, (short) 2, 'c', 3, 4, -0f, Double.NaN, null, null, List.of(new Square((byte) 1, "t"))).toString());
                try {
                    ((Function) unboxed).apply("no integer");
                } catch (ClassCastException e) {
                    out.add("refused");
                }
                return out.toString();
            }
            private static long twice(int i) { return 2L * i; }
            private static Object constant(Object before) { return before; }
        }
        """;

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void rewrittenCodeDoesTheSame() throws Exception {
        var source = Files.writeString(folder.resolve("Program.java"), PROGRAM);
        var tool = Files.createDirectory(folder.resolve("tool"));
        var classes = Files.createDirectory(folder.resolve("classes"));
        compile(tool, Path.of("src/build/Desugar.java"), source);
        Files.move(tool.resolve("some"), classes.resolve("some"));
        var before = run(classes);
        assertTrue(linked(classes).contains("ObjectMethods.bootstrap"), "the program has what is to be rewritten");

        rewrite(tool, classes);

        assertEquals(before, run(classes));
        assertEquals(List.of("LambdaMetafactory.altMetafactory"), linked(classes), "what is left");
        assertEquals(List.of(), withoutLines(classes, PROGRAM.lines().toList()));
        var files = files(classes);
        rewrite(tool, classes);
        assertEquals(files, files(classes), "a second time");
        assertEquals(before, run(classes));
    }

    private static void compile(Path folder, Path tool, Path program) {
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-XDstringConcat=inline",
            "-d", folder.toString(), tool.toString(), program.toString());
        assertEquals(0, status, "javac");
    }

    private static void rewrite(Path tool, Path classes) throws Exception {
        try (var loader = new URLClassLoader(new URL[] {tool.toUri().toURL()})) {
            loader.loadClass("Desugar").getMethod("main", String[].class).invoke(null,
                (Object) new String[] {classes.toString()});
        }
    }

    private static String run(Path classes) throws Exception {
        try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            return (String) loader.loadClass("some.where.Program").getMethod("run").invoke(null);
        }
    }

    private static List<Path> files(Path classes) throws IOException {
        try (var walk = Files.walk(classes)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// Methods of lambdas' classes whose frames say no place in the source, or one where there is neither an arrow nor a method
    /// reference.
    private static List<String> withoutLines(Path classes, List<String> source) throws IOException {
        var found = new ArrayList<String>();
        int seen = 0;
        for (var file : files(classes)) {
            if (!file.getFileName().toString().contains("$$L")) continue;
            var model = ClassFile.of().parse(file);
            var name = model.findAttribute(Attributes.sourceFile()).map(each -> each.sourceFile().stringValue()).orElse("");
            for (var method : model.methods()) {
                if (List.of("<init>", "<clinit>", "make").contains(method.methodName().stringValue())) continue;
                var lines = method.code().orElseThrow().elementStream().filter(LineNumber.class::isInstance)
                    .map(LineNumber.class::cast).map(each -> source.get(each.line() - 1)).toList();
                seen += lines.size();
                if (!name.equals("Program.java") || lines.isEmpty() || !lines.stream()
                    .allMatch(line -> line.contains("->") || line.contains("::")))
                    found.add(file.getFileName() + "." + method.methodName() + " " + name + lines);
            }
        }
        assertTrue(seen > 20, seen + " places");
        return found;
    }

    /// What links call sites.
    private static List<String> linked(Path classes) throws IOException {
        var found = new TreeSet<String>();
        for (var file : files(classes))
            for (var method : ClassFile.of().parse(file).methods())
                method.code().ifPresent(code -> code.forEach(element -> {
                    if (element instanceof InvokeDynamicInstruction call)
                        found.add(call.bootstrapMethod().owner().displayName() + "." + call.bootstrapMethod().methodName());
                }));
        return List.copyOf(found);
    }
}
