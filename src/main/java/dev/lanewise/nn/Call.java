package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// What went into a module and what came out: shown to its hooks, which may keep it. Within a [dev.lanewise.tensor.Scope] the
/// tensors are copies.
///
/// @param arguments what the call got, in order; of a layer, its one tensor. There may be nulls
/// @param result    what it gives, of whatever type
public record Call(List<Object> arguments, Object result) {

    /// Keeps a copy of the arguments, null among them.
    public Call { arguments = Collections.unmodifiableList(Arrays.asList(arguments.toArray())); }

    /// The tensors among the arguments, and within them, in order.
    public List<Tensor> inputs() { return Structured.tensors(arguments); }

    /// The tensors of the result, in order.
    public List<Tensor> outputs() { return Structured.tensors(result); }

    /// The first of [#inputs()]: of a layer, the one.
    ///
    /// @throws IllegalStateException if there is none
    public Tensor input() { return first(inputs(), "takes no tensor that could be found; look at arguments()"); }

    /// The first of [#outputs()]: of a layer, the one.
    ///
    /// @throws IllegalStateException if there is none
    public Tensor output() { return first(outputs(), "gives no tensor that could be found; look at result()"); }

    private static Tensor first(List<Tensor> tensors, String fault) {
        if (tensors.isEmpty()) throw new IllegalStateException("call: the module " + fault);
        return tensors.getFirst();
    }
}
