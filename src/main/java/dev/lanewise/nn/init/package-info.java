/// Weight initializers that know which law they draw from, and what holds between their elements.
///
/// - [dev.lanewise.nn.init.Initializers]: all by name, with their papers. An [dev.lanewise.nn.init.Initializer] of your own is a
///   lambda from [dev.lanewise.nn.init.Fan] and shape to a [dev.lanewise.nn.init.Distribution].
/// - What they scale by: [dev.lanewise.nn.init.Fan], how many terms meet in a layer, which the layer knows, and
///   [dev.lanewise.nn.init.Gain], of the activation behind it. [dev.lanewise.nn.init.Nonlinearity] computes gains, and what
///   activations do to signals.
/// - What they say: the law of an element, [dev.lanewise.nn.init.Distribution], and what holds between elements,
///   [dev.lanewise.nn.init.Structure]. [dev.lanewise.check.InitializerCheck] holds them to it.
/// - [dev.lanewise.nn.init.Scheme]: starts by the names that command lines have.
///
/// ```java
/// var layer = new Linear(784, 256, Initializers.kaimingNormal(), Initializers.zeros());
/// Initializer own = (fan, shape) -> new Distribution.Normal(0, 1 / Math.sqrt(fan.in()));
/// ```
package dev.lanewise.nn.init;
