package dev.lanewise.train;

import dev.lanewise.data.Sharding;
import dev.lanewise.io.Digest;
import dev.lanewise.nn.Buffer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/// Steps over logical shards: each begins where the step begins, and what it comes to is a function of its rows, the weights, the seed and
/// the step alone. They are added in a tree, and divided once.
///
/// A shard is run in a rehearsal: gradients, buffers and the modules' steps are its own, and are read before it ends.
final class Shards {

    private static final Tensor ONE = Tensor.scalar(1);

    private final Trainer<?> trainer;
    private final Module model;
    private final Sharding sharding;
    private final List<Parameter> parameters;
    private final List<Buffer> buffers;
    private final ShardExchange exchange;
    private final ShardTree tree = new ShardTree();
    /// Of the intermediates of a part.
    private final Scope scope;
    /// The buffers as the step found them; null before its first shard.
    private float[][] before;
    /// The next shard that isn't begun.
    private int next;
    private Partial shard;

    /// @param parameters that are learned
    Shards(Trainer<?> trainer, List<Parameter> parameters, Scope scope) {
        int rank = trainer.group.rank();
        int size = trainer.group.size();
        this.trainer = trainer;
        this.model = trainer.model;
        this.sharding = new Sharding(trainer.shards, share(trainer.shards, rank, size), share(trainer.shards, rank + 1, size), trainer.accumulate);
        this.parameters = parameters;
        this.buffers = List.copyOf(new LinkedHashSet<>(model.namedBuffers().values()));
        var lengths = new int[parameters.size() + buffers.size()];
        for (int i = 0; i < lengths.length; i++) lengths[i] = i < parameters.size() ? parameters.get(i).shape().numel()
            : buffers.get(i - parameters.size()).shape().numel();
        this.exchange = new ShardExchange(trainer.group, lengths, model.stepDict().size());
        this.scope = scope;
        this.next = sharding.from();
    }

    /// Before the first step: makes sure that all processes run the same.
    ///
    /// @throws IllegalArgumentException if they don't; it names the first thing that differs
    void agree(Settings settings, int epoch, long step) {
        if (trainer.group.size() == 1) return;
        var facts = RunFacts.of(trainer, settings, ReceiptOptions.DEFAULT);
        facts.put("epoch", "" + epoch);
        facts.put("step", "" + step);
        var digest = new Digest();
        model.stateDict().forEach((path, values) -> facts.put("weights of " + path, digest.add(values).digest()));
        var others = new LinkedHashSet<>(parameters);
        others.removeAll(model.parameters());
        int number = 0;
        for (var other : others) facts.put("weights of parameter " + number++ + " outside of the model", digest.add(other.tensor()).digest());
        Agreement.require(trainer.group, facts);
    }

    private static int share(int shards, int rank, int size) { return (int) ((long) shards * rank / size); }

    Sharding sharding() { return sharding; }

    // ---- a shard

    /// @param pieces lets it [#learn]; those shards that were passed over have no rows
    void run(int index, Runnable pieces) {
        empty(index);
        if (before == null) before = buffers.stream().map(buffer -> buffer.tensor().toArray()).toArray(float[][]::new);
        shard = partial(index);
        try (var _ = model.rehearsing()) {
            for (var parameter : parameters) parameter.zeroGrad();
            pieces.run();
            read();
        }
        tree.add(shard);
        next = index + 1;
    }

    private Partial partial(int index) { return new Partial(0, index, parameters.size() + buffers.size(), model.stepDict().size()); }

    private void empty(int behind) {
        while (next < behind) tree.add(partial(next++));
    }

    /// Within the scope.
    void learn(Loss part) {
        if (part.weight() == 0) return;
        shard.sum += part.sum().item();
        shard.weight += part.weight();
        part.sum().backward(ONE, false, false);
    }

    /// What the rehearsal has come to.
    private void read() {
        try (var _ = scope.open()) {
            for (int i = 0; i < parameters.size(); i++) {
                var gradient = parameters.get(i).grad();
                if (gradient != null) keep(i, gradient.toArray());
                parameters.get(i).zeroGrad();
            }
        }
        for (int i = 0; i < buffers.size(); i++) {
            var values = buffers.get(i).tensor().toArray();
            if (!Arrays.equals(values, before[i])) keep(parameters.size() + i, values);
        }
        int i = 0;
        for (long step : model.stepDict().values()) shard.steps[i++] = step;
    }

    private void keep(int slot, float[] numbers) {
        shard.slots[slot] = numbers;
        shard.counts[slot] = 1;
    }

    // ---- the step

    /// Adds up the shards of all processes, and leaves with the model what they come to: the gradients of the mean, buffers that are the mean of those
    /// shards that changed them, and the steps.
    ///
    /// @param step at which the run is
    /// @param stop whether this process wants to end after it
    ShardExchange.Sum finish(long step, boolean stop) {
        empty(sharding.to());
        next = sharding.from();
        before = null;
        var sum = exchange.sum(tree.nodes(), step, stop, !trainer.callbacks.isEmpty());
        tree.clear();
        adopt(sum.root());
        return sum;
    }

    /// Whether any process wants to end: all ask at the same place, so that who is alone ends where many do.
    boolean end(boolean here) { return exchange.any(here); }

    private void adopt(Partial root) {
        for (int i = 0; i < parameters.size(); i++) {
            var parameter = parameters.get(i);
            parameter.zeroGrad();
            if (root.slots[i] != null && root.weight > 0) parameter.tensor().grad(gradient(parameter, root.slots[i], (float) root.weight));
        }
        for (int i = 0; i < buffers.size(); i++) {
            int slot = parameters.size() + i;
            if (root.slots[slot] != null) buffers.get(i).load(Tensor.wrap(divided(root.slots[slot], root.counts[slot]), buffers.get(i).shape().toArray()));
        }
        var steps = new LinkedHashMap<>(model.stepDict());
        int i = 0;
        for (var path : new ArrayList<>(steps.keySet())) steps.put(path, Math.max(steps.get(path), root.steps[i++]));
        model.loadStepDict(steps);
    }

    /// In memory as the parameter lies there.
    private static Tensor gradient(Parameter parameter, float[] sum, float weight) {
        var gradient = parameter.full(0);
        InPlace.copy(Tensor.wrap(divided(sum, weight), parameter.shape().toArray()), gradient);
        return gradient;
    }

    private static float[] divided(float[] numbers, float by) {
        for (int i = 0; i < numbers.length; i++) numbers[i] /= by;
        return numbers;
    }
}
