package dev.lanewise.train;

import dev.lanewise.group.Group;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/// Processes that are to train one model tell each other what decides its bits.
final class Agreement {

    private Agreement() {}

    /// @throws IllegalArgumentException if a process has another fact than rank 0; in all of them
    static void require(Group group, Map<String, String> facts) {
        var text = new StringBuilder();
        facts.forEach((name, said) -> text.append(line(name)).append('\n').append(line(said)).append('\n'));
        var message = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        var all = new ArrayList<Map<String, String>>();
        for (var each : group.exchange(Collections.nCopies(group.size(),
            message))) all.add(facts(StandardCharsets.UTF_8.decode(each).toString()));
        for (int rank = 1; rank < all.size(); rank++) if (!all.get(rank).equals(all.getFirst()))
            throw new IllegalArgumentException("fit: rank " + rank + " of the group doesn't run what rank 0 runs: "
                + difference(all.getFirst(), all.get(rank)) + "; start all with the same program, seed, data and checkpoint");
    }

    private static String difference(Map<String, String> first, Map<String, String> other) {
        var names = new LinkedHashSet<>(first.keySet());
        names.addAll(other.keySet());
        for (var name : names) if (!first.getOrDefault(name, "none").equals(other.getOrDefault(name, "none")))
            return name + " is " + other.getOrDefault(name, "none") + ", but that of rank 0 is "
                + first.getOrDefault(name, "none");
        return "the facts are in another order";
    }

    private static String line(String text) { return text.replace('\n', ' '); }

    private static Map<String, String> facts(String text) {
        var lines = text.split("\n");
        var facts = new LinkedHashMap<String, String>();
        for (int i = 0; i + 1 < lines.length; i += 2) facts.put(lines[i], lines[i + 1]);
        return facts;
    }
}
