package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/// Rows of the same place in each block, as all blocks' second linear layers: what is to be compared with each other.
///
/// @param name the path, a star in the place of the block's number
/// @param rows in the order in which they run
record RowGroup(String name, List<LayerExplanation> rows) {

    private static final Pattern NUMBER = Pattern.compile("(?<![^.])[0-9]+[a-z]?(?![^.])");

    /// All rows, in the order in which groups begin.
    static List<RowGroup> of(List<LayerExplanation> rows) {
        var groups = new LinkedHashMap<List<String>, List<LayerExplanation>>();
        for (var row : rows) groups.computeIfAbsent(List.of(pattern(row), kind(row)), _ -> new ArrayList<>()).add(row);
        var names = groups.keySet().stream().map(List::getFirst).toList();
        return groups.entrySet().stream().map(group -> {
            var name = group.getKey().getFirst();
            boolean ambiguous = names.indexOf(name) != names.lastIndexOf(name);
            return new RowGroup(group.getValue().size() == 1 ? group.getValue().getFirst().path() : ambiguous ? name + " ("
                + group.getKey().get(1) + ")" : name,
                group.getValue());
        }).toList();
    }

    /// Which block a row is of: its path up to the first number.
    static String block(LayerExplanation row) {
        var matcher = NUMBER.matcher(row.path());
        return matcher.find() ? row.path().substring(0, matcher.end()) : row.path();
    }

    /// What blocks of one kind have in common: what is in front of their numbers, and a star.
    static String blocks(LayerExplanation row) {
        var matcher = NUMBER.matcher(row.path());
        return matcher.find() ? row.path().substring(0, matcher.start()) + "*" : row.path();
    }

    private static String pattern(LayerExplanation row) { return NUMBER.matcher(row.path()).replaceFirst("*"); }

    private static String kind(LayerExplanation row) { return row.kind().replaceFirst("\\(.*", ""); }
}
