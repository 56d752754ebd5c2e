/// The language in which kernels are written: expressions, the functions composed of them, formulas and folds.
///
/// An [dev.lanewise.kernel.expr.Expr] says what is computed, to the last rounding, and nothing of how: there are no machines
/// here, no vectors, no threads.
///
/// Internal, though public: other packages of the library use it, and it may change with every release.
package dev.lanewise.kernel.expr;
