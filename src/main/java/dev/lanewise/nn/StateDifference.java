package dev.lanewise.nn;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// In what a state, such as a file's, isn't a model's.
///
/// @param missing    paths that the model has and the state has not
/// @param unexpected names that the state has and the model has not
/// @param misshapen  what both have, in other shapes
public record StateDifference(List<String> missing, List<String> unexpected, List<Misshapen> misshapen) {

    /// A parameter or a buffer of two shapes.
    ///
    /// @param state the shape in the state
    /// @param model the shape in the model
    public record Misshapen(String path, Shape state, Shape model) {

        @Override
        public String toString() {
            return Quote.name(path) + " has shape " + Quote.name(state.toString()) + ", the model's is " + model;
        }
    }

    /// Keeps copies of the lists.
    public StateDifference {
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        misshapen = List.copyOf(misshapen);
    }

    /// Whether there is none.
    public boolean isEmpty() { return missing.isEmpty() && unexpected.isEmpty() && misshapen.isEmpty(); }

    /// One line a kind; of many names, the first.
    @Override
    public String toString() {
        var lines = new ArrayList<String>();
        if (!missing.isEmpty()) lines.add(missing.size() + " missing: " + Quote.names(missing));
        if (!unexpected.isEmpty()) lines.add(unexpected.size() + " unexpected: " + Quote.names(unexpected));
        if (!misshapen.isEmpty()) lines.add(misshapen.size() + " misshapen: "
            + misshapen.stream().limit(State.MOST).map(Misshapen::toString)
            .collect(Collectors.joining("; ")) + (misshapen.size() > State.MOST ? "; … and " + (misshapen.size() - State.MOST)
            + " more" : ""));
        return lines.isEmpty() ? "no difference" : String.join("\n", lines);
    }
}
