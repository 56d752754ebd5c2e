package dev.lanewise.testing;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a program can be compiled against, a line each: a public type, `package.Type: what it is`, and its public and protected
/// members, `package.Type: member`. Names in a line are without packages.
public final class Signatures {

    /// Every class has them, and every enum.
    private static final Set<String> EVERYWHERE = Set.of("equals(Object)", "hashCode()", "toString()");
    private static final Set<String> OF_ENUMS = Set.of("values()", "valueOf(String)");

    private Signatures() {}

    /// Of these types, sorted.
    public static List<String> of(Collection<Class<?>> types) {
        var lines = new TreeSet<String>();
        for (var type : types) {
            var place = type.getPackageName() + "." + simple(type) + ": ";
            lines.add(place + type(type));
            members(type).forEach(member -> lines.add(place + member));
        }
        return List.copyOf(lines);
    }

    private static Stream<String> members(Class<?> type) {
        var members = new ArrayList<String>();
        for (var field : type.getDeclaredFields()) if (isShown(field.getModifiers(),
            field.isSynthetic())) members.add(field(field));
        for (var made : type.getDeclaredConstructors()) if (isShown(made.getModifiers(),
            made.isSynthetic())) members.add(constructor(made));
        for (var method : type.getDeclaredMethods())
            if (isShown(method.getModifiers(), method.isSynthetic()) && !EVERYWHERE.contains(call(method))
                && !(type.isEnum() && OF_ENUMS.contains(call(method)))) members.add(method(method));
        return members.stream();
    }

    private static boolean isShown(int modifiers, boolean synthetic) {
        return (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)) && !synthetic;
    }

    private static String type(Class<?> type) {
        var text = new StringBuilder(modifiers(type.getModifiers() & ~(type.isInterface() || type.isEnum()
            ? Modifier.ABSTRACT | Modifier.FINAL : 0)
            & ~(Modifier.STATIC | (type.isRecord() ? Modifier.FINAL : 0))));
        if (type.isSealed()) text.append("sealed ");
        text.append(type.isAnnotation() ? "@interface " : type.isInterface() ? "interface " : type.isEnum() ? "enum "
            : type.isRecord() ? "record " : "class ").append(simple(type)).append(variables(type.getTypeParameters()));
        if (type.isRecord()) text.append(Arrays.stream(type.getRecordComponents())
            .map(part -> name(part.getGenericType()) + " " + part.getName()).collect(Collectors.joining(", ", "(", ")")));
        var parent = type.getGenericSuperclass();
        if (parent != null && parent != Object.class && !type.isEnum() && !type.isRecord()) text.append(" extends ")
            .append(name(parent));
        var above = type.getGenericInterfaces();
        if (above.length > 0) text.append(type.isInterface() ? " extends " : " implements ").append(names(above));
        if (type.isSealed()) text.append(" permits ").append(names(type.getPermittedSubclasses()));
        return text.toString();
    }

    private static String field(Field field) {
        if (field.isEnumConstant()) return field.getName();
        return modifiers(field.getModifiers()) + name(field.getGenericType()) + " " + field.getName() + constant(field);
    }

    /// A constant is compiled into those who use it.
    private static String constant(Field field) {
        boolean isConstant = field.getType().isPrimitive() || field.getType() == String.class;
        if (!isConstant || !Modifier.isStatic(field.getModifiers()) || !Modifier.isFinal(field.getModifiers())) return "";
        try {
            field.setAccessible(true);
            return " = " + field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String constructor(Constructor<?> made) {
        return modifiers(made.getModifiers()) + variables(made.getTypeParameters()) + call(made) + thrown(made);
    }

    private static String method(Method method) {
        var variables = variables(method.getTypeParameters());
        return (method.isDefault() ? "default " : "")
            + modifiers(method.getModifiers() & ~(method.getDeclaringClass().isInterface() ? Modifier.ABSTRACT : 0))
            + (variables.isEmpty() ? "" : variables + " ") + name(method.getGenericReturnType()) + " " + call(method)
            + thrown(method);
    }

    private static String call(Executable executable) {
        var types = executable.getGenericParameterTypes();
        var names = new ArrayList<String>();
        for (int i = 0; i < types.length; i++) {
            var name = name(types[i]);
            names.add(executable.isVarArgs() && i == types.length - 1 ? name.substring(0, name.length() - 2) + "..." : name);
        }
        var name = executable instanceof Constructor<?> ? executable.getDeclaringClass().getSimpleName() : executable.getName();
        return name + "(" + String.join(", ", names) + ")";
    }

    private static String thrown(Executable executable) {
        return executable.getExceptionTypes().length == 0 ? "" : " throws " + names(executable.getGenericExceptionTypes());
    }

    /// Those that users see, but for `public`.
    private static String modifiers(int modifiers) {
        int seen = modifiers & (Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT)
            & ~(modifiers & Modifier.INTERFACE);
        return seen == 0 ? "" : Modifier.toString(seen) + " ";
    }

    private static String variables(TypeVariable<?>... variables) {
        return variables.length == 0 ? "" : Arrays.stream(variables).map(variable -> {
            var bounds = variable.getBounds();
            return variable.getName() + (bounds.length == 1 && bounds[0] == Object.class ? ""
                : Arrays.stream(bounds).map(Signatures::name).collect(Collectors.joining(" & ", " extends ", "")));
        }).collect(Collectors.joining(", ", "<", ">"));
    }

    private static String names(Type... types) {
        return Arrays.stream(types).map(Signatures::name).collect(Collectors.joining(", "));
    }

    private static String name(Type type) {
        return switch (type) {
            case Class<?> c when c.isArray() -> name(c.getComponentType()) + "[]";
            case Class<?> c -> simple(c);
            case ParameterizedType p -> name(p.getRawType()) + Arrays.stream(p.getActualTypeArguments()).map(Signatures::name)
                .collect(Collectors.joining(", ", "<", ">"));
            case GenericArrayType a -> name(a.getGenericComponentType()) + "[]";
            case WildcardType w when w.getLowerBounds().length > 0 -> "? super " + name(w.getLowerBounds()[0]);
            case WildcardType w -> w.getUpperBounds()[0] == Object.class ? "?" : "? extends " + name(w.getUpperBounds()[0]);
            default -> type.getTypeName();
        };
    }

    /// Behind the package's name.
    private static String simple(Class<?> type) {
        var outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : simple(outer) + "." + type.getSimpleName();
    }
}
