/// What runs over `float[]`: elementwise functions, reductions, softmax, matrix products, convolutions, random fill, and the threads
/// that run them.
///
/// A function is written once, as an expression of [dev.lanewise.kernel.expr]; of it [dev.lanewise.kernel.code] makes a class with a
/// scalar or a vector loop, which is run here, in one call or in many. The result of every kernel is a function of its inputs and
/// sizes alone: the same bits with vectors of any width or none, on any number of threads. Nothing here knows of shapes or tensors.
///
/// Internal, though public: other packages of the library use it, and it may change with every release.
package dev.lanewise.kernel;
