package dev.lanewise.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Short facts as names and values, in the order given: the data set, the seed, the machine.
public record Facts(SequencedMap<String, String> entries) implements Block {

    /// Keeps a copy of the facts, in their order.
    public Facts {
        entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    }

    /// No facts yet; add them with [#and].
    public Facts() {
        this(new LinkedHashMap<>());
    }

    /// {@return these facts and one more; a name that is there already gets the new value}
    ///
    /// @param value shown as [String#valueOf(Object)] gives it
    public Facts and(String name, Object value) {
        var more = new LinkedHashMap<>(entries);
        more.put(name, String.valueOf(value));
        return new Facts(more);
    }

    @Override
    public String html() {
        var markup = new Markup().open("dl", "class", "facts");
        for (Map.Entry<String, String> fact : entries.entrySet())
            markup.open("div").element("dt", fact.getKey()).element("dd", fact.getValue()).close();
        return markup.close().toString();
    }
}
