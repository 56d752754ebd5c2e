package dev.lanewise.diagnose;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Starts in the order of their health: as batches show it, then as theory has it.
///
/// ```java
/// var ranking = StartRanking.of(Map.of("he", Explanation.of(he, batch), "xavier", Explanation.of(xavier, batch)));
/// IO.println(ranking.places().getFirst().name());
/// ```
///
/// @param places the healthiest first
public record StartRanking(List<Place> places) {

    /// Keeps a copy of the places.
    public StartRanking { places = List.copyOf(places); }

    /// A start's.
    ///
    /// @param place     by what was measured, from 1; starts that are alike share one
    /// @param predicted the place by theory alone
    public record Place(String name, int place, int predicted, Health inTheory, Health onTheBatch) {}

    /// Ranks starts, the healthiest first.
    ///
    /// @param starts by name; those that are alike in everything stay in this order
    public static StartRanking of(Map<String, Explanation> starts) {
        record Start(String name, Health theory, Health batch) {
            static Start of(String name, Explanation explanation) {
                return new Start(name, Health.predicted(explanation), Health.measured(explanation));
            }
        }
        var all = starts.entrySet().stream().map(each -> Start.of(each.getKey(), each.getValue())).toList();
        var order = Comparator.comparing(Start::batch).thenComparing(Start::theory);
        var places = new ArrayList<Place>();
        for (var start : all.stream().sorted(order).toList())
            places.add(new Place(start.name, 1 + (int) all.stream().filter(other -> order.compare(other, start) < 0).count(),
                1 + (int) all.stream().filter(other -> other.theory.compareTo(start.theory) < 0).count(), start.theory,
                start.batch));
        return new StartRanking(places);
    }
}
