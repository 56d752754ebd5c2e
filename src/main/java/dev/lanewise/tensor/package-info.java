/// Tensors and autograd. Knows nothing of layers.
///
/// - [dev.lanewise.tensor.Tensor]: floats with a [dev.lanewise.tensor.Shape]; what it does is in [dev.lanewise.tensor.Arithmetic]
///   (each element), [dev.lanewise.tensor.Reducible] (sums, means, extremes), [dev.lanewise.tensor.Viewable] (the same floats,
///   seen otherwise) and [dev.lanewise.tensor.Indexable] (elements by index); [dev.lanewise.tensor.Activation] has the functions
///   between layers.
/// - [dev.lanewise.tensor.Autograd]: gradients as values, gradient modes, anomaly detection.
/// - [dev.lanewise.tensor.Operation]: an operation of your own, of one formula or with a rule for each input; its language is
///   [dev.lanewise.formula].
/// - [dev.lanewise.tensor.Scope]: memory that is used again from one step to the next. [dev.lanewise.tensor.InPlace]: changes of
///   a tensor's own elements, for initializers and loaders.
///
/// ```java
/// var x = Tensor.of(1, 2, 3).requiresGrad(true);
/// var y = x.mul(x).sum();
/// y.backward();
/// System.out.println(x.grad());                         // 2, 4, 6
/// ```
///
/// A derivative is written in tensor operations, so it has one too. Tensors may be shared between threads once they are made.
package dev.lanewise.tensor;
