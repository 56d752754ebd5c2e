/// The language of elementwise operations: terms over inputs and numbers.
///
/// A [dev.lanewise.formula.Term] says what is computed of one element, to the last rounding; loops, gradients, second derivatives and
/// gains follow from it. It knows nothing of arrays and machines.
package dev.lanewise.formula;
