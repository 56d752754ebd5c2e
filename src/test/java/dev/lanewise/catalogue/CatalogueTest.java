package dev.lanewise.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Functional;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Arithmetic;
import dev.lanewise.tensor.Indexable;
import dev.lanewise.tensor.Op;
import dev.lanewise.tensor.Ops;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Viewable;
import dev.lanewise.testing.Exported;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whatever is public stands in the catalogue: what is missing is named here, with the place where it goes.
class CatalogueTest {

    /// Public methods that make a tensor of a tensor and are no operations: they look at one, or change what becomes of it.
    private static final Set<String> NO_OPERATIONS = Set.of("detach", "requiresGrad", "retainGrad", "grad");
    /// Classes whose methods are parts of operations, or make them.
    private static final Set<String> PARTS = Set.of("CrossEntropy", "Unfold", "InPlace", "Scope", "Convolve", "Operation",
        "ElementwiseOperation");

    private static final String WITH_INDICES = "WithIndices";

    // ---- what there is

    private static TreeSet<String> operations(Collection<Class<?>> classes) {
        var names = new TreeSet<String>();
        for (var type : classes) for (var method : type.getDeclaredMethods())
            if (isPublic(method) && givesTensor(method) && takesTensor(method)) names.add(method.getName());
        names.removeAll(NO_OPERATIONS);
        // the same operation, which tells more
        names.removeIf(name -> name.endsWith(WITH_INDICES)
            && names.contains(name.substring(0, name.length() - WITH_INDICES.length())));
        return names;
    }

    private static boolean isPublic(Method method) { return Modifier.isPublic(method.getModifiers()) && !method.isSynthetic(); }

    /// One, or several of them.
    private static boolean givesTensor(Method method) {
        var type = method.getReturnType();
        return type == Tensor.class || type.isRecord() && Arrays.stream(type.getRecordComponents())
            .anyMatch(part -> part.getType() == Tensor.class);
    }

    private static boolean takesTensor(Method method) {
        return !Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass().isAssignableFrom(Tensor.class)
            || Arrays.stream(method.getParameterTypes()).anyMatch(type -> type == Tensor.class || type == Tensor[].class);
    }

    /// Those below it that users can make one of.
    private static TreeSet<String> concrete(Class<?> parent) {
        return Exported.classes().stream().filter(type -> parent.isAssignableFrom(type) && type != parent
            && !Modifier.isAbstract(type.getModifiers()))
            .map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertNothingMissing(Collection<String> there, Collection<String> listed, String remedy) {
        var missing = new TreeSet<>(there);
        missing.removeAll(Set.copyOf(listed));
        assertEquals(Set.of(), missing, remedy);
        assertTrue(there.size() > 3, "looked in the wrong place");
    }

    // ---- what is listed

    private static HashSet<String> listedOperations() {
        var listed = Ops.ALL.stream().map(Op::name).collect(Collectors.toCollection(HashSet::new));
        UnaryFunctions.ALL.forEach(function -> listed.add(function.method()));
        BinaryFunction.ALL.forEach(function -> listed.add(function.name()));
        return listed;
    }

    @Test
    void operations() {
        var classes = Exported.classes().stream().filter(type -> type.getPackageName().equals("dev.lanewise.tensor")
            && type.getEnclosingClass() == null && !PARTS.contains(type.getSimpleName()))
                .collect(Collectors.toCollection(ArrayList::new));
        classes.addAll(List.of(Functional.class, Attention.class));
        assertNothingMissing(operations(classes), listedOperations(),
            "in no catalogue: functions of each element go into UnaryFunctions.ALL or"
            + " BinaryFunction.ALL of src/test/java/dev/lanewise/catalogue, all others into Ops.OTHERS of"
            + " src/test/java/dev/lanewise/tensor");
    }

    /// What a tensor does to a tensor and to a number is tried in both forms.
    @Test
    void operationsWithANumber() {
        var both = Arrays.stream(Tensor.class.getMethods())
            .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {float.class}))
            .map(Method::getName).filter(name -> BinaryFunction.ALL.stream().anyMatch(function -> function.name().equals(name)))
            .toList();
        assertEquals(new TreeSet<>(both), BinaryFunction.ALL.stream().filter(function -> function.number() != null)
            .map(BinaryFunction::name)
            .collect(Collectors.toCollection(TreeSet::new)), "in BinaryFunction.ALL, without the form of a tensor and a number");
    }

    @Test
    void layers() {
        assertNothingMissing(concrete(Layer.class), names(Layers.ALL.stream().map(Layers.Case::make)),
            "in no catalogue: a layer that computes a"
            + " function of each element is named there, by .layer(…) in UnaryFunctions; all others go into Layers.OTHERS;"
            + " both are in src/test/java/dev/lanewise/catalogue");
    }

    @Test
    void recurrentModules() {
        var there = concrete(Module.class);
        there.retainAll(Exported.classes().stream().filter(type -> type.getPackageName().equals("dev.lanewise.nn.recurrent"))
            .map(Class::getSimpleName).toList());
        var options = RecurrentOptions.layers(1);
        assertNothingMissing(there, names(Arrays.stream(RecurrentKind.values())
            .flatMap(kind -> Stream.of(kind.layer(1, 1, options), kind.cell(1, 1, options)))),
            "in no catalogue: add it to RecurrentKind of src/test/java/dev/lanewise/catalogue");
    }

    @Test
    void attentionModules() {
        var there = concrete(Module.class);
        there.removeAll(concrete(Layer.class));
        there.retainAll(Exported.classes().stream().filter(type -> type.getPackageName().equals("dev.lanewise.nn.attention"))
            .map(Class::getSimpleName).toList());
        assertEquals(there, new TreeSet<>(names(AttentionModules.ALL.stream().map(AttentionModules.Case::make))),
            "in no catalogue: add it to AttentionModules of src/test/java/dev/lanewise/catalogue");
    }

    @Test
    void optimizers() {
        assertNothingMissing(concrete(Optimizer.class),
            names(Arrays.stream(OptimizerKind.values()).map(kind -> kind.make(parameters()))),
            "in no catalogue: add it to OptimizerKind of src/test/java/dev/lanewise/catalogue");
    }

    @Test
    void schedules() {
        assertNothingMissing(concrete(LRScheduler.class),
            names(Arrays.stream(ScheduleKind.values()).map(kind -> kind.make(new SGD(parameters(), 0.1)))),
            "in no catalogue: add it to ScheduleKind of src/test/java/dev/lanewise/catalogue");
    }

    private static List<Parameter> parameters() {
        var parameter = new Parameter("x", Shape.of(2), Fan.linear(1, 1), Initializers.zeros());
        parameter.initialize(new Threefry(1));
        return List.of(parameter);
    }

    private static List<String> names(Stream<?> made) { return made.map(each -> each.getClass().getSimpleName()).toList(); }

    /// Each has a form that is reduced, and one that is a sum and a weight.
    @Test
    void losses() {
        var listed = new ArrayList<>(ElementwiseLoss.ALL.stream().map(ElementwiseLoss::method).toList());
        ClassLoss.ALL.forEach(loss -> listed.add(loss.name()));
        RowLoss.ALL.forEach(loss -> listed.add(loss.method()));
        var remedy = "in no catalogue: a loss of elements goes into ElementwiseLoss.ALL, one of classes into ClassLoss.ALL, one"
            + " of rows into" + " RowLoss.ALL of src/test/java/dev/lanewise/catalogue";
        assertNothingMissing(methods(Losses.class, Tensor.class), listed, remedy);
        var sums = methods(Loss.class, Loss.class);
        sums.removeAll(Set.of("of", "ofMean", "plus"));
        assertNothingMissing(sums, listed, remedy);
        assertNothingMissing(listed, sums, "without a form in nn.loss.Loss, which is a sum and a weight");
    }

    private static TreeSet<String> methods(Class<?> type, Class<?> result) {
        return Arrays.stream(type.getDeclaredMethods()).filter(method -> isPublic(method) && method.getReturnType() == result)
            .map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    /// Those that need more than numbers, which have no name and are held to their laws by ResearchTest, and the core of the
    /// others.
    private static final Set<String> NAMELESS = Set.of("varianceScaling", "muP", "copyOf", "blocks", "scaled");

    /// The contract's tests go through all that have a name, so whatever makes an initializer is called where the names are.
    @Test
    void initializers() throws IOException {
        var names = Files.readString(Path.of(System.getProperty("user.dir"), "src/main/java/dev/lanewise/nn/init/Scheme.java"));
        var there = methods(Initializers.class, Initializer.class);
        there.removeAll(NAMELESS);
        assertNothingMissing(there, there.stream()
            .filter(name -> Pattern.compile("\\b" + name + "\\(").matcher(names).find()).toList(),
            "without a name for texts: add one to the lists of Scheme; what needs more than numbers goes into NAMELESS of this"
                + " test and into" + " ResearchTest");
    }

    /// What a layer computes can be named, so that it has a gain, and an initializer by it.
    @Test
    void nonlinearities() {
        assertNothingMissing(Layers.ALL.stream().map(Layers.Case::make).filter(Pointwise.class::isInstance)
            .map(layer -> ((Pointwise) layer).nonlinearity().name()).toList(),
            Nonlinearity.ALL.stream().map(Nonlinearity::name).toList(), "without a name: add it to Nonlinearity.ALL");
    }

    // ---- the search itself

    static final class Newcomer {

        public static Tensor softshrink(Tensor x, double lambda) { return x; }

        public static Tensor joined(Tensor... parts) { return parts[0]; }

        public static Tensor made(int size) { return Tensor.zeros(size); }

        static Tensor hidden(Tensor x) { return x; }
    }

    @Test
    void aNewcomerIsFound() {
        assertEquals(Set.of("joined", "softshrink"), operations(List.of(Newcomer.class)));
        assertTrue(operations(List.of(Tensor.class, Arithmetic.class, Indexable.class, Viewable.class))
            .containsAll(Set.of("add", "exp", "cat", "where", "slice", "topk")));
    }
}
