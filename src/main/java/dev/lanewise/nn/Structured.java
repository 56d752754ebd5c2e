package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Tensors within values of any type: alone, in arrays, lists, maps' values and [Tensors].
final class Structured {

    private Structured() {}

    /// In the order in which they stand.
    static List<Tensor> tensors(Object value) {
        var tensors = new ArrayList<Tensor>();
        map(value, tensor -> {
            tensors.add(tensor);
            return tensor;
        });
        return tensors;
    }

    /// The value itself where no tensor changes.
    static Object map(Object value, UnaryOperator<Tensor> change) {
        return switch (value) {
            case Tensor tensor -> change.apply(tensor);
            case Tensors<?> several -> map(several, change);
            case Object[] array -> array(array, change);
            case List<?> list -> list(list, change);
            case Map<?, ?> map -> map(map, change);
            case null, default -> value;
        };
    }

    private static Object map(Tensors<?> several, UnaryOperator<Tensor> change) {
        boolean[] changed = {false};
        var result = several.map(tensor -> {
            var other = tensor == null ? null : change.apply(tensor);
            changed[0] |= other != tensor;
            return other;
        });
        return changed[0] ? result : several;
    }

    private static Object[] array(Object[] array, UnaryOperator<Tensor> change) {
        var result = array;
        for (int i = 0; i < array.length; i++) {
            var other = map(array[i], change);
            if (other == array[i]) continue;
            if (result == array) result = array.clone();
            result[i] = other;
        }
        return result;
    }

    private static List<?> list(List<?> list, UnaryOperator<Tensor> change) {
        var result = new ArrayList<Object>(list);
        boolean changed = false;
        for (int i = 0; i < result.size(); i++) {
            var other = map(result.get(i), change);
            changed |= other != result.get(i);
            result.set(i, other);
        }
        return changed ? result : list;
    }

    private static Map<?, ?> map(Map<?, ?> map, UnaryOperator<Tensor> change) {
        var result = new LinkedHashMap<Object, Object>(map);
        boolean[] changed = {false};
        result.replaceAll((_, value) -> {
            var other = map(value, change);
            changed[0] |= other != value;
            return other;
        });
        return changed[0] ? result : map;
    }
}
