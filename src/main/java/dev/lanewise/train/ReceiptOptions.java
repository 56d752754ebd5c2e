package dev.lanewise.train;

import dev.lanewise.io.ReceiptEntry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/// How much a [dev.lanewise.io.Receipt] says.
///
/// By default the weights are digested after each 1,000 steps, and the batch then whole; of the batches between a sample, 64
/// elements of a tensor, or a 256th where that is more. The sum: a weight takes 3 to 6 ns where the CPU has instructions for
/// SHA-256, and 8 to 11 where it has none, so 0.003 to 0.01 ns a step, of which each takes 0.2 ns a weight at the least; and each
/// step some 2 µs for its line and its sample. That is less than 5 % of a step's time but for steps of less than 50 µs. A weight
/// that is another one shows in the losses of the steps that follow, so that the first such step is found all the same; which
/// weight it is, is known for that step where they are digested at each, as in a second run. As it depends on nothing that is
/// measured, the same run writes the same file on every machine.
///
/// @param every      how many steps lie between digests of the weights; 1 or more
/// @param detailFrom the first step, counted from 1, of which each operation is recorded
/// @param detailTo   the last one; 0 for none
/// @param notes      what its user puts down, by name
public record ReceiptOptions(long every, long detailFrom, long detailTo, SequencedMap<String, String> notes) {

    /// A digest of the weights each 1,000 steps, and no operations.
    public static final ReceiptOptions DEFAULT = new ReceiptOptions(1000, 0, 0, new LinkedHashMap<>());

    /// Refuses what says nothing.
    ///
    /// @throws IllegalArgumentException if `every` is less than 1, or the last step in detail is before the first
    public ReceiptOptions {
        if (every < 1) throw new IllegalArgumentException("receipt: weights after every " + every
            + " steps; it must be 1 or more");
        if (detailTo != 0 && !(1 <= detailFrom
            && detailFrom <= detailTo)) throw new IllegalArgumentException("receipt: detail from step "
            + detailFrom + " to " + detailTo + "; steps count from 1, and the last one isn't before the first");
        notes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(notes));
    }

    /// With the weights after each so many steps; 1 finds what differs at its very step.
    public ReceiptOptions every(long steps) { return new ReceiptOptions(steps, detailFrom, detailTo, notes); }

    /// With what each operation makes in these steps, and the gradients that arrive there, so that what differs is found by its
    /// operation. Such steps take several times as long; their bits stay.
    ///
    /// @param from the first step, counted from 1
    /// @param to   the last one
    public ReceiptOptions detail(long from, long to) {
        if (to == 0) throw new IllegalArgumentException("receipt: detail from step " + from + " to 0; steps count from 1");
        return new ReceiptOptions(every, from, to, notes);
    }

    /// With a text more, which decides nothing: a command line, a commit, a name.
    ///
    /// @param name 1 to 90 letters, digits, `.`, `-` and `_` of ASCII
    public ReceiptOptions note(String name, String text) {
        new ReceiptEntry.Fact(RunReceipt.NOTE + name, Objects.requireNonNull(text, "receipt: no text"));
        var more = new LinkedHashMap<>(notes);
        more.put(name, text);
        return new ReceiptOptions(every, detailFrom, detailTo, more);
    }

    boolean isDetailed(long step) { return detailTo != 0 && detailFrom <= step && step <= detailTo; }
}
