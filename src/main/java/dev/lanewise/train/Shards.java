package dev.lanewise.train;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.data.Sharding;
import dev.lanewise.io.Digest;
import dev.lanewise.nn.Buffer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/// Steps over logical shards: each begins where the step begins, and what it comes to is a function of its rows, the weights, the
/// seed and the step alone. They are added in a tree, and divided once.
///
/// A shard is run in a rehearsal: gradients, buffers and the modules' steps are its own, and are read before it ends.
final class Shards {

    private static final Tensor ONE = Tensor.scalar(1);
    private static final TensorBridge TENSORS = TensorBridge.get();

    private final Trainer<?> trainer;
    private final Module model;
    private final Sharding sharding;
    private final List<Parameter> parameters;
    private final List<Buffer> buffers;
    private final SlotArrays arrays;
    private final ShardExchange exchange;
    private final ShardTree tree;
    /// The buffers as the step found them; null before its first shard.
    private Tensor[] before;
    /// Those whose gradients are still of the step before.
    private List<Tensor> stale = List.of();
    /// Digests of the shards that had any rows.
    private final StringBuilder data = new StringBuilder();
    /// The next shard that isn't begun.
    private int next;
    private Partial shard;

    /// @param parameters that are learned
    Shards(Trainer<?> trainer, List<Parameter> parameters) {
        int rank = trainer.group.rank();
        int size = trainer.group.size();
        this.trainer = trainer;
        this.model = trainer.model;
        this.sharding = new Sharding(trainer.shards, share(trainer.shards, rank, size), share(trainer.shards, rank + 1, size),
            trainer.accumulate);
        this.parameters = parameters;
        this.buffers = List.copyOf(new LinkedHashSet<>(model.namedBuffers().values()));
        var lengths = new int[parameters.size() + buffers.size()];
        for (int i = 0; i < lengths.length; i++) lengths[i] = i < parameters.size() ? parameters.get(i).shape().numel()
            : buffers.get(i - parameters.size()).shape().numel();
        this.arrays = new SlotArrays(lengths);
        this.tree = new ShardTree(arrays);
        this.exchange = new ShardExchange(trainer.group, arrays, model.stepDict().size());
        this.next = sharding.from();
    }

    /// Before the first step: makes sure that all processes run the same.
    ///
    /// @throws IllegalArgumentException if they don't; it names the first thing that differs
    void agree(Settings settings, int epoch, long step) {
        if (trainer.group.size() == 1) return;
        var facts = RunFacts.of(trainer, settings, trainer.receiptOptions);
        facts.put("receipt", trainer.receiptFile == null ? "none" : "one");
        facts.put("epoch", "" + epoch);
        facts.put("step", "" + step);
        var digest = new Digest();
        model.stateDict().forEach((path, values) -> facts.put("weights of " + path, digest.add(values).digest()));
        var others = new LinkedHashSet<>(parameters);
        others.removeAll(model.parameters());
        int number = 0;
        for (var other : others) facts.put("weights of parameter " + number++ + " outside of the model",
            digest.add(other.tensor()).digest());
        Agreement.require(trainer.group, facts);
    }

    private static int share(int shards, int rank, int size) { return (int) ((long) shards * rank / size); }

    Sharding sharding() { return sharding; }

    // ---- a shard

    /// @param pieces lets it [#learn]; those shards that were passed over have no rows
    void run(int index, Runnable pieces) {
        empty(index);
        if (before == null) begin();
        shard = partial(index);
        try (var _ = model.rehearsing()) {
            pieces.run();
            read();
        }
        tree.add(shard);
        next = index + 1;
    }

    /// The digest of what the last shard learned from.
    void data(String digest) { data.append(digest); }

    private void begin() {
        before = buffers.stream().map(Buffer::tensor).toArray(Tensor[]::new);
        stale = parameters.stream().map(Parameter::tensor).toList();
    }

    private Partial partial(int index) {
        return new Partial(new TreePlace(0, index), parameters.size() + buffers.size(), model.stepDict().size());
    }

    private void empty(int behind) {
        while (next < behind) tree.add(partial(next++));
    }

    /// Within the scope, before a part is run: memory that is free is free for it.
    void clear() {
        stale.forEach(Tensor::zeroGrad);
        stale = List.of();
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
        for (int i = 0; i < parameters.size(); i++) {
            var tensor = parameters.get(i).tensor();
            if (TENSORS.hasGradient(tensor)) keep(i, TENSORS.takeGradient(tensor, arrays.take(i)));
        }
        for (int i = 0; i < buffers.size(); i++) {
            var values = buffers.get(i).tensor();
            if (values != before[i]) keepIfChanged(parameters.size() + i, values, before[i]);
        }
        int i = 0;
        for (long step : model.stepDict().values()) shard.steps[i++] = step;
    }

    private void keepIfChanged(int slot, Tensor values, Tensor before) {
        var numbers = arrays.take(slot);
        InPlace.copy(values, Tensor.wrap(numbers, values.shape().toArray()));
        if (Arrays.equals(numbers, before.toArray())) arrays.give(slot, numbers);
        else keep(slot, numbers);
    }

    private void keep(int slot, float[] numbers) {
        shard.slots[slot] = numbers;
        shard.counts[slot] = 1;
    }

    // ---- the step

    /// Within the scope: adds up the shards of all processes, and leaves with the model what they come to: the gradients of the
    /// mean, buffers that are the mean of those shards that changed them, and the steps; nothing, if a process had ended before.
    ///
    /// @param step at which the run is
    /// @param stop whether this process wants to end after it
    /// @param asks whether all have to ask each other after the step
    ShardExchange.Sum finish(long step, boolean stop, boolean asks) {
        empty(sharding.to());
        next = sharding.from();
        before = null;
        var sum = exchange.sum(tree.nodes(),
            new ShardExchange.Word(step, stop, asks, data.toString()));
        data.setLength(0);
        tree.clear();
        if (sum.root() != null) adopt(sum.root());
        return sum;
    }

    /// In place of the next step: the others end as this process does.
    ///
    /// @param step at which the run is
    void leave(long step) { exchange.leave(step); }

    /// Whether any process wants to end: all ask at the same place, so that who is alone ends where many do.
    boolean end(boolean here) { return exchange.any(here); }

    private void adopt(Partial root) {
        for (int i = 0; i < parameters.size(); i++) {
            var tensor = parameters.get(i).tensor();
            tensor.zeroGrad();
            if (root.slots[i] != null && root.weight > 0) tensor.grad(TENSORS.lyingAs(tensor, root.slots[i])
                .div((float) root.weight));
        }
        for (int i = 0; i < buffers.size(); i++) {
            int slot = parameters.size() + i;
            if (root.slots[slot] != null) buffers.get(i).load(mean(root.slots[slot], root.counts[slot], buffers.get(i)));
        }
        root.letGo(arrays, new float[arrays.slots()][]);
        var steps = new LinkedHashMap<>(model.stepDict());
        int i = 0;
        for (var path : new ArrayList<>(steps.keySet())) steps.put(path, Math.max(steps.get(path), root.steps[i++]));
        model.loadStepDict(steps);
    }

    private static Tensor mean(float[] sum, int count, Buffer buffer) {
        return Tensor.wrap(sum, buffer.shape().toArray()).div(count);
    }
}
