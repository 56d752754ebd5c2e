/// Checks that users run in their own tests, without a test library.
///
/// - [dev.lanewise.check.GradCheck] holds a gradient to finite differences.
/// - [dev.lanewise.check.InitializerCheck] holds an initializer to the law that it claims to draw from,
///   [dev.lanewise.check.StreamCheck] a source of random numbers to independence; [dev.lanewise.check.MomentPool] pools many
///   small arrays. [dev.lanewise.check.TailBounds] are the odds of a false alarm, and a [dev.lanewise.check.Finding] is what one
///   check found.
/// - [dev.lanewise.check.Audit] holds checkpoints of any framework to a [dev.lanewise.check.Contract], [dev.lanewise.check.Guess]
///   says which law they look like.
///
/// ```java
/// InitializerCheck.of(Initializers.kaimingNormal(), Fan.linear(256, 128), 42).orThrow();
/// GradCheck.first(inputs -> List.of(inputs.getFirst().tanh()), List.of(Tensor.of(-1, 0, 2)), 42).orThrow();
/// ```
package dev.lanewise.check;
