package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Shape;
import java.util.function.DoublePredicate;

/// By which factors a parameter could be wrong without being found out: what its values, being as many as they are, could show
/// with a probability of 99 %.
///
/// @param up   the least factor above 1 that could be seen; infinite if none could
/// @param down the greatest below 1; 0 if none could
public record Reveal(double up, double down) {

    /// Nothing escapes.
    static final Reveal ALL = new Reveal(1, 1);
    /// How sure it is that what is wrong is seen.
    private static final TailBounds SEEN = new TailBounds(Math.log(100));
    private static final double FARTHEST = 1e6;
    private static final int POINTS = 64;

    /// Whether a factor as large, or one over it, could be seen.
    public boolean shows(double factor) { return up <= factor && down >= 1 / factor; }

    private Reveal lesser(Reveal other) { return new Reveal(Math.max(up, other.up), Math.min(down, other.down)); }

    static Reveal of(Distribution law, Structure structure, Shape shape, int seeds, Terms terms) {
        long all = (long) shape.numel() * seeds;
        return switch (structure) {
            case Structure.Independent() -> of(law, all, terms);
            case Structure.Fixed _, Structure.Orthogonal _, Structure.Directions _, Structure.OrthogonalAt _ -> ALL;
            case Structure.Opposite(var drawn, var each) -> of(drawn, each, Part.ofRows(shape, shape.size(0) / 2), seeds, terms);
            case Structure.Given(var values, var _) -> of(law, all - (long) values.numel() * seeds, terms);
            case Structure.ZerosPerColumn(int zeros, var rest) -> of(rest, all - (long) zeros * shape.size(1) * seeds, terms);
            case Structure.Repeated(int times, var each) -> of(law, each, Part.ofRows(shape, shape.size(0) / times),
                seeds, terms);
            case Structure.Stacked(int blocks, var each) -> of(law, each, Part.ofRows(shape, shape.size(0) / blocks),
                seeds, terms);
            case Structure.Parted(var blocks) -> blocks.stream().map(block -> of(block.law(), block.structure(),
                Part.ofRows(shape, shape.size(0) / blocks.size()), seeds, terms)).reduce(ALL, Reveal::lesser);
        };
    }

    /// Of so many independent values.
    static Reveal of(Distribution law, long n, Terms terms) {
        if (law.variance() == 0) return n > 0 ? ALL : new Reveal(Double.POSITIVE_INFINITY, 0);
        if (n == 0) return new Reveal(Double.POSITIVE_INFINITY, 0);
        var bounds = terms.bounds();
        double rounding = terms.precision() == Precision.FLOAT32 ? 0 : terms.precision().step(1);
        double up = Double.POSITIVE_INFINITY;
        double down = 0;
        if (MomentPool.isNormal(law) && law.mean() == 0) {
            up = Math.sqrt(bounds.greatestNormalVariance(n) / SEEN.leastNormalVariance(n));
            down = Math.sqrt(bounds.leastNormalVariance(n) / SEEN.greatestNormalVariance(n));
        } else if (Sample.bounded(law)) {
            up = least(factor -> -n * Math.log(inside(law, factor)) >= SEEN.x());
            down = 1 / least(factor -> -n * Math.log(law.cdf(law.upper() / factor)) >= bounds.x()
                || -n * Math.log(1 - law.cdf(law.lower() / factor)) >= bounds.x());
            if (law.mean() == 0) {
                double v = law.kurtosis() - 1;
                double reach = Math.max(1, law.upper() * law.upper() / law.variance() - 1);
                double judged = bounds.ofMean(v, reach, n);
                double seen = SEEN.ofMean(v, reach, n);
                if (seen < 1) up = Math.min(up, Math.sqrt((1 + judged) / (1 - seen)));
                if (judged < 1) down = Math.max(down, Math.sqrt((1 - judged) / (1 + seen)));
            }
        }
        double[] places = new double[POINTS];
        for (int i = 0; i < POINTS; i++) places[i] = MomentPool.quantile(law, (i + 0.5) / POINTS);
        double apart = bounds.ofDistribution(n) + SEEN.ofDistribution(n);
        up = Math.min(up, least(factor -> distance(law, places, factor) > apart));
        down = Math.max(down, 1 / least(factor -> distance(law, places, 1 / factor) > apart));
        return new Reveal(up * (1 + rounding), down * (1 - rounding));
    }

    /// The probability that a value, times a factor, lies within the law's bounds.
    private static double inside(Distribution law, double factor) {
        return law.cdf(law.upper() / factor) - Math.max(0, law.cdf(law.lower() / factor));
    }

    private static double distance(Distribution law, double[] places, double factor) {
        double distance = 0;
        for (double place : places) distance = Math.max(distance, Math.abs(law.cdf(place / factor) - law.cdf(place)));
        return distance;
    }

    /// Infinite if none as large as a million is enough.
    private static double least(DoublePredicate enough) {
        if (!enough.test(FARTHEST)) return Double.POSITIVE_INFINITY;
        double low = 0;
        double high = Math.log(FARTHEST);
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            if (enough.test(Math.exp(middle))) high = middle;
            else low = middle;
        }
        return Math.exp(high);
    }
}
