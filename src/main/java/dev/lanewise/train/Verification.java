package dev.lanewise.train;

import dev.lanewise.file.Quote;
import dev.lanewise.io.Receipt;
import java.util.List;
import java.util.Optional;

/// What came of running a [Receipt]'s program again: see [Trainer#verify].
///
/// @param receipt    that was compared with
/// @param steps      how many steps were compared, the last one included
/// @param difference the first one; empty if there was none
/// @param notes      what isn't a difference, but should be known: another version of the library, a receipt without its end
public record Verification(Receipt receipt, long steps, Optional<Difference> difference, List<String> notes) {

    /// Keeps a copy of the notes.
    public Verification { notes = List.copyOf(notes); }

    /// What differs.
    public enum Kind {
        /// A fact of the receipt: seed, sizes, options.
        SETTING,
        /// The examples of a step.
        DATA,
        /// The loss of a step.
        LOSS,
        /// Parameters or buffers.
        WEIGHTS,
        /// What one operation gave, on the way forward or back.
        OPERATION,
        /// The numbers of an epoch.
        EPOCH,
        /// How many steps and epochs there are.
        END
    }

    /// The first thing that differs.
    ///
    /// @param step    in which, or after which; 0 for the start
    /// @param name    which of its kind: a setting, a parameter, an operation; else empty
    /// @param receipt what the receipt has
    /// @param run     what this run has
    /// @param text    all that in a sentence, with what it may come from
    public record Difference(Kind kind, long step, String name, String receipt, String run, String text) {}

    /// Whether this program made that receipt, as far as that goes.
    public boolean isSame() { return difference.isEmpty(); }

    /// In a sentence or two, for people.
    public String text() {
        var text = new StringBuilder(difference.map(Difference::text).orElseGet(() -> steps == 0
            ? "the receipt has no step; what is in it is the same"
            : steps == 1 ? "the one step is the same, to the bit" : "all " + steps + " steps are the same, to the bit"));
        notes.forEach(note -> text.append("; ").append(note));
        return Quote.whole(text.append(".").toString());
    }
}
