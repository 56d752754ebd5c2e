/// Losses: functions of a model's output and its targets.
///
/// - [dev.lanewise.nn.loss.Losses]: all as numbers, reduced as a [dev.lanewise.nn.loss.Reduction] says.
/// - [dev.lanewise.nn.loss.Loss]: the same before the division, a sum and a weight, so that the parts of a batch add up; trainers
///   take these.
/// - Options: [dev.lanewise.nn.loss.ClassOptions], of losses over classes, and [dev.lanewise.nn.loss.TripletOptions].
///
/// ```java
/// var logits = Tensor.zeros(2, 10).requiresGrad(true);
/// Losses.crossEntropy(logits, new int[] {3, 7}).backward();
/// ```
package dev.lanewise.nn.loss;
