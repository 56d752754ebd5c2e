package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.testing.Exported;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What the module shows to its users, by reflection.
class ExportedTest {

    /// A static method is inherited: what makes a parent, or a parent's options, is called by a subclass's name as well, and one
    /// that hides it is taken for the other.
    @Test
    void noClassInheritsOrHidesAFactory() {
        assertEquals(List.of(), inherited(Exported.classes()));
        assertTrue(Exported.classes().size() > 100, "looked in the wrong place");
    }

    @Test
    void anInheritedFactoryIsFound() {
        assertEquals(List.of("Hides: Parent.count()", "Hides: Parent.of()", "Hides: Parent.options()", "Inherits: Parent.of()",
            "Inherits: Parent.options()"), inherited(List.of(Hides.class, Inherits.class)));
    }

    /// What users can't name they shouldn't meet: nothing of packages that aren't exported, as the kernel's, stands in a
    /// signature.
    @Test
    void signaturesHaveWhatIsExportedAlone() {
        assertEquals(List.of(), hidden(Exported.classes()));
        assertEquals(List.of("Showing.cut: dev.lanewise.kernel.Elementwise", "Showing.of: dev.lanewise.bridge.TensorBridge",
            "Showing: dev.lanewise.bridge.TensorBridge"), hidden(List.of(Showing.class)));
    }

    /// What layers, losses and optimizers alone need of tensors goes over the bridge.
    @Test
    void theBridgesOtherEndIsNotPublic() {
        var names = Exported.classes().stream().map(Class::getSimpleName).toList();
        for (var name : List.of("Affine", "Convolve", "CrossEntropy", "ThreadMode", "Bridge", "TensorBridge"))
            assertFalse(names.contains(name), name);
        for (var bridged : List.of("InPlace.apply", "InPlace.arrangedAs", "Scope.lasting"))
            assertTrue(Exported.classes().stream().flatMap(type -> Arrays.stream(type.getMethods())).noneMatch(method ->
                (method.getDeclaringClass().getSimpleName() + "." + method.getName()).equals(bridged)), bridged);
    }

    private static List<String> hidden(List<Class<?>> classes) {
        var exported = new HashSet<>(Exported.classes());
        var found = new TreeSet<String>();
        for (var type : classes) {
            for (var method : type.getDeclaredMethods()) if (isShown(method)) {
                hidden(type.getSimpleName() + "." + method.getName(), exported, found, method.getReturnType());
                hidden(type.getSimpleName() + "." + method.getName(), exported, found, method.getParameterTypes());
            }
            for (var field : type.getDeclaredFields()) if (isShown(field))
                hidden(type.getSimpleName() + "." + field.getName(), exported, found, field.getType());
            for (var constructor : type.getDeclaredConstructors()) if (isShown(constructor))
                hidden(type.getSimpleName(), exported, found, constructor.getParameterTypes());
        }
        return List.copyOf(found);
    }

    private static boolean isShown(Member member) {
        return (Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers())) && !member.isSynthetic();
    }

    private static void hidden(String place, Set<Class<?>> exported, Set<String> found, Class<?>... types) {
        for (var type : types) {
            var element = type;
            while (element.isArray()) element = element.getComponentType();
            if (element.getName().startsWith("dev.lanewise") && !exported.contains(element))
                found.add(place + ": " + element.getName());
        }
    }

    static class Showing {

        public Showing(TensorBridge... bridges) {}

        public static TensorBridge of() { return null; }

        protected void cut(int count, Elementwise kernel) {}
    }

    private static List<String> inherited(List<Class<?>> classes) {
        var found = new ArrayList<String>();
        for (var type : classes)
            for (var parent = type.getSuperclass(); parent != null && parent.getName().startsWith("dev.lanewise");
                parent = parent.getSuperclass())
                for (var method : parent.getDeclaredMethods())
                    if (isStatic(method) && (makes(method, parent) || hides(type, method)))
                        found.add(type.getSimpleName() + ": " + parent.getSimpleName() + "." + method.getName() + "()");
        found.sort(null);
        return found;
    }

    private static boolean isStatic(Method method) {
        return Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers());
    }

    /// Whether it makes one of the class, or the options of one.
    private static boolean makes(Method method, Class<?> type) {
        var made = method.getReturnType();
        return made == type || made.isRecord() && made.getEnclosingClass() == type;
    }

    private static boolean hides(Class<?> type, Method method) {
        return Arrays.stream(type.getDeclaredMethods()).anyMatch(own -> isStatic(own) && own.getName().equals(method.getName()));
    }

    static class Parent {

        record Options() {}

        public static Options options() { return new Options(); }

        public static Parent of() { return new Parent(); }

        public static int count() { return 1; }
    }

    static class Inherits extends Parent {}

    static class Hides extends Parent {

        public static int count() { return 2; }
    }
}
