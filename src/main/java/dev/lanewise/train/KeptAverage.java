package dev.lanewise.train;

import dev.lanewise.io.Stateful;
import dev.lanewise.optim.WeightAverage;
import java.util.Map;

/// An average of weights in a checkpoint.
record KeptAverage(WeightAverage average) implements Stateful {

    @Override
    public State state() {
        var state = average.stateDict();
        return new State(Map.of("updates", Long.toString(state.updates())), state.weights());
    }

    @Override
    public void load(State state) { average.loadStateDict(new WeightAverage.State(state.count("updates"), state.tensors())); }
}
