package dev.lanewise.io;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/// What a training run left as evidence of itself: a file of lines that each hold a digest of the one before, so that none can be
/// changed, left out or put in without those behind it. It has all that decides the run's bits, the loss of each step with a
/// digest of its data, digests of the weights every so many steps, and each epoch's validation. As the same program has the same
/// bits everywhere, anyone who has it can run it again and compare: see [dev.lanewise.train.Trainer#verify].
///
/// ```
/// lanewise-receipt 1 9b0e…
/// fact seed "42" 52c1…
/// weights 0 ae31… "0.weight" 8840…
/// step 1 0 2.3025851 77d2… 03fe…
/// epoch 0 0.412 0.397 0.881 b1a0…
/// end 600 1 4f6c…
/// ```
///
/// The last line's digest stands for the whole: who publishes it beside a model can't change the receipt any more.
///
/// @param facts    by name, in the file's order
/// @param steps    how many steps it has
/// @param complete whether it has the run's end
/// @param torn     whether the file ends in a part of a line, as a process leaves it that was killed
/// @param digest   of the last whole line
public record Receipt(SequencedMap<String, String> facts, long steps, boolean complete, boolean torn, String digest) {

    /// Keeps a copy of the facts, in their order.
    public Receipt {
        facts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(Objects.requireNonNull(facts, "receipt: no facts")));
    }

    /// Reads it through and checks every line; [ReceiptReader] has them.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if a line was changed, or it is no receipt
    /// @throws java.io.UncheckedIOException             if it is missing or can't be read
    public static Receipt read(Path file) {
        var facts = new LinkedHashMap<String, String>();
        long steps = 0;
        boolean complete = false;
        try (var lines = new ReceiptReader(file)) {
            for (ReceiptEntry entry; (entry = lines.next()) != null;) switch (entry) {
                case ReceiptEntry.Fact fact -> facts.put(fact.name(), fact.text());
                case ReceiptEntry.Step step -> steps = step.number();
                case ReceiptEntry.End _ -> complete = true;
                default -> { }
            }
            return new Receipt(facts, steps, complete, lines.isTorn(), lines.digest());
        }
    }
}
