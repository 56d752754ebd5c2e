package dev.lanewise.train;

import dev.lanewise.io.Stateful;

/// A callback whose state is part of the run: a checkpoint keeps it, and [Trainer#resume] puts it back.
public interface StatefulCallback extends Callback, Stateful {

    /// What the checkpoint keeps it under: 1 to 80 letters, digits, `-` and `_` of ASCII; another for each of a trainer's.
    String name();
}
