package dev.lanewise.lab.job;

import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.train.StatefulCallback;
import java.util.Map;
import java.util.TreeMap;

/// What decides a run's outcome, in its checkpoint: who goes on with other options is told.
///
/// @param options by name; not what is read, which may have been moved
record KeptOptions(Map<String, String> options) implements StatefulCallback {

    static KeptOptions of(Job job, Setting setting) {
        var options = new TreeMap<String, String>();
        options.put("job", job.name());
        options.put("weights", setting.weightsText());
        for (var option : job.own()) if (!option.isInput() && !Options.isAside(option.name()))
            options.put(option.name(), "" + setting.written(option));
        return new KeptOptions(options);
    }

    @Override
    public String name() { return "options"; }

    @Override
    public State state() { return State.of(options); }

    @Override
    public void load(State state) {
        options.forEach((name, own) -> {
            var there = state.text(name);
            if (!there.equals(own)) throw new IllegalArgumentException(name + " is " + own + ", but was " + there
                + " where the run began; go on with the options that it began with, or leave out --resume");
        });
    }
}
