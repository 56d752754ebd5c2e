/// The kernels over arrays of your own, for programs that need no tensors.
///
/// - [dev.lanewise.array.Blas]: products of matrices and vectors. [dev.lanewise.array.ArrayMath]: functions of each element,
///   sums, softmax, [activations][dev.lanewise.array.Activation]. [dev.lanewise.array.Convolution]: convolutions.
///   [dev.lanewise.array.ArrayOptim]: optimizers' steps.
/// - [dev.lanewise.array.Matrix]: a matrix that may lie elsewhere than in an array; [dev.lanewise.array.PackedMatrix]: one that
///   many products share.
///
/// ```java
/// float[] a = {1, 2, 3, 4}, b = {5, 6, 7, 8}, c = new float[4];
/// Blas.gemm(false, false, 2, 2, 2, 1, a, 0, 2, b, 0, 2, 0, c, 0, 2);   // 19, 22, 43, 50
/// ```
///
/// Every operand is a `float[]` and the offset of its first element, or in products a [dev.lanewise.array.Matrix] or a
/// [dev.lanewise.array.PackedMatrix]; a matrix is row-major, its rows `ld` elements apart (the leading dimension, at least the
/// number of columns). Each operation is one call of the kernel that the tensor operation of that name runs, so it gives the
/// tensor's bits: the same ones with vectors of any width or none, on one thread or many.
///
/// Arguments are checked before anything is written: an array that is null or too short, a negative size, operands that overlap
/// where they must not end in an [IllegalArgumentException] that names the operation, the values and the remedy. Calls from many
/// threads are safe as long as no two of them write to the same elements.
package dev.lanewise.array;
