package dev.lanewise.diagnose;

import dev.lanewise.nn.GLU;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.function.DoubleUnaryOperator;

/// What makes a number of one normal number, or of two, whose slopes go by its size: an activation, or a gate.
///
/// @param square     what goes in, about its mean
/// @param size       the second moment of what comes out, by that
/// @param slope      what is left of a gradient's, likewise
/// @param covariance of one unit's square and its squared slope, relative to both means
/// @param spread     the variance of the squared slope, relative to its mean's square
/// @param ray        E (z·f')² / E f²
record UnitLaw(double square, DoubleUnaryOperator size, DoubleUnaryOperator slope, double covariance, double spread, double ray) {

    /// Of a logarithm.
    private static final double STEP = 0.05;

    /// Null of another stage, or where nothing comes out, or back.
    static UnitLaw of(Stage stage, Signal in) {
        double q = Math.max(0, in.square() - in.mean() * in.mean());
        if (!(q > 0 && q < Double.POSITIVE_INFINITY)) return null;
        return switch (stage) {
            case Stage.Activation activation -> ofActivation(activation.function().shifted(in.mean()), q);
            case Stage.Rule rule when rule.module() instanceof GLU -> ofGate(Nonlinearity.SIGMOID, q);
            default -> null;
        };
    }

    private static UnitLaw ofActivation(Nonlinearity f, double q) {
        double square = f.square(q);
        double slope = f.squaredSlope(q);
        if (!(square > 0 && slope > 0)) return null;
        double both = mean(f, x -> Math.pow(f.value().applyAsDouble(x) * f.slope().applyAsDouble(x), 2), q);
        double spread = mean(f, x -> Math.pow(f.slope().applyAsDouble(x), 4), q) / (slope * slope) - 1;
        double ray = mean(f, x -> Math.pow(x * f.slope().applyAsDouble(x), 2), q);
        return new UnitLaw(q, f::square, f::squaredSlope, both / (square * slope) - 1, spread, ray / square);
    }

    /// v f(g), whose squared slope is f² + v² f'².
    private static UnitLaw ofGate(Nonlinearity f, double q) {
        DoubleUnaryOperator slope = size -> f.square(size) + size * f.squaredSlope(size);
        double square = f.square(q);
        double left = slope.applyAsDouble(q);
        double fourth = mean(f, x -> Math.pow(f.value().applyAsDouble(x), 4), q);
        double mixed = mean(f, x -> Math.pow(f.value().applyAsDouble(x) * f.slope().applyAsDouble(x), 2), q);
        double steep = mean(f, x -> Math.pow(f.slope().applyAsDouble(x), 4), q);
        double ray = mean(f, x -> Math.pow(f.value().applyAsDouble(x) + x * f.slope().applyAsDouble(x), 2), q);
        return new UnitLaw(q, size -> size * f.square(size), slope, (3 * q * mixed + fourth) / (square * left) - 1,
            (fourth + 2 * q * mixed + 3 * q * q * steep) / (left * left) - 1, ray / square);
    }

    private static double mean(Nonlinearity f, DoubleUnaryOperator of, double q) {
        return new Nonlinearity(f.name(), of, _ -> 0, f.kinks()).mean(q);
    }

    private double at(DoubleUnaryOperator of, int steps) { return Math.log(of.applyAsDouble(square * Math.exp(steps * STEP))); }

    private double second(DoubleUnaryOperator of) {
        double second = (at(of, 1) - 2 * at(of, 0) + at(of, -1)) / (STEP * STEP);
        return Double.isFinite(second) ? second : 0;
    }

    /// By how many percent what comes out grows with one percent of what goes in.
    double growth() { return (at(size, 1) - at(size, -1)) / (2 * STEP); }

    /// How that grows.
    double curve() { return second(size); }

    /// Likewise of the slope.
    double slopeCurve() { return second(slope); }

    /// What is left of the product of signal and gradient, on its way back.
    double passed() { return square * slope.applyAsDouble(square) / size.applyAsDouble(square); }
}
