package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// Several tensors as one value: what a module gives whose output is no single tensor, such as a record of an output and a state.
///
/// ```java
/// record Run(Tensor output, Tensor state) implements Tensors<Run> {
///     public Run map(UnaryOperator<Tensor> change) { return new Run(change.apply(output), change.apply(state)); }
/// }
/// ```
///
/// @param <S> the type itself
public interface Tensors<S extends Tensors<S>> {

    /// The same with each tensor changed, always in the same order.
    S map(UnaryOperator<Tensor> change);
}
