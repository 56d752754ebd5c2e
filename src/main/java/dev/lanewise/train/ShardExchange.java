package dev.lanewise.train;

import dev.lanewise.group.Group;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/// The tree's sums over all processes of a group, the same in each: every process gets a range of the numbers of all nodes, adds them in the
/// tree, and gives the sums to the others. In rounds of so many numbers, so that messages stay small.
///
/// Of N numbers a process of P sends, and gets, 2 N (P - 1) / P, and N (P - 1) / P for each node beyond the first that its shards make.
final class ShardExchange {

    /// Numbers a round.
    private static final int ROUND = 1 << 22;
    private static final int STOP = 1;
    private static final int ASK = 2;

    private final Group group;
    private final int[] lengths;
    private final int steps;
    private final int round;

    /// @param lengths of the slots
    /// @param steps   that modules count
    ShardExchange(Group group, int[] lengths, int steps) { this(group, lengths, steps, ROUND); }

    ShardExchange(Group group, int[] lengths, int steps, int round) {
        this.group = group;
        this.lengths = lengths;
        this.steps = steps;
        this.round = round;
    }

    /// What all have after a step.
    ///
    /// @param stop whether any process wants to end
    /// @param asks whether any may want so after the step, so that all have to [#any]
    record Sum(Partial root, boolean stop, boolean asks) {}

    /// Some numbers of a slot.
    private record Range(int slot, int from, int to) {

        int length() { return to - from; }
    }

    /// @param own  nodes of this process, in order; taken over
    /// @param step at which it is
    /// @param stop whether it wants to end
    /// @param asks whether it may want so after the step
    Sum sum(List<Partial> own, long step, boolean stop, boolean asks) {
        if (group.size() == 1) return new Sum(root(own), stop, asks);
        int wishes = 0;
        var all = new ArrayList<List<Partial>>();
        for (var header : group.exchange(same(header(own, step, (stop ? STOP : 0) | (asks ? ASK : 0))))) {
            long theirs = header.getLong();
            if (theirs != step) throw new IllegalStateException("shards: rank " + all.size() + " is at step " + theirs + ", and this process"
                + " at step " + step + "; all must run the same program on the same data");
            wishes |= header.get();
            all.add(nodes(header));
        }
        var root = root(all.stream().flatMap(List::stream).toList());
        for (int i = 0; i < lengths.length; i++) if (root.counts[i] > 0) root.slots[i] = new float[lengths[i]];
        for (var ranges : rounds(root)) round(own, all, ranges, root);
        return new Sum(root, (wishes & STOP) != 0, (wishes & ASK) != 0);
    }

    /// Whether it is so in any process.
    boolean any(boolean here) {
        if (group.size() == 1) return here;
        boolean any = false;
        for (var each : group.exchange(same(buffer(1).put((byte) (here ? 1 : 0)).flip()))) any |= each.get() != 0;
        return any;
    }

    private static Partial root(List<Partial> nodes) {
        var tree = new ShardTree();
        nodes.forEach(tree::add);
        return tree.nodes().getFirst();
    }

    // ---- what is said of the nodes before their numbers

    private ByteBuffer header(List<Partial> own, long step, int wishes) {
        int node = 2 * Integer.BYTES + 2 * Double.BYTES + lengths.length * Integer.BYTES + steps * Long.BYTES;
        var header = buffer(Long.BYTES + 1 + Integer.BYTES + own.size() * node);
        header.putLong(step).put((byte) wishes).putInt(own.size());
        for (var each : own) {
            header.putInt(each.level).putInt(each.index).putDouble(each.sum).putDouble(each.weight);
            for (int count : each.counts) header.putInt(count);
            for (long count : each.steps) header.putLong(count);
        }
        return header.flip();
    }

    private List<Partial> nodes(ByteBuffer header) {
        var nodes = new ArrayList<Partial>();
        for (int left = header.getInt(); left > 0; left--) {
            var node = new Partial(header.getInt(), header.getInt(), lengths.length, steps);
            node.sum = header.getDouble();
            node.weight = header.getDouble();
            for (int i = 0; i < node.counts.length; i++) node.counts[i] = header.getInt();
            for (int i = 0; i < node.steps.length; i++) node.steps[i] = header.getLong();
            nodes.add(node);
        }
        return nodes;
    }

    // ---- the numbers

    /// The numbers that there are, a list for each round.
    private List<List<Range>> rounds(Partial root) {
        var rounds = new ArrayList<List<Range>>();
        var now = new ArrayList<Range>();
        int room = round;
        for (int slot = 0; slot < lengths.length; slot++) for (int from = 0; root.counts[slot] > 0 && from < lengths[slot];) {
            int to = Math.min(lengths[slot], from + room);
            now.add(new Range(slot, from, to));
            room -= to - from;
            from = to;
            if (room == 0) {
                rounds.add(now);
                now = new ArrayList<>();
                room = round;
            }
        }
        if (!now.isEmpty()) rounds.add(now);
        return rounds;
    }

    /// The ranges of a round that are one process's to add.
    private List<Range> share(List<Range> ranges, int rank) {
        long numbers = ranges.stream().mapToLong(Range::length).sum();
        long from = numbers * rank / group.size();
        long to = numbers * (rank + 1) / group.size();
        var share = new ArrayList<Range>();
        long before = 0;
        for (var range : ranges) {
            int first = (int) Math.clamp(from - before, 0, range.length());
            int last = (int) Math.clamp(to - before, 0, range.length());
            if (first < last) share.add(new Range(range.slot, range.from + first, range.from + last));
            before += range.length();
        }
        return share;
    }

    private void round(List<Partial> own, List<List<Partial>> all, List<Range> ranges, Partial root) {
        var messages = new ArrayList<ByteBuffer>();
        for (int rank = 0; rank < group.size(); rank++) {
            var share = share(ranges, rank);
            var message = buffer(own.stream().mapToInt(node -> bytes(share, node)).sum());
            for (var node : own) write(share, node, message);
            messages.add(message.flip());
        }
        var mine = share(ranges, group.rank());
        var parts = new ArrayList<Partial>();
        var received = group.exchange(messages);
        for (int rank = 0; rank < group.size(); rank++) for (var node : all.get(rank)) parts.add(part(mine, node, received.get(rank)));
        var sums = root(parts);
        var answer = buffer(mine.stream().mapToInt(Range::length).sum() * Float.BYTES);
        var written = answer.asFloatBuffer();
        for (var slot : sums.slots) written.put(slot);
        received = group.exchange(same(answer));
        for (int rank = 0; rank < group.size(); rank++) {
            var numbers = received.get(rank).asFloatBuffer();
            for (var range : share(ranges, rank)) numbers.get(root.slots[range.slot], range.from, range.length());
        }
    }

    private static Predicate<Range> in(Partial node) { return range -> node.counts[range.slot] > 0; }

    private static int bytes(List<Range> share, Partial node) {
        return share.stream().filter(in(node)).mapToInt(Range::length).sum() * Float.BYTES;
    }

    private static void write(List<Range> share, Partial node, ByteBuffer message) {
        var numbers = message.asFloatBuffer();
        share.stream().filter(in(node)).forEach(range -> numbers.put(node.slots[range.slot], range.from, range.length()));
        message.position(message.position() + numbers.position() * Float.BYTES);
    }

    /// A node's numbers in some ranges, a slot for each.
    private Partial part(List<Range> share, Partial node, ByteBuffer message) {
        var part = new Partial(node.level, node.index, share.size(), 0);
        var numbers = message.asFloatBuffer();
        for (int i = 0; i < part.slots.length; i++) if (in(node).test(share.get(i))) {
            part.slots[i] = new float[share.get(i).length()];
            numbers.get(part.slots[i]);
        }
        message.position(message.position() + numbers.position() * Float.BYTES);
        return part;
    }

    private static ByteBuffer buffer(int bytes) { return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN); }

    private List<ByteBuffer> same(ByteBuffer message) { return Collections.nCopies(group.size(), message); }
}
