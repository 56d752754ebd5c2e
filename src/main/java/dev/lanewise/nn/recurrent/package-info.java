/// Recurrent layers and their cells, and packed sequences of different lengths. Each is a [dev.lanewise.nn.Module] with a call of its own
/// shape, whose results are records of tensors.
package dev.lanewise.nn.recurrent;
