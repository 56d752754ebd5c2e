/// The language of elementwise operations: terms over inputs and numbers, of which loops, gradients, second derivatives and gains
/// follow.
///
/// - [dev.lanewise.formula.Term]: what is computed of one element, to the last rounding; a [dev.lanewise.formula.Condition] of
///   two decides between two more. [dev.lanewise.formula.Op] and [dev.lanewise.formula.Comparison] are for tools that read
///   formulas.
/// - [dev.lanewise.formula.UpdateRule]: an optimizer's step over a parameter and what is remembered of it, in one pass.
///
/// ```java
/// var swish = Operation.elementwise("swish", x -> x.mul(x.sigmoid()));
/// var y = swish.apply(Tensor.of(-1, 0, 1));
/// ```
///
/// Knows nothing of arrays and machines. [dev.lanewise.tensor.Operation] makes operations of terms,
/// [dev.lanewise.optim.Optimizer] steps of rules.
package dev.lanewise.formula;
