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
            return new RowGroup(group.getValue().size() == 1 ? group.getValue().getFirst().path() : ambiguous ? name + " (" + group.getKey().get(1) + ")" : name,
                group.getValue());
        }).toList();
    }

    private static String pattern(LayerExplanation row) { return NUMBER.matcher(row.path()).replaceFirst("*"); }

    private static String kind(LayerExplanation row) { return row.kind().replaceFirst("\\(.*", ""); }
}
