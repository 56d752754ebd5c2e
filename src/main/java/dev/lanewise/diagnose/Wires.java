package dev.lanewise.diagnose;

import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Trace;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Makes a [Wiring] of the calls of modules, and of what was computed between them.
final class Wires {

    /// So many operations between modules are followed, one behind the other; what is before them is measured.
    private static final int MOST = 500;

    private final Recording recording;
    private final List<Stage> stages = new ArrayList<>();
    private final List<List<Integer>> sources = new ArrayList<>();
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Object> keys = new ArrayList<>();
    private final Map<Object, Integer> numbers = new IdentityHashMap<>();

    Wires(Recording recording) { this.recording = recording; }

    /// A call, behind those within it. Of a module with parts that theory doesn't know, what it computes of what they gave.
    void add(Trace.Step step) {
        var module = step.module();
        var output = step.call().output();
        var inputs = step.call().inputs();
        var stage = inputs.size() == 1 || module instanceof Propagating ? Stage.of(step.path(), module, step.call().arguments())
            : new Stage.Gap(step.path(), module);
        if (stage instanceof Stage.Gap && !module.children().isEmpty()) {
            int number = resolve(Recording.key(output), output, MOST);
            var inner = stages.get(number);
            stages.set(number, inner instanceof Stage.Between ? new Stage.Block(step.path(), module, inner)
                : inner instanceof Stage.Entry ? stage : inner);
            return;
        }
        var from = new ArrayList<Integer>();
        if (!(stage instanceof Stage.Gap)) for (var input : inputs) from.add(resolve(Recording.key(input), input, MOST));
        put(stage, from, output, Recording.key(output));
    }

    private int put(Stage stage, List<Integer> from, Tensor output, Object key) {
        int number = stages.size();
        stages.add(stage);
        sources.add(List.copyOf(from));
        outputs.add(output);
        keys.add(key);
        if (key != null) numbers.put(key, number);
        return number;
    }

    /// The part that gives it: an earlier one, or one that is made for it.
    private int resolve(Object key, Tensor tensor, int most) {
        var known = numbers.get(key);
        if (known != null) return known;
        var made = recording.of(key);
        var seen = tensor != null && Recording.key(tensor) == key ? tensor : null;
        var stage = made == null || most == 0 ? null : Operations.of(made);
        if (stage == null) return put(new Stage.Entry(tensor != null && tensor.requiresGrad()), List.of(), seen, key);
        var from = new ArrayList<Integer>();
        if (made.formula() != null) for (var input : made.inputs()) from.add(operand(input, made.result(), most - 1));
        else for (var source : made.sources()) {
            var before = recording.of(source.key());
            from.add(resolve(source.key(), before != null ? before.result() : source.key() instanceof Tensor leaf ? leaf
                : null, most - 1));
        }
        return put(stage, from, seen, key);
    }

    /// What is smaller than the result counts as often as it is used.
    private int operand(Tensor input, Tensor result, int most) {
        var key = Recording.key(input);
        if (input.shape().equals(result.shape())) return resolve(key, input, most);
        boolean isGiven = recording.of(key) == null && !numbers.containsKey(key);
        if (isGiven) return put(new Stage.Entry(input.requiresGrad()), List.of(),
            input.detach().expand(result.shape().toArray()), null);
        int number = resolve(key, input, most);
        var copied = Operations.copied(input.shape(), result.shape());
        return copied == null ? number : put(copied, List.of(number), null, null);
    }

    /// When all calls are there.
    Wiring closed(List<Tensor> ends) {
        for (var end : ends) if (end.requiresGrad()) resolve(Recording.key(end), end, MOST);
        recording.end(ends);
        var isEnd = new ArrayList<Boolean>();
        var closed = new ArrayList<Boolean>();
        for (int i = 0; i < stages.size(); i++) {
            int number = i;
            var key = keys.get(i);
            isEnd.add(key != null && recording.isEnd(key));
            closed.add(key == null ? stages.get(i) instanceof Stage.Copied : recording.gatesBehind(key, numbers.keySet()).stream()
                .allMatch(gate -> gate != null && takes(numbers.get(gate), number)));
        }
        return new Wiring(stages, sources, isEnd, closed);
    }

    /// Whether a part takes what another gives, or copies of it that nobody else has.
    private boolean takes(int part, int other) {
        return sources.get(part).stream().anyMatch(source -> source == other || keys.get(source) == null
            && sources.get(source).contains(other));
    }

    Tensor output(int i) { return outputs.get(i); }

    /// As those say that have weights: of what keeps a layer's number of dimensions, as the layer does, else as the next one
    /// does.
    int unitDim(int i) {
        for (int at = i; ; at = sources.get(at).getFirst()) {
            if (stages.get(at) instanceof Stage.Affine affine) return affine.unitDim();
            if (sources.get(at).isEmpty()) break;
            var before = outputs.get(sources.get(at).getFirst());
            if (before == null || outputs.get(i) == null || before.shape().rank() != outputs.get(i).shape().rank()) break;
        }
        for (int next = i; next < stages.size();
            next++) if (stages.get(next) instanceof Stage.Affine affine) return affine.unitDim();
        return -1;
    }
}
