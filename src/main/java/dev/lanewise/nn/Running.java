package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge.CallMode;
import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.Autograd;

/// How modules run on a thread.
///
/// @param evaluating whether none is in training, whatever its own flag says
/// @param rehearsal  what the thread has changed for itself; null if it changes what all threads see
record Running(boolean evaluating, Rehearsal rehearsal) {

    static final CallMode<Running> MODE = TensorBridge.get().callMode(new Running(false, null));

    static Autograd.Mode open(String name, boolean evaluating) {
        return MODE.open(name, new Running(evaluating, MODE.get().rehearsal));
    }
}
