package dev.lanewise.diagnose;

import static dev.lanewise.nn.Places.offDiagonal;
import static dev.lanewise.nn.Places.onDiagonal;

import dev.lanewise.nn.Passage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The second moments of the gradients at a network's parts, from back to front, relative to that of what is sent back.
///
/// Where a signal goes several ways, the gradients that come back on them add up. Independent weights make of a gradient
/// something new, so that it has nothing in common with what comes by another way; of what an activation passes back, E φ' times
/// the gradient has, and a rest has not. What comes from a part of a signal is zeros elsewhere.
final class Slopes {

    private final Map<Integer, Double>[] origins;
    private final List<Moments> news = new ArrayList<>();
    /// Whether a norm's projection has been at what arrives, with no weights since.
    private final boolean[] projected;
    private final double[] uneven;
    /// By how much slopes are larger where a gradient comes back that has met slopes behind.
    private final double[] together;
    private final Map<Embedded, Integer> embedded = new HashMap<>();

    /// What came back to a part of a signal, as that of the whole.
    private record Embedded(int origin, Stage.Taken window) {}

    /// What begins at a part.
    ///
    /// @param within the mean product of two positions of one input
    /// @param map    of any two positions; null where they are alike
    private record Moments(double square, double within, double[] map) {

        Moments(double square, double within) { this(square, within, null); }

        static Moments of(double[] map) { return new Moments(onDiagonal(map), offDiagonal(map), map); }

        Moments plus(double factor, Moments other) {
            var sum = map == null || other.map == null || map.length != other.map.length ? null : map.clone();
            if (sum != null) for (int i = 0; i < sum.length; i++) sum[i] += factor * other.map[i];
            return new Moments(square + factor * other.square, within + factor * other.within, sum);
        }

        Moments times(double factor) {
            return factor == 1 ? this : new Moments(factor * square, factor * within,
                map == null ? null : Arrays.stream(map).map(each -> factor * each).toArray());
        }

        /// At this many positions, one by one.
        Moments at(int positions) {
            if (map != null && map.length == positions * positions) return this;
            var all = new double[positions * positions];
            Arrays.fill(all, within);
            for (int p = 0; p < positions; p++) all[p * positions + p] = square;
            return new Moments(square, within, all);
        }

        /// On their way back through a part.
        Moments through(Passage.Way way) {
            if (way.back() != null) return of(way.back().change().apply(at(way.back().outputs()).map));
            var mixing = way.mixing();
            double[] kept = null;
            if (map != null && mixing.toSquare() == 0 && mixing.ofSquare() == 0) {
                kept = map.clone();
                int positions = (int) Math.sqrt(map.length);
                for (int i = 0; i < kept.length; i++) kept[i] *= i % (positions + 1) == 0 ? way.gradient() : mixing.within();
            }
            return new Moments(way.gradient() * square + mixing.toSquare() * within,
                mixing.ofSquare() * square + mixing.within() * within, kept);
        }
    }

    /// @param uneven of each part, by how much the mean over inputs makes a gradient larger
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of maps
    Slopes(double[] uneven) {
        this.uneven = uneven;
        int size = uneven.length;
        origins = new Map[size];
        together = new double[size];
        Arrays.fill(together, 1);
        projected = new boolean[size];
    }

    /// That at a part, whose takers are there already; NaN if it isn't known.
    ///
    /// @param positions at which it is known one by one; 0 if positions are alike
    /// @param passages of all
    double collect(int i, int positions, boolean isEnd, List<Wiring.Taker> takers, List<Stage> stages, List<Passage> passages) {
        var origin = new HashMap<Integer, Double>();
        if (isEnd) begin(origin, new Moments(1, 0));
        for (var taker : takers) {
            var way = passages.get(taker.stage()).way(taker.input());
            var behind = origins[taker.stage()];
            if (behind == null || Double.isNaN(way.gradient() + way.linear())) return unknown(i);
            if (stages.get(taker.stage()).plain() instanceof Stage.Taken window) {
                behind.forEach((source, factor) -> origin.merge(embedded(source, window), factor, Double::sum));
                continue;
            }
            var moments = moments(behind);
            // what a norm takes off, and the sizes that it divides by, are new to a gradient that comes by weights; round these
            // it comes from a norm of nearly the same
            double larger = (projected[taker.stage()] ? 1 : uneven[taker.stage()]) * together[taker.stage()];
            var here = moments.through(way).times(larger);
            if (here.map != null && here.map.length != positions * positions) here = new Moments(here.square, here.within);
            double linear = way.linear() * Math.sqrt(larger);
            if (linear != 0) {
                behind.forEach((source, factor) -> origin.merge(source, linear * factor, Double::sum));
                here = here.plus(-linear * linear, moments);
            }
            // what goes round and by the next norm has lost it already
            boolean loses = here.square < 0 && way.back() == null;
            if (here.square > 0 || way.back() != null || loses && !projected[taker.stage()]) begin(origin, here);
            projected[i] |= loses || way.linear() != 0 && projected[taker.stage()];
        }
        origins[i] = origin;
        return moments(origin).square;
    }

    /// The slopes of a part are so many times larger where gradients come back to it.
    void enlarge(int i, double times) { together[i] = times; }

    double enlarged(int i) { return together[i]; }

    /// Whether a norm's projection has been at a part's gradient, with no weights since.
    boolean isProjected(int i) { return projected[i]; }

    /// What two positions of a part's gradient have in common, of its second moment; 0 if that isn't known.
    double within(int i) {
        if (origins[i] == null) return 0;
        var moments = moments(origins[i]);
        return moments.square > 0 ? Math.clamp(moments.within / moments.square, 0, 1) : 0;
    }

    private int embedded(int origin, Stage.Taken window) {
        return embedded.computeIfAbsent(new Embedded(origin, window), _ -> {
            var moments = news.get(origin);
            var map = moments.map == null || !window.keepsPlaces() ? null : Arrays.stream(moments.map)
                .map(each -> window.share() * each).toArray();
            news.add(new Moments(window.share() * moments.square, window.pairs() * moments.within, map));
            return news.size() - 1;
        });
    }

    private double unknown(int i) {
        origins[i] = null;
        return Double.NaN;
    }

    /// Goes on from what is given there, as if positions had nothing in common.
    void give(int i, double square) {
        if (Double.isNaN(square)) return;
        origins[i] = new HashMap<>();
        begin(origins[i], new Moments(square, 0));
    }

    private void begin(Map<Integer, Double> origin, Moments moments) {
        origin.put(news.size(), 1.0);
        news.add(moments);
    }

    private Moments moments(Map<Integer, Double> origin) {
        Moments sum = null;
        for (var each : origin.entrySet()) {
            double factor = each.getValue() * each.getValue();
            var moments = news.get(each.getKey());
            sum = (sum == null ? new Moments(0, 0, zeros(moments.map)) : sum).plus(factor, moments);
        }
        return sum == null ? new Moments(0, 0) : sum;
    }

    private static double[] zeros(double[] map) { return map == null ? null : new double[map.length]; }
}
