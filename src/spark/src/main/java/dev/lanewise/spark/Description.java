package dev.lanewise.spark;

import java.lang.reflect.Array;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Collection;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A text of what is in a program, the same in each JVM: that of an array is of its elements, and none has an address.
final class Description {

    private static final int DEEPEST = 100;

    private Description() {}

    static String of(Object value) { return of(value, 0); }

    private static String of(Object value, int depth) {
        if (depth > DEEPEST) throw new IllegalArgumentException("description: more than " + DEEPEST
            + " records, lists or arrays lie in each other; give the program a description() of its own");
        return switch (value) {
            case null -> "null";
            case Record record -> name(record) + Stream.of(record.getClass().getRecordComponents()).map(each -> {
                try {
                    var accessor = each.getAccessor();
                    accessor.setAccessible(true);
                    return each.getName() + "=" + of(accessor.invoke(record), depth + 1);
                } catch (ReflectiveOperationException | InaccessibleObjectException e) {
                    throw new IllegalArgumentException("description: " + name(record)
                        + " can't be looked into; give the program a description() of its own", e);
                }
            }).collect(Collectors.joining(", ", "[", "]"));
            case Enum<?> constant -> constant.name();
            case Map<?, ?> map -> map.entrySet().stream()
                .map(each -> of(each.getKey(), depth + 1) + "=" + of(each.getValue(), depth + 1)).sorted()
                .collect(Collectors.joining(", ", "{", "}"));
            case Collection<?> several -> {
                var texts = several.stream().map(each -> of(each, depth + 1));
                yield (several instanceof SequencedCollection<?> ? texts : texts.sorted())
                    .collect(Collectors.joining(", ", "[", "]"));
            }
            // numbers, texts, dates
            case Comparable<?> plain when plain.getClass().getModule() == Object.class.getModule() -> plain.toString();
            case Object array when array.getClass().isArray() ->
                IntStream.range(0, Array.getLength(array)).mapToObj(i -> of(Array.get(array, i), depth + 1))
                    .collect(Collectors.joining(", ", "[", "]"));
            default -> name(value);
        };
    }

    /// Behind a lambda's class is a number that is another in each run.
    private static String name(Object value) {
        var name = value.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda) + "$$Lambda";
    }
}
