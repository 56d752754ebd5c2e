/// What runs over `float[]`: elementwise functions, reductions, softmax, matrix products, convolutions, random fill, and the
/// threads that run them.
///
/// A function is written once, as an expression of [dev.lanewise.kernel.expr]; of it [dev.lanewise.kernel.code] makes a class
/// with a scalar or a vector loop, which is run here, in one call or in many. The result of every kernel is a function of its
/// inputs and sizes alone: the same bits with vectors of any width or none, on any number of threads. Nothing here knows of
/// shapes or tensors.
///
/// **To add a kernel.** If it is an elementwise function or a reduction, write its formula or fold and give it to an
/// [Elementwise] or a [Reduction]: that is all. Else write it in this order. (1) Its definition in passes of the kernels that
/// there are, as [RowSoftmax] has it: what scalar loops, interpreters and tests take, and what the bits are. (2) In `code`, a
/// signature in `Loop` and its `Emitter.Kind` if none fits, and an emitter: parameters, loads, loops and lanes of the
/// `Assembler`, arithmetic as `Straight` expressions, sums in the tree of a `LaneCode.fold`; `AssemblerTest` has a normalization
/// and a pooling of some lines each. (3) In `Loops` the way in, with the definition for where no class can be made. (4) Here, a
/// line in [Cost], measured, and a class that asks its [Tiers] for the tier, the loop and a task's share, and calls the loop at a
/// place of its own. (5) A test that holds it to its definition, bit for bit, on all `Samples.targets()` and counts of threads;
/// its loops in `CompilationTest`, its digest in `SameBitsEverywhereTest`'s `Workload`, and a benchmark.
///
/// Internal, though public: other packages of the library use it, and it may change with every release.
package dev.lanewise.kernel;
