package dev.lanewise.spark;

import dev.lanewise.train.StatefulCallback;
import java.util.Map;

/// Keeps in the checkpoint of which data it is, and refuses others.
record SameData(Census census) implements StatefulCallback {

    @Override
    public String name() { return "data"; }

    @Override
    public State state() { return new State(Map.of("digest", census.toString()), Map.of()); }

    @Override
    public void load(State state) {
        var there = state.text("digest");
        if (!census.toString().equals(there)) throw new IllegalArgumentException("the checkpoint is of other data: digest " + there
            + ", but that of these is " + census + "; go on with the data that the run began with, or name another folder for checkpoints");
    }
}
