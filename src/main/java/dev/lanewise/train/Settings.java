package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.io.Checkpoint.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What must be the same where a run goes on, lest it be another: the data's size, how it is cut into steps, and how epochs are
/// compared.
///
/// @param batches    of the loader in an epoch
/// @param batchSize  "varied" where a sampler chooses batches one by one
/// @param examples   of the data set
/// @param accumulate batches a step
/// @param shards     of a step, 0 for none
/// @param validation "none", or which way it is better, and of what
record Settings(int batches, String batchSize, int examples, int accumulate, int shards, String validation) {

    private static final String SHARDS = "shards";
    private static final String BATCH = "batch";
    private static final String LOG = "log.";
    private static final String RECEIPT = "receipt";
    private static final String OLDER = "older";
    private static final int MOST_OLDER = 100_000;
    private static final int MOST_LOGS = 1000;
    private static final int LONGEST_NUMBER = 20;

    /// Where in an epoch a run stands.
    ///
    /// @param batches done
    /// @param logs    what the sinks' [MetricSink#flush] said
    /// @param older   the steps of checkpoints that lie beside it
    /// @param receipt the byte at which it ends; -1 without one
    record Position(int batches, List<Long> logs, List<Long> older, long receipt) {}

    static <B> Settings of(Trainer<B> trainer, DataLoader<B> data) {
        var batchSize = data.batchSize() == 0 ? "varied" : Integer.toString(data.batchSize());
        return new Settings(data.batches(), batchSize, data.dataset().size(), trainer.accumulate, trainer.shards,
            validation(trainer));
    }

    /// How epochs are compared.
    static String validation(Trainer<?> trainer) {
        return trainer.validation == null ? "none" : trainer.validation.mode()
            + (trainer.validatesAverage ? " of the average" : "");
    }

    int stepsInEpoch() { return steps(batches); }

    /// As many batches make, the last of them perhaps of fewer.
    int steps(int batches) { return (int) (((long) batches + accumulate - 1) / accumulate); }

    /// Whether a step is made after so many batches of an epoch.
    boolean completesStep(int batches) { return batches % accumulate == 0 || batches == this.batches; }

    Map<String, String> notes(Position position) {
        var notes = named();
        notes.put(BATCH, Integer.toString(position.batches));
        for (int i = 0; i < position.logs.size(); i++) notes.put(LOG + i, position.logs.get(i).toString());
        if (position.receipt >= 0) notes.put(RECEIPT, Long.toString(position.receipt));
        if (!position.older.isEmpty()) notes.put(OLDER, position.older.stream().map(Object::toString)
            .collect(Collectors.joining(" ")));
        return notes;
    }

    Map<String, String> named() {
        var named = new TreeMap<>(Map.of("batches", "" + batches, "batch_size", batchSize, "examples", "" + examples,
            "accumulate", "" + accumulate, "validation", validation));
        if (shards > 0) named.put(SHARDS, "" + shards);
        return named;
    }

    /// @throws IllegalArgumentException if the notes are of another run
    /// @throws MalformedFileException   if they are damaged
    Position check(Progress progress) {
        var notes = progress.notes();
        if (shards == 0 && notes.containsKey(SHARDS)) throw new IllegalArgumentException("\"note.shards\" is "
            + Quote.of(notes.get(SHARDS)) + ", but this run's steps aren't cut into any; say shards(…) as the run did that"
            + " it is of");
        named().forEach((name, own) -> {
            var there = notes.get(name);
            if (there == null && name.equals(SHARDS)) throw new IllegalArgumentException("it is of a run whose steps weren't cut"
                + " into shards, but this run's are cut into " + own + "; leave out shards(…), or start anew");
            if (there == null) throw damaged(name, null, "");
            if (!own.equals(there)) throw new IllegalArgumentException("\"note." + name + "\" is " + Quote.of(there)
                + ", but this run's " + name + " is " + own + "; go on with the settings and the data that the run began with");
        });
        int batch = (int) whole(notes, BATCH, batches - 1);
        if (!completesStep(batch)) throw damaged(BATCH, "" + batch, "it must be a multiple of " + accumulate);
        long steps = (long) progress.epoch() * steps(batches) + steps(batch);
        if (progress.step() != steps) throw new MalformedFileException("resume", null, "epoch " + progress.epoch() + " and batch "
            + batch + " are " + steps + " steps, not " + progress.step() + "; the checkpoint is damaged");
        var logs = new ArrayList<Long>();
        while (logs.size() < MOST_LOGS && notes.containsKey(LOG + logs.size()))
            logs.add(whole(notes, LOG + logs.size(), Long.MAX_VALUE));
        long receipt = notes.containsKey(RECEIPT) ? whole(notes, RECEIPT, Long.MAX_VALUE) : -1;
        return new Position(batch, logs, older(notes, progress.step()), receipt);
    }

    private static List<Long> older(Map<String, String> notes, long step) {
        var older = new ArrayList<Long>();
        var text = notes.get(OLDER);
        if (text != null) for (var each : text.split(" ", MOST_OLDER)) older.add(whole(OLDER, each, step - 1));
        return older;
    }

    private static long whole(Map<String, String> notes, String name, long most) { return whole(name, notes.get(name), most); }

    private static long whole(String name, String text, long most) {
        try {
            long value = text == null || text.length() > LONGEST_NUMBER ? -1 : Long.parseLong(text);
            if (value >= 0 && value <= most && text.equals(Long.toString(value))) return value;
        } catch (NumberFormatException e) {
            // said below
        }
        throw damaged(name, text, "it must be a whole number from 0 to " + most);
    }

    private static MalformedFileException damaged(String name, String text, String remedy) {
        return new MalformedFileException("resume", null, "\"note." + name + "\" is "
            + (text == null ? "missing" : Quote.of(text) + "; " + remedy) + "; the checkpoint is damaged");
    }
}
