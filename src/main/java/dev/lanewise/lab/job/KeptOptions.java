package dev.lanewise.lab.job;

import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.train.StatefulCallback;
import java.util.Map;
import java.util.TreeMap;

/// What decides a run's outcome, in its checkpoint: who goes on with another job, other options or other data is told.
///
/// @param options by name; not what is read, which may have been moved
/// @param data    tells them from others
record KeptOptions(String job, Map<String, String> options, String data) implements StatefulCallback {

    private static final String JOB = "job";
    private static final String DATA = "data";

    static KeptOptions of(Job job, Setting setting, String data) {
        var options = new TreeMap<String, String>();
        options.put("weights", setting.weightsText());
        for (var option : job.own()) if (!option.isInput() && !Options.isAside(option.name()))
            options.put(option.name(), "" + setting.written(option));
        return new KeptOptions(job.name(), options, data);
    }

    @Override
    public String name() { return "options"; }

    @Override
    public State state() {
        var all = new TreeMap<>(options);
        all.put(JOB, job);
        all.put(DATA, data);
        return State.of(all);
    }

    @Override
    public void check(State state) {
        var other = state.text(JOB);
        if (!other.equals(job)) throw new IllegalArgumentException("it is of train " + other + ", and this is train " + job
            + "; name another file by --checkpoint");
        options.forEach((name, own) -> {
            var there = state.text(name);
            if (!there.equals(own)) throw new IllegalArgumentException(name + " is " + own + ", but was " + there
                + " where the run began; go on with the options that it began with, or leave out --resume");
        });
        if (!state.text(DATA).equals(data)) throw new IllegalArgumentException("the data are others than those that the run"
            + " began with; go on with those, or leave out --resume");
    }

    @Override
    public void load(State state) { check(state); }
}
