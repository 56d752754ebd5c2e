package dev.lanewise.train;

import dev.lanewise.group.Group;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The tree's sums over all processes of a group, the same in each: every process gets a range of the numbers of all nodes, adds
/// them in the tree, and gives the sums to the others. In rounds of so many numbers, so that messages stay small and near; what a
/// round came to goes with the next one's numbers, and the first one's with what is said of the nodes: it is guessed that the
/// same slots have something in them as in the step before, and if they don't, all see that, and begin again. So a step of few
/// numbers is two exchanges; and one if they are so few that all get all of them, which each adds for itself.
///
/// Of N numbers a process of P sends, and gets, 2 N (P - 1) / P, and N (P - 1) / P for each node beyond the first that its shards
/// make.
final class ShardExchange {

    /// Numbers a round, and at least so many for each process.
    private static final int ROUND = 1 << 18;
    private static final int SHARE = 1 << 14;
    /// Numbers of all nodes that each adds for itself: for two, half of them are added twice then, which takes as long as the
    /// exchange that is saved, some 50 µs.
    private static final int FEW = 1 << 16;
    /// Wishes: to end before the step, after it, and that all ask each other then.
    private static final int LEAVE = 1;
    private static final int STOP = 2;
    private static final int ASK = 4;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Group group;
    private final SlotArrays arrays;
    private final int steps;
    private final int round;
    private final int few;
    private final BlockTree blocks = new BlockTree();
    /// By rank, used again; this process sends itself nothing.
    private final ByteBuffer[] messages;
    /// Of the slots that the last step had something in: none before the first one.
    private ShardRounds rounds;

    /// @param arrays of the slots
    /// @param steps  that modules count
    ShardExchange(Group group, SlotArrays arrays, int steps) {
        this(group, arrays, steps, Math.max(ROUND, Math.multiplyExact(SHARE, group.size())), FEW);
    }

    /// @param round numbers of each but the last
    /// @param few   numbers of all nodes that are added in each process
    ShardExchange(Group group, SlotArrays arrays, int steps, int round, int few) {
        this.group = group;
        this.arrays = arrays;
        this.steps = steps;
        this.round = round;
        this.few = few;
        this.messages = new ByteBuffer[group.size()];
        this.rounds = rounds(new Partial(new TreePlace(0, 0), arrays.slots(), steps), 0);
    }

    /// What all have after a step.
    ///
    /// @param root null if a process had ended before the step, which isn't made then
    /// @param stop whether any process wants to end
    /// @param asks whether any may want so after the step, so that all have to [#any]
    /// @param data what all processes say of their data, by rank
    record Sum(Partial root, boolean stop, boolean asks, String data) {}

    /// What a process says besides its nodes.
    ///
    /// @param step at which it is
    /// @param stop whether it wants to end
    /// @param asks whether it may want so after the step
    /// @param data of its shards, in ASCII
    record Word(long step, boolean stop, boolean asks, String data) {}

    /// @param own nodes of this process, in order; taken over
    Sum sum(List<Partial> own, Word word) {
        if (group.size() == 1) return new Sum(root(own), word.stop, word.asks, word.data);
        int wishes = 0;
        var data = new StringBuilder();
        var all = new ArrayList<List<Partial>>();
        var received = group.exchange(messages(header(own, word, word.stop ? STOP : 0), own, null, 0));
        for (var message : received) {
            long theirs = message.getLong();
            if (theirs != word.step) throw new IllegalStateException("shards: rank " + all.size() + " is at step " + theirs
                + ", and this process at step " + word.step + "; all must run the same program on the same data");
            wishes |= message.get();
            var theirNodes = nodes(message);
            all.add(all.size() == group.rank() ? own : theirNodes);
            var digests = new byte[message.getInt()];
            message.get(digests);
            data.append(new String(digests, StandardCharsets.US_ASCII));
        }
        if ((wishes & LEAVE) != 0) {
            for (var node : own) node.letGo(arrays, new float[arrays.slots()][]);
            return new Sum(null, true, false, "");
        }
        var nodes = all.stream().flatMap(List::stream).map(Partial::facts).toList();
        var root = root(nodes);
        for (int i = 0; i < arrays.slots(); i++) if (root.counts[i] > 0) root.slots[i] = room(own, i);
        boolean guessed = rounds.areOf(root);
        if (!guessed) rounds = rounds(root, nodes.size());
        exchange(own, all, root, guessed ? received : null);
        for (var node : own) node.letGo(arrays, root.slots);
        return new Sum(root, (wishes & STOP) != 0, (wishes & ASK) != 0, data.toString());
    }

    /// In place of the [#sum] that the others come to next: this process has ended before it, and so do they.
    ///
    /// @param step at which it is
    void leave(long step) {
        if (group.size() == 1) return;
        group.exchange(same(header(List.of(), new Word(step, true, false, ""), LEAVE)));
    }

    /// Whether it is so in any process.
    boolean any(boolean here) {
        if (group.size() == 1) return here;
        boolean any = false;
        for (var each : group.exchange(same(buffer(1).put((byte) (here ? 1 : 0)).flip()))) any |= each.get() != 0;
        return any;
    }

    private Partial root(List<Partial> nodes) {
        var tree = new ShardTree(arrays);
        nodes.forEach(tree::add);
        return tree.nodes().getFirst();
    }

    /// Sums may take the place of what is added.
    private float[] room(List<Partial> own, int slot) {
        for (var node : own) if (node.slots[slot] != null) return node.slots[slot];
        return arrays.take(slot);
    }

    // ---- what is said of the nodes before the first numbers

    private ByteBuffer header(List<Partial> own, Word word, int wishes) {
        int node = 2 * Integer.BYTES + 2 * Double.BYTES + arrays.slots() * Integer.BYTES + steps * Long.BYTES;
        var header = buffer(Long.BYTES + 1 + 2 * Integer.BYTES + own.size() * node + word.data.length());
        header.putLong(word.step).put((byte) (wishes | (word.asks ? ASK : 0))).putInt(own.size());
        for (var each : own) {
            header.putInt(each.place.level()).putInt(each.place.index()).putDouble(each.sum).putDouble(each.weight);
            for (int count : each.counts) header.putInt(count);
            for (long count : each.steps) header.putLong(count);
        }
        return header.putInt(word.data.length()).put(word.data.getBytes(StandardCharsets.US_ASCII)).flip();
    }

    private List<Partial> nodes(ByteBuffer header) {
        var nodes = new ArrayList<Partial>();
        for (int left = header.getInt(); left > 0; left--) {
            var node = new Partial(new TreePlace(header.getInt(), header.getInt()), arrays.slots(), steps);
            node.sum = header.getDouble();
            node.weight = header.getDouble();
            for (int i = 0; i < node.counts.length; i++) node.counts[i] = header.getInt();
            for (int i = 0; i < node.steps.length; i++) node.steps[i] = header.getLong();
            nodes.add(node);
        }
        return nodes;
    }

    // ---- the numbers

    /// @param first the first round's numbers; null if it was guessed wrong which slots have any
    private void exchange(List<Partial> own, List<List<Partial>> all, Partial root, List<ByteBuffer> first) {
        int count = rounds.count();
        for (int i = 0; i < count + rounds.after(); i++) {
            var received = first != null && i == 0 ? first : group.exchange(messages(NOTHING, own, root, i));
            if (i < count) add(all, root, i, received);
            if (i > 0) for (int rank = 0; rank < group.size(); rank++) if (rank != group.rank()) take(rank, root, i,
                all.get(rank), received.get(rank));
        }
    }

    /// @param nodes of all processes
    private ShardRounds rounds(Partial root, int nodes) {
        long numbers = 0;
        for (int slot = 0; slot < arrays.slots(); slot++) if (root.counts[slot] > 0) numbers += arrays.length(slot);
        return ShardRounds.of(root, arrays, group.size(), round, numbers * nodes <= few);
    }

    /// To each its share of a round's numbers, and what this process's share of the last round came to.
    ///
    /// @param before what is said before that, to all
    /// @param root   of no matter in the first round
    private List<ByteBuffer> messages(ByteBuffer before, List<Partial> own, Partial root, int number) {
        for (int rank = 0; rank < messages.length; rank++) {
            int length = rank == group.rank() ? 0 : numbers(own, number, rank) + rounds.numbers(number - 1, group.rank());
            var message = messages[rank] = roomFor(messages[rank], before.remaining(), length);
            message.put(before.duplicate());
            var numbers = message.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            message.rewind();
            if (rank == group.rank()) continue;
            for (var node : own) for (var range : rounds.share(number, rank))
                if (node.slots[range.slot()] != null) numbers.put(node.slots[range.slot()], range.from(), range.length());
            for (var range : rounds.share(number - 1, group.rank())) numbers.put(root.slots[range.slot()], range.from(),
                range.length());
        }
        return List.of(messages);
    }

    /// Those of some nodes that are to be added by a process.
    private int numbers(List<Partial> nodes, int number, int rank) {
        int numbers = 0;
        for (var node : nodes) for (var range : rounds.share(number, rank))
            if (node.counts[range.slot()] > 0) numbers += range.length();
        return numbers;
    }

    private static ByteBuffer roomFor(ByteBuffer before, int header, int numbers) {
        int bytes = Math.addExact(header, Math.multiplyExact(numbers, Float.BYTES));
        var buffer = before != null && before.capacity() >= bytes ? before : ByteBuffer.allocateDirect(bytes)
            .order(ByteOrder.LITTLE_ENDIAN);
        return buffer.clear().limit(bytes);
    }

    /// This process's share of a round.
    private void add(List<List<Partial>> all, Partial root, int number, List<ByteBuffer> received) {
        blocks.begin(rounds.share(number, group.rank()));
        for (int rank = 0; rank < all.size(); rank++) {
            if (rank != group.rank()) requireLength(rank, number, all.get(rank), received.get(rank));
            blocks.nodes(all.get(rank), rank == group.rank() ? null : received.get(rank).asFloatBuffer());
        }
        blocks.sum(root.slots);
    }

    private void requireLength(int rank, int number, List<Partial> nodes, ByteBuffer received) {
        long numbers = numbers(nodes, number, group.rank()) + rounds.numbers(number - 1, rank);
        if (received.remaining() != numbers * Float.BYTES) throw new IllegalStateException("shards: rank " + rank + " sent "
            + received.remaining() + " bytes where " + numbers * Float.BYTES + " belong; all must run the same version");
    }

    /// What another process's share of the last round came to.
    private void take(int rank, Partial root, int number, List<Partial> nodes, ByteBuffer received) {
        if (number == rounds.count()) requireLength(rank, number, nodes, received);
        var numbers = received.asFloatBuffer();
        numbers.position(numbers(nodes, number, group.rank()));
        for (var range : rounds.share(number - 1, rank)) numbers.get(root.slots[range.slot()], range.from(), range.length());
    }

    private static ByteBuffer buffer(int bytes) { return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN); }

    private List<ByteBuffer> same(ByteBuffer message) { return Collections.nCopies(group.size(), message); }
}
