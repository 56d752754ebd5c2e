package dev.lanewise.nn.init;

import dev.lanewise.file.Quote;
import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.expr.Derivative;
import dev.lanewise.kernel.expr.DoubleValue;
import dev.lanewise.kernel.expr.StandardNormal;
import dev.lanewise.tensor.ElementwiseOperation;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/// An activation as a function of one number, and what it does to normal numbers of mean 0 and second moment q, as a wide
/// layer's outputs are before the activation.
///
/// Theory of signal propagation: Poole, Lahiri, Raghu, Sohl-Dickstein and Ganguli, "Exponential expressivity in deep neural
/// networks through transient chaos", 2016; Schoenholz, Gilmer, Ganguli and Sohl-Dickstein, "Deep information propagation",
/// 2017. Below, z is such a number and E its mean.
///
/// @param name  PyTorch's, lower case
/// @param value the function
/// @param slope its derivative, exact; anything at a kink
/// @param kinks where the function or its slope jumps
public record Nonlinearity(String name, DoubleUnaryOperator value, DoubleUnaryOperator slope, List<Double> kinks) {

    /// x.
    public static final Nonlinearity LINEAR = of("linear", x -> x, _ -> 1);

    /// max(x, 0).
    public static final Nonlinearity RELU = of("relu", x -> Math.max(x, 0), x -> x > 0 ? 1 : 0, 0);

    /// The hyperbolic tangent.
    public static final Nonlinearity TANH = of("tanh", Math::tanh, x -> 1 - Math.tanh(x) * Math.tanh(x));

    /// 1 / (1 + e^-x).
    public static final Nonlinearity SIGMOID = of("sigmoid", Nonlinearity::logistic, x -> logistic(x) * logistic(-x));

    /// 1.0507 x where x is positive, else 1.7581 (e^x - 1).
    public static final Nonlinearity SELU = selu();

    /// x Φ(x), Φ being the normal law's distribution function.
    public static final Nonlinearity GELU = of("gelu", x -> x * StandardNormal.cdf(x),
        x -> StandardNormal.cdf(x) + x * StandardNormal.density(x));

    /// x (1 + tanh(sqrt(2 / π) (x + 0.044715 x³))) / 2, which is nearly [#GELU].
    public static final Nonlinearity GELU_TANH = geluTanh();

    /// x / (1 + e^-x).
    public static final Nonlinearity SILU = of("silu", x -> x * logistic(x), x -> logistic(x) * (1 + x * logistic(-x)));
    /// Its second derivative jumps at 0.
    public static final Nonlinearity SOFTSIGN = of("softsign", x -> x / (1 + Math.abs(x)),
        x -> 1 / ((1 + Math.abs(x)) * (1 + Math.abs(x))), 0);

    /// x tanh(log(1 + e^x)).
    public static final Nonlinearity MISH = mish();

    /// -log(1 + e^-x).
    public static final Nonlinearity LOG_SIGMOID = of("logsigmoid", x -> -softplus(-x), x -> logistic(-x));

    /// The error function.
    public static final Nonlinearity ERF = of("erf", x -> 2 * StandardNormal.cdf(x * Math.sqrt(2)) - 1,
        x -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x));

    /// The sine.
    public static final Nonlinearity SIN = of("sin", Math::sin, Math::cos);

    /// x times [#HARDSIGMOID].
    public static final Nonlinearity HARDSWISH = of("hardswish", x -> x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6,
        x -> x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6, -3, 3);

    /// A line from 0 at -3 to 1 at 3, level beyond.
    public static final Nonlinearity HARDSIGMOID = of("hardsigmoid", x -> Math.clamp((x + 3) / 6, 0, 1), x -> x > -3 && x < 3
        ? 1 / 6.0 : 0,
        -3, 3);

    /// x - tanh x.
    public static final Nonlinearity TANHSHRINK = of("tanhshrink", new DoubleValue(Term.input(0).tanhshrink()),
        x -> Math.tanh(x) * Math.tanh(x));

    /// All, those with parameters at PyTorch's defaults; a threshold, which has none there, at 0, with 0 below.
    public static final List<Nonlinearity> ALL = List.of(LINEAR, RELU, leakyRelu(0.01), TANH, SIGMOID, SELU, elu(1), GELU,
        GELU_TANH, SILU, softplus(1, 20), SOFTSIGN, MISH, hardtanh(-1, 1), LOG_SIGMOID, ERF, SIN, HARDSWISH, HARDSIGMOID, celu(1),
        softshrink(0.5), hardshrink(0.5), TANHSHRINK, threshold(0, 0));

    /// Slopes at 0 are their limits from here, as 0 itself may be a kink.
    private static final double SMALLEST = 1e-12;
    /// What a moment may be wrong by.
    private static final double RESOLVED = 1e-3;
    /// Beyond, slopes are their limits far out.
    private static final double LARGEST = 1e100;
    /// What a function without a jump may differ by from one side of a kink to the other.
    private static final double NO_JUMP = 1e-9;

    /// Keeps a copy of the kinks.
    public Nonlinearity { kinks = List.copyOf(kinks); }

    /// A function of your own.
    public static Nonlinearity of(String name, DoubleUnaryOperator value, DoubleUnaryOperator slope, double... kinks) {
        return new Nonlinearity(name, value, slope, java.util.Arrays.stream(kinks).boxed().toList());
    }

    /// What an operation of yours is on one number, its slope derived from its formula, in double; kinks are found where the
    /// formula chooses, within 100 of 0.
    ///
    /// @throws IllegalArgumentException if the operation isn't of one tensor, its parameters have no numbers, or it changes so
    ///     narrowly that moments would be wrong: what is narrower than 1e-4 may go unseen
    public static Nonlinearity of(ElementwiseOperation operation) {
        if (operation.inputs() != 1) throw new IllegalArgumentException(operation.name() + ": it is of " + operation.inputs()
            + " tensors; an activation is of one");
        var formula = operation.formula();
        if (Term.inOrder(List.of(formula)).stream()
            .anyMatch(term -> term.op() == Op.PARAMETER)) throw new IllegalArgumentException(
            operation.name() + ": its parameters have no numbers; call with(…) first");
        var slope = Derivative.of(formula, 0, Term.constant(1));
        var derived = new Nonlinearity(operation.name(), new DoubleValue(formula), slope == null ? _ -> 0
            : new DoubleValue(slope), Kinks.of(formula));
        derived.requireResolved();
        return derived;
    }

    /// That the points of an integral see what the function does.
    private void requireResolved() {
        double seen = square(1);
        double fine = NormalMean.finest(x -> Math.pow(value.applyAsDouble(x), 2), 0, 1, kinkArray());
        if (Double.isFinite(seen) && Double.isFinite(fine)
            && Math.abs(seen - fine) > RESOLVED * fine) throw new IllegalArgumentException(name
            + ": it changes more narrowly than its integrals see: of standard normal numbers the mean of its square is " + seen
            + " with as many points as they have, " + fine
            + " with 64 times as many; scale it, or name the places by Nonlinearity.of(name, value, slope, kinks…)");
    }

    /// The activation of this name, such as `relu` or `tanh`, with its usual numbers.
    ///
    /// @throws IllegalArgumentException if there is none of that name; it lists those there are
    public static Nonlinearity named(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException(
            "activation " + Quote.of(name) + " is not known; there are "
                + String.join(", ", ALL.stream().map(Nonlinearity::name).toList())));
    }

    /// x where it is positive, else `slope` times x.
    public static Nonlinearity leakyRelu(double slope) {
        return of("leaky_relu", x -> x > 0 ? x : slope * x, x -> x > 0 ? 1 : slope, 0);
    }

    /// x where it is positive, else alpha (e^x - 1).
    public static Nonlinearity elu(double alpha) {
        return of("elu", x -> x > 0 ? x : alpha * Math.expm1(x), x -> x > 0 ? 1 : alpha * Math.exp(x), 0);
    }

    /// sin(omega0 x); moments are within 1e-5 while omega0 √q is at most 20, and lose their digits beyond.
    public static Nonlinearity sin(double omega0) {
        return omega0 == 1 ? SIN : of("sin", x -> Math.sin(omega0 * x), x -> omega0 * Math.cos(omega0 * x));
    }

    /// log(1 + e^(beta x)) / beta, and x itself where beta x is above the threshold.
    public static Nonlinearity softplus(double beta, double threshold) {
        return of("softplus", x -> beta * x > threshold ? x : softplus(beta * x) / beta,
            x -> beta * x > threshold ? 1 : logistic(beta * x), threshold / beta);
    }

    /// x within [min, max], else the nearer bound.
    public static Nonlinearity hardtanh(double min, double max) {
        return of("hardtanh", x -> Math.clamp(x, min, max), x -> x > min && x < max ? 1 : 0, min, max);
    }

    /// x where it is positive, else alpha (e^(x / alpha) - 1).
    public static Nonlinearity celu(double alpha) {
        return of("celu", x -> x > 0 ? x : alpha * Math.expm1(x / alpha), x -> x > 0 ? 1 : Math.exp(x / alpha), 0);
    }

    /// x, nearer to 0 by lambda; 0 within ±lambda.
    public static Nonlinearity softshrink(double lambda) {
        return of("softshrink", x -> x > lambda ? x - lambda : x < -lambda ? x + lambda : 0, x -> Math.abs(x) > lambda ? 1 : 0,
            -lambda, lambda);
    }

    /// It jumps at ±lambda, which its slope, as gradients have it, doesn't show.
    public static Nonlinearity hardshrink(double lambda) {
        return of("hardshrink", x -> Math.abs(x) > lambda ? x : 0, x -> Math.abs(x) > lambda ? 1 : 0, -lambda, lambda);
    }

    /// As [#hardshrink], it may jump.
    public static Nonlinearity threshold(double threshold, double value) {
        return of("threshold", x -> x > threshold ? x : value, x -> x > threshold ? 1 : 0, threshold);
    }

    private static Nonlinearity selu() {
        double alpha = 1.6732632423543772;
        double scale = 1.0507009873554805;
        var elu = elu(alpha);
        return of("selu", x -> scale * elu.value.applyAsDouble(x), x -> scale * elu.slope.applyAsDouble(x), 0);
    }

    private static Nonlinearity geluTanh() {
        double a = Math.sqrt(2 / Math.PI);
        double b = 0.044715;
        DoubleUnaryOperator tanh = x -> Math.tanh(a * (x + b * x * x * x));
        return of("gelu_tanh", x -> x / 2 * (1 + tanh.applyAsDouble(x)), x -> {
            double t = tanh.applyAsDouble(x);
            return (1 + t) / 2 + x / 2 * (1 - t * t) * a * (1 + 3 * b * x * x);
        });
    }

    private static Nonlinearity mish() {
        return of("mish", x -> x * Math.tanh(softplus(x)), x -> {
            double t = Math.tanh(softplus(x));
            return t + x * (1 - t * t) * logistic(x);
        });
    }

    private static double logistic(double x) { return 1 / (1 + Math.exp(-x)); }

    private static double softplus(double x) { return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); }

    // ---- of normal numbers

    /// E φ(z).
    public double mean(double q) { return expectation(value, q); }

    /// E φ(z)²: what is left of the second moment.
    public double square(double q) { return expectation(x -> Math.pow(value.applyAsDouble(x), 2), q); }

    /// E φ'(z)²: what is left of a gradient's second moment; at q = 0 the limit, as of [#growth], and at infinity, too.
    public double squaredSlope(double q) {
        return expectation(x -> Math.pow(slope.applyAsDouble(x), 2), Math.min(Math.max(q, SMALLEST), LARGEST));
    }

    /// E φ'(z), which is E z φ(z) / q where φ doesn't jump: as much of z itself is in φ(z), and a rest that has no covariance
    /// with it; at q = 0 and at infinity the limit, as of [#squaredSlope].
    public double meanSlope(double q) { return expectation(slope, Math.min(Math.max(q, SMALLEST), LARGEST)); }

    /// The same function of x + shift.
    public Nonlinearity shifted(double shift) {
        return shift == 0 ? this : new Nonlinearity(name, x -> value.applyAsDouble(x + shift),
            x -> slope.applyAsDouble(x + shift), kinks.stream().map(kink -> kink - shift).toList());
    }

    /// The derivative of [#square] with respect to q: E z φ(z) φ'(z) / q, which is E[φ φ'' + φ'²] where φ'' exists. Where φ
    /// jumps, as q grows more numbers come to lie beyond.
    public double growth(double q) {
        double least = Math.max(q, SMALLEST);
        // a constant times z has mean 0; without it no digits are lost where q is small
        double constant = value.applyAsDouble(0) * slope.applyAsDouble(0);
        double growth = expectation(x -> x * (value.applyAsDouble(x) * slope.applyAsDouble(x) - constant), least) / least;
        for (double kink : kinks) {
            double jump = Math.pow(value.applyAsDouble(Math.nextUp(kink)), 2)
                - Math.pow(value.applyAsDouble(Math.nextDown(kink)), 2);
            double z = kink / Math.sqrt(least);
            if (Math.abs(jump) > NO_JUMP) growth += jump * z * StandardNormal.density(z) / (2 * least);
        }
        return growth;
    }

    /// E φ(z)⁴ / (E φ(z)²)² - 1: the variance of one unit's square, relative to its mean's square.
    public double fluctuation(double q) {
        double square = square(q);
        return expectation(x -> Math.pow(Math.pow(value.applyAsDouble(x), 2) / square, 2), q) - 1;
    }

    /// E φ(z) φ(z'), the two having the same second moment q and this correlation, of [-1, 1]; within 1e-8 of [#square].
    public double product(double q, double correlation) { return product(value, q, correlation); }

    /// Hermite's coefficients E φ(z) Heₙ(z / √q) / √n!, n from 0 on, and behind them the root of what of E φ(z)² all further ones
    /// have.
    public double[] series(double q, int count) {
        var series = new double[count + 1];
        var points = NormalMean.points(Math.sqrt(q), kinkArray());
        double deviation = Math.sqrt(q);
        double left = 0;
        for (int i = 0; i < points.places().length; i++) {
            double weighted = points.weights()[i] * value.applyAsDouble(points.places()[i]);
            double x = deviation == 0 ? 0 : points.places()[i] / deviation;
            left += weighted * value.applyAsDouble(points.places()[i]);
            double before = 0;
            double here = 1;
            for (int n = 0; n < (q == 0 ? 1 : count); n++) {
                series[n] += weighted * here;
                double next = (x * here - Math.sqrt(n) * before) / Math.sqrt(n + 1);
                before = here;
                here = next;
            }
        }
        for (int n = 0; n < count; n++) left -= series[n] * series[n];
        series[count] = Math.sqrt(Math.max(0, left));
        return series;
    }

    /// E f(x) g(y) = Σ aₙ bₙ ρⁿ of two functions' [#series], the numbers having this correlation (Lancaster 1957); what the last
    /// terms stand for counts as one more. NaN where the correlation isn't known.
    ///
    /// @throws IllegalArgumentException if one series is longer
    public static double seriesProduct(double[] a, double[] b, double correlation) {
        if (a.length != b.length) throw new IllegalArgumentException("seriesProduct: series of " + a.length + " and " + b.length
            + " terms; take as many of both");
        if (Double.isNaN(correlation)) return Double.NaN;
        double sum = 0;
        for (int n = a.length - 1; n >= 0; n--) sum = sum * correlation + a[n] * b[n];
        return sum;
    }

    /// E φ'(z) φ'(z') likewise: what is left of what two gradients have in common.
    public double slopeProduct(double q, double correlation) {
        return product(slope, Math.min(Math.max(q, SMALLEST), LARGEST), correlation);
    }

    private double product(DoubleUnaryOperator f, double q, double correlation) {
        double size = Math.abs(correlation);
        if (!(size <= 1)) throw new IllegalArgumentException(name + ": correlation " + correlation + "; it must be of [-1, 1]");
        double sign = Math.signum(correlation);
        if (size > 1 - 1e-12)
            return expectation(x -> f.applyAsDouble(x) * f.applyAsDouble(sign * x), q);
        // each is the sum of a number that both share, up to its sign, and one of its own
        double shared = Math.sqrt(q * size);
        double own = Math.sqrt(q * (1 - size));
        DoubleUnaryOperator given = x -> NormalMean.coarse(f, x, own, kinkArray());
        // what is left of a kink is a bend that wide
        var bends = kinks.stream().flatMap(kink -> Stream.of(kink - 6 * own, kink, kink + 6 * own)).flatMap(x -> Stream.of(x, -x))
            .distinct().mapToDouble(x -> x).toArray();
        DoubleUnaryOperator both = sign > 0 ? x -> Math.pow(given.applyAsDouble(x), 2)
            : x -> given.applyAsDouble(x) * given.applyAsDouble(sign * x);
        return NormalMean.coarse(both, 0, shared, bends);
    }

    private double expectation(DoubleUnaryOperator f, double q) {
        if (!(q >= 0)) throw new IllegalArgumentException(name + ": second moment " + q + "; it must be 0 or more");
        return q == Double.POSITIVE_INFINITY ? Double.NaN : NormalMean.of(f, 0, Math.sqrt(q), kinkArray());
    }

    private double[] kinkArray() { return kinks.stream().mapToDouble(kink -> kink).toArray(); }

    @Override
    public String toString() { return name; }
}
