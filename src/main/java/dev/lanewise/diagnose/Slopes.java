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
/// has, and a rest has not.
final class Slopes {

    private final Map<Integer, Double>[] origins;
    /// The second moment of what begins there.
    private final List<Double> news = new ArrayList<>();

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of maps
    Slopes(int size) { origins = new Map[size]; }

    /// That at a part, whose takers are there already; NaN if it isn't known.
    ///
    /// @param passages of all
    double collect(int i, boolean isEnd, List<Wiring.Taker> takers, List<Passage> passages) {
        var origin = new HashMap<Integer, Double>();
        if (isEnd) begin(origin, 1);
        for (var taker : takers) {
            var way = passages.get(taker.stage()).way(taker.input());
            var behind = origins[taker.stage()];
            if (behind == null || Double.isNaN(way.gradient() + way.linear())) return unknown(i);
            double square = way.gradient() * square(behind);
            if (way.linear() != 0) {
                behind.forEach((source, factor) -> origin.merge(source, way.linear() * factor, Double::sum));
                square -= way.linear() * way.linear() * square(behind);
            }
            if (square > 0) begin(origin, square);
        }
        origins[i] = origin;
        return square(origin);
    }

    private double unknown(int i) {
        origins[i] = null;
        return Double.NaN;
    }

    /// Goes on from what is given there.
    void give(int i, double square) {
        if (Double.isNaN(square)) return;
        origins[i] = new HashMap<>();
        begin(origins[i], square);
    }

    private void begin(Map<Integer, Double> origin, double square) {
        origin.put(news.size(), 1.0);
        news.add(square);
    }

    private double square(Map<Integer, Double> origin) {
        double sum = 0;
        for (var each : origin.entrySet()) sum += each.getValue() * each.getValue() * news.get(each.getKey());
        return sum;
    }
}
