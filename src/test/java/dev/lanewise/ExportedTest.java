package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.Exported;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the module shows to its users, by reflection.
class ExportedTest {

    /// A static method is inherited: what makes a parent, or a parent's options, is called by a subclass's name as well, and one that
    /// hides it is taken for the other.
    @Test
    void noClassInheritsAStaticMethod() {
        assertEquals(List.of(), inherited(Exported.classes()));
        assertTrue(Exported.classes().size() > 100, "looked in the wrong place");
    }

    @Test
    void anInheritedStaticMethodIsFound() {
        assertEquals(List.of("Hides: Parent.options()", "Inherits: Parent.options()"), inherited(List.of(Hides.class, Inherits.class)));
    }

    private static List<String> inherited(List<Class<?>> classes) {
        var found = new ArrayList<String>();
        for (var type : classes)
            for (var parent = type.getSuperclass(); parent != null && parent.getName().startsWith("dev.lanewise"); parent = parent.getSuperclass())
                for (var method : parent.getDeclaredMethods())
                    if (Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers()))
                        found.add(type.getSimpleName() + ": " + parent.getSimpleName() + "." + method.getName() + "()");
        return found;
    }

    static class Parent {

        public static int options() { return 1; }
    }

    static class Inherits extends Parent {}

    static class Hides extends Parent {

        public static int options() { return 2; }
    }
}
