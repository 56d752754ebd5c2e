package dev.lanewise.conformance;

import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// An operation of the library, run on the inputs and parameters of a case.
@FunctionalInterface
interface Call {

    List<Tensor> of(Case c);

    /// A line of a table.
    static Map.Entry<String, Call> op(String name, Function<Case, Tensor> call) {
        return Map.entry(name, c -> List.of(call.apply(c)));
    }

    /// One with several outputs.
    static Map.Entry<String, Call> ops(String name, Call call) { return Map.entry(name, call); }
}
