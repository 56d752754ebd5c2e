package dev.lanewise.train;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.formula.Term;
import dev.lanewise.io.Digest;
import dev.lanewise.io.ReceiptEntry;
import dev.lanewise.io.ReceiptEntry.Pass;
import dev.lanewise.nn.Module;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Digests of what the operations of one step make, in their order, and of the gradients that arrive there.
final class OperationDigests implements TensorBridge.Witness {

    private static final TensorBridge TENSORS = TensorBridge.get();

    /// Until it is closed.
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private final long step;
    /// Of parameters, by what they are known as an operation's input.
    private final Map<Object, String> paths = new IdentityHashMap<>();
    private final List<ReceiptEntry> entries = new ArrayList<>();
    private final Digest digest = new Digest();
    private int next;

    OperationDigests(long step, Module model) {
        this.step = step;
        model.namedParameters().forEach((path, parameter) -> paths.put(TENSORS.source(parameter.tensor()), path));
    }

    Watch watch() { return TENSORS.witnessed(this)::close; }

    List<ReceiptEntry> entries() { return entries; }

    @Override
    public void recorded(String operation, Tensor result, List<TensorBridge.Source> inputs) {
        var taken = inputs.stream().map(input -> paths.get(input.key())).filter(Objects::nonNull)
            .collect(Collectors.joining(", "));
        var name = operation + " " + result.shape() + (taken.isEmpty() ? "" : " of " + taken);
        int number = next++;
        entries.add(new ReceiptEntry.Operation(step, Pass.FORWARD, number, digest.add(result).digest(), name));
        result.registerHook(gradient -> {
            entries.add(new ReceiptEntry.Operation(step, Pass.BACKWARD, number, digest.add(gradient).digest(), name));
            return null;
        });
    }

    @Override
    public void isElementwise(Term formula, List<Tensor> inputs) {
        // its name is enough
    }

    @Override
    public void isWindow(TensorBridge.Window window) {
        // likewise
    }
}
