package dev.lanewise.diagnose;

import dev.lanewise.nn.Passage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The second moments of the gradients at a network's parts, from back to front, relative to that of what is sent back.
///
/// Where a signal goes several ways, the gradients that come back on them add up. Independent weights make of a gradient
/// something new, so that it has nothing in common with what comes by another way; of what an activation passes back, E φ' times the gradient
/// has, and a rest has not. What comes from a part of a signal is zeros elsewhere.
final class Slopes {

    private final Map<Integer, Double>[] origins;
    private final List<Moments> news = new ArrayList<>();
    private final Map<Embedded, Integer> embedded = new HashMap<>();

    /// What came back to a part of a signal, as that of the whole.
    private record Embedded(int origin, Stage.Taken window) {}

    /// What begins at a part.
    ///
    /// @param within the mean product of two positions of one input
    private record Moments(double square, double within) {

        Moments plus(double factor, Moments other) { return new Moments(square + factor * other.square, within + factor * other.within); }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of maps
    Slopes(int size) { origins = new Map[size]; }

    /// That at a part, whose takers are there already; NaN if it isn't known.
    ///
    /// @param passages of all
    double collect(int i, boolean isEnd, List<Wiring.Taker> takers, List<Stage> stages, List<Passage> passages) {
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
            var mixing = way.mixing();
            var here = new Moments(way.gradient() * moments.square + mixing.toSquare() * moments.within,
                mixing.ofSquare() * moments.square + mixing.within() * moments.within);
            if (way.linear() != 0) {
                behind.forEach((source, factor) -> origin.merge(source, way.linear() * factor, Double::sum));
                here = here.plus(-way.linear() * way.linear(), moments);
            }
            if (here.square > 0) begin(origin, here);
        }
        origins[i] = origin;
        return moments(origin).square;
    }

    private int embedded(int origin, Stage.Taken window) {
        return embedded.computeIfAbsent(new Embedded(origin, window), _ -> {
            var moments = news.get(origin);
            news.add(new Moments(window.share() * moments.square, window.pairs() * moments.within));
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
        var sum = new Moments(0, 0);
        for (var each : origin.entrySet()) sum = sum.plus(each.getValue() * each.getValue(), news.get(each.getKey()));
        return sum;
    }
}
