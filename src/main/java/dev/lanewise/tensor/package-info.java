/// Tensors and autograd: [dev.lanewise.tensor.Tensor], its shapes and views, one small class for each family of
/// operations, and the walk that differentiates them. A derivative is written in tensor operations, so it has one too.
/// Knows nothing of layers.
package dev.lanewise.tensor;
