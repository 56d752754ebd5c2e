package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.Exported;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the module shows to its users, by reflection.
class ExportedTest {

    /// A static method is inherited: what makes a parent, or a parent's options, is called by a subclass's name as well, and one that
    /// hides it is taken for the other.
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

    private static List<String> inherited(List<Class<?>> classes) {
        var found = new ArrayList<String>();
        for (var type : classes)
            for (var parent = type.getSuperclass(); parent != null && parent.getName().startsWith("dev.lanewise"); parent = parent.getSuperclass())
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
