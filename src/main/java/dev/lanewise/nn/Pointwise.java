package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.ElementwiseOperation;

/// A module that applies one function to each element; write it for an activation of yours, and what explains networks
/// knows its theory.
public interface Pointwise {

    /// The function, with the module's parameters.
    Nonlinearity nonlinearity();

    /// The operation that a call is, if it is always that one, and nothing beside; else null. What runs in front may take it into
    /// its own loop then, where no hook looks: as [Linear] does with a rectifier, ours or yours.
    default ElementwiseOperation operation() { return null; }
}
