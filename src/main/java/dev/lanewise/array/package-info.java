/// The kernels over arrays of your own, for programs that need no tensors: [dev.lanewise.array.Blas],
/// [dev.lanewise.array.ArrayMath], [dev.lanewise.array.Convolution], [dev.lanewise.array.ArrayOptim].
///
/// Every operand is a `float[]` and the offset of its first element, or in products a [dev.lanewise.array.Matrix], which may lie elsewhere, or a
/// [dev.lanewise.array.PackedMatrix], which many share; a matrix is row-major, its rows `ld` elements apart
/// (the leading dimension, at least the number of columns). Each operation is one call of the kernel that the tensor
/// operation of that name runs, so it gives the tensor's bits: the same ones with vectors of any width or none, on one
/// thread or many.
///
/// Arguments are checked before anything is written: an array that is null or too short, a negative size, operands that
/// overlap where they must not end in an [IllegalArgumentException] that names the operation, the values and the remedy.
/// Calls from many threads are safe as long as no two of them write to the same elements.
package dev.lanewise.array;
