package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge.CallMode;
import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.Autograd;

/// How modules run on a thread.
///
/// @param evaluating whether none is in training, whatever its own flag says
/// @param rehearsal  what the thread has changed for itself; null if it changes what all threads see
/// @param row        the first one of what the thread runs, in the step's whole batch; [#WHOLE] if it runs that
record Running(boolean evaluating, Rehearsal rehearsal, int row) {

    static final int WHOLE = -1;
    static final CallMode<Running> MODE = TensorBridge.get().callMode(new Running(false, null, WHOLE));

    static Autograd.Mode open(String name, boolean evaluating) {
        var running = MODE.get();
        return MODE.open(name, new Running(evaluating, running.rehearsal, running.row));
    }

    static Autograd.Mode open(int row) {
        var running = MODE.get();
        return MODE.open("part()", new Running(running.evaluating, running.rehearsal, row));
    }
}
