package dev.lanewise.train;

/// How good a model is on some data.
///
/// @param loss   the mean over all examples, without dropout
/// @param metric what the trainer's metric says; NaN if it has none
public record Evaluation(double loss, double metric) {}
