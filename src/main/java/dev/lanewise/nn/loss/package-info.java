/// Losses: functions of a model's output and its targets.
package dev.lanewise.nn.loss;
