package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Sharpness;
import dev.lanewise.figures.Figures;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// How sharply the loss bends at a start, and the rates that this allows: a mean over seeds where there are several.
///
/// @param loss        at the start
/// @param sharpness   the largest eigenvalue of its Hessian
/// @param gaussNewton that of Gauss and Newton's matrix
/// @param kernel      that of the neural tangent kernel
/// @param sgd         the bound on a rate of plain gradient descent; "infinite" or a number
/// @param momentum    with momentum 0.9
/// @param adam        of Adam, with the denominators of its first step
record RatesOutcome(double loss, double sharpness, double gaussNewton, double kernel, Object sgd, Object momentum, Object adam) {

    private static final double USUAL = 0.9;

    /// @param shown of each seed, at least one
    static RatesOutcome of(List<Sharpness> shown) {
        return new RatesOutcome(mean(shown, Sharpness::loss), mean(shown, each -> each.hessian().value()),
            mean(shown, each -> each.gaussNewton().value()), mean(shown, each -> each.kernel().value()),
                rate(shown, Sharpness::rate),
            rate(shown, each -> each.rate(USUAL)), rate(shown, each -> each.adamRate(USUAL)));
    }

    private static double mean(List<Sharpness> shown, ToDoubleFunction<Sharpness> number) {
        return shown.stream().mapToDouble(number).average().orElseThrow();
    }

    /// The least, which is safe from every seed.
    private static Object rate(List<Sharpness> shown, ToDoubleFunction<Sharpness> rate) {
        double least = shown.stream().mapToDouble(rate).min().orElseThrow();
        return Double.isInfinite(least) ? "infinite" : (Object) least;
    }

    static String text(Object rate) { return rate instanceof Double number ? Figures.number(number) : "∞"; }

    /// For the terminal.
    String words() {
        if (Double.isNaN(sharpness)) return "the loss at the start is " + Figures.number(loss)
            + " or bends beyond all numbers: no rate can be told";
        return "sharpness " + Figures.number(sharpness) + " (Gauss-Newton " + Figures.number(gaussNewton) + ", tangent kernel "
            + Figures.number(kernel)
            + "): up to " + text(sgd) + " for SGD, " + text(momentum) + " with momentum 0.9, " + text(adam)
                + " for Adam's first steps";
    }
}
