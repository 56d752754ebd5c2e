package dev.lanewise.lab.sequence;

import dev.lanewise.data.SequenceBatch;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.recurrent.PackedSequence;
import dev.lanewise.tensor.Tensor;

/// Looks at each step by itself and adds up what it sees: all that can be known without the order. Source: Zaheer et al., "Deep
/// sets", 2017.
final class OrderBlind extends Module {

    private final Sequential eye;
    private final Linear head;

    OrderBlind(int features, int hidden, int classes) {
        this.eye = register("eye", new Sequential(new Linear(features, hidden), new ReLU()));
        this.head = register("head", new Linear(hidden, classes));
    }

    /// `[batch, classes]`, before a softmax.
    Tensor call(SequenceBatch batch) {
        var packed = PackedSequence.packPaddedSequence(batch.inputs(), batch.lengths(), true);
        return observed(head.call(PackedSequence.padPackedSequence(packed.map(eye::call)).output().sum(0)), batch.inputs());
    }
}
