package dev.lanewise.spark;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.io.Digest;
import dev.lanewise.io.SafetensorsFile;
import dev.lanewise.train.StatefulCallback;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// What decides a run's bits, but for how many epochs it has: its data, its program, and settings. Checkpoints keep it, and are
/// refused by a run of another.
///
/// @param facts short texts by name
record Identity(LinkedHashMap<String, String> facts) implements StatefulCallback, Serializable {

    private static final String NAME = "identity";
    private static final String DATA = "data";
    private static final int LONGEST = 200;
    /// Under which a checkpoint's metadata has what is kept here.
    private static final String PREFIX = "part.callback-" + NAME + ".";

    static Identity of(Program<?, ?> program, Settings settings, Census census) {
        var facts = new LinkedHashMap<String, String>();
        facts.put(DATA, census.toString());
        facts.put("batchSize", "" + settings.batchSize());
        facts.put("shards", "" + settings.shards());
        facts.put("seed", "" + settings.seed());
        facts.put("program", program.description());
        facts.putAll(program.trainer().facts());
        facts.replaceAll((_, text) -> text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "… " + Digest.of(text));
        return new Identity(facts);
    }

    /// Of all of it: a name for a folder.
    String digest() { return new Digest().add(facts).shortDigest(); }

    /// @param rows of all data
    long stepsInEpoch(long rows, int batchSize) {
        return Math.ceilDiv(Math.ceilDiv(rows, batchSize), Long.parseLong(facts.get("accumulate")));
    }

    @Override
    public String name() { return NAME; }

    @Override
    public State state() { return State.of(facts); }

    @Override
    public void check(State state) {
        var there = state.text(DATA);
        if (!there.equals(facts.get(DATA))) throw new IllegalArgumentException(
            "the checkpoint is of other data: digest " + there + ", but that of these is " + facts.get(DATA)
                + "; go on with the data that the run began with, or name another folder for checkpoints");
        var names = new TreeMap<String, String>(state.texts());
        names.putAll(facts);
        for (var name : names.keySet()) {
            var was = state.texts().get(name);
            var is = facts.get(name);
            if (is == null || !is.equals(was)) throw new IllegalArgumentException(
                "the checkpoint is of another program or other settings: " + name + " was " + said(was) + ", and is " + said(is)
                    + "; go on with what the run began with, or name another folder for checkpoints");
        }
    }

    private static String said(String text) { return text == null ? "not there" : "\"" + text + "\""; }

    @Override
    public void load(State state) { check(state); }

    /// Looks at a checkpoint's own words alone.
    ///
    /// @throws IllegalArgumentException if it is another run's
    /// @throws MalformedFileException   if it is damaged, or no checkpoint of this library's on Spark
    void check(Path checkpoint) {
        var texts = new TreeMap<String, String>();
        SafetensorsFile.open(checkpoint).metadata().forEach((name, text) -> {
            if (name.startsWith(PREFIX)) texts.put(name.substring(PREFIX.length()), text);
        });
        check(State.of(Map.copyOf(texts)));
    }
}
