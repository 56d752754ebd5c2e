package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;

/// A module that applies one function to each element; write it for an activation of yours, and what explains networks
/// knows its theory.
public interface Pointwise {

    /// The function, with the module's parameters.
    Nonlinearity nonlinearity();
}
