package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// The largest elements of windows, and where they are.
///
/// @param values  as the layer gives them
/// @param indices one for each value, in their order: its element's place in its plane, which is row times width plus column; -1
///     for a window that has none
public record MaxPooled(Tensor values, int[] indices) {}
