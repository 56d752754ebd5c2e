package dev.lanewise.train;

import dev.lanewise.file.Quote;
import dev.lanewise.io.Receipt;
import dev.lanewise.io.ReceiptEntry;
import dev.lanewise.io.ReceiptReader;
import dev.lanewise.train.Verification.Difference;
import dev.lanewise.train.Verification.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Compares a run with a receipt, entry by entry, until the first difference.
final class Replay implements Consumer<ReceiptEntry>, AutoCloseable {

    private final Receipt receipt;
    private final ReceiptReader lines;
    private final ReceiptOptions options;
    private final List<String> notes = new ArrayList<>();
    private Difference difference;
    private long steps;
    /// After which the weights were compared last.
    private long compared;

    Replay(Path file) {
        receipt = Receipt.read(file);
        options = options(receipt.facts());
        lines = new ReceiptReader(file);
        if (!receipt.complete()) notes.add("the receipt ends with step " + receipt.steps() + ", before its run did");
    }

    /// As its writer had them.
    private static ReceiptOptions options(Map<String, String> facts) {
        var options = ReceiptOptions.DEFAULT;
        var every = facts.get(RunFacts.EVERY);
        if (every != null && every.matches("[1-9][0-9]{0,15}")) options = options.every(Long.parseLong(every));
        var detail = facts.get(RunFacts.DETAIL);
        if (detail != null && detail.matches("[1-9][0-9]{0,15}-[1-9][0-9]{0,15}")) {
            var ends = detail.split("-");
            if (Long.parseLong(ends[0]) <= Long.parseLong(ends[1])) options =
                options.detail(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
        }
        return options;
    }

    ReceiptOptions options() { return options; }

    /// How many passes over the data it takes.
    int epochs(int stepsInEpoch) { return Math.clamp(Math.ceilDiv(receipt.steps(), stepsInEpoch), 1, Integer.MAX_VALUE); }

    /// Whether nothing more is to be compared after so many steps.
    boolean isOver(long step) { return difference != null || step >= receipt.steps(); }

    /// All that decides the bits, which the run has before its first step.
    void facts(Map<String, String> own) {
        var names = new HashSet<>(receipt.facts().keySet());
        names.addAll(own.keySet());
        names.removeIf(name -> name.startsWith(RunReceipt.NOTE));
        for (var name : names.stream().sorted().toList()) {
            var there = receipt.facts().getOrDefault(name, "nothing");
            var here = own.getOrDefault(name, "nothing");
            if (there.equals(here)) continue;
            if (name.equals(RunFacts.LIBRARY)) notes.add("it was written by version " + Quote.name(there)
                + " of the library, and this is " + here);
            else if (difference == null) difference = new Difference(Kind.SETTING, 0, name, there, here, "the setting " + name
                + " is another one: the receipt has " + Quote.of(there) + ", this run " + Quote.of(here));
        }
    }

    @Override
    public void accept(ReceiptEntry run) {
        if (run instanceof ReceiptEntry.Fact) return;
        // an operation tells where a loss that differs comes from
        if (difference != null && !(difference.kind() == Kind.LOSS && run instanceof ReceiptEntry.Operation)) return;
        ReceiptEntry there;
        do there = lines.next();
        while (there instanceof ReceiptEntry.Fact);
        if (there == null) return;
        if (run instanceof ReceiptEntry.Step step) steps = step.number();
        if (there.equals(run)) {
            if (run instanceof ReceiptEntry.Weights weights) compared = weights.step();
            return;
        }
        difference = difference(there, run);
    }

    private Difference difference(ReceiptEntry there, ReceiptEntry run) {
        return switch (run) {
            case ReceiptEntry.Weights own when there instanceof ReceiptEntry.Weights other && own.name().equals(other.name())
                && own.step() == other.step() -> new Difference(Kind.WEIGHTS, own.step(), own.name(), other.digest(),
                    own.digest(), own.step() == 0 ? "parameter " + Quote.name(own.name())
                    + " differs before the first step: the model starts from other weights" + seed()
                    : "parameter " + Quote.name(own.name()) + " differs after step " + own.step() + since(own.step()));
            case ReceiptEntry.Step own when there instanceof ReceiptEntry.Step other
                && own.number() == other.number() -> step(other, own);
            case ReceiptEntry.Operation own when there instanceof ReceiptEntry.Operation other && own.name().equals(other.name())
                && own.step() == other.step() && own.pass() == other.pass() ->
                    new Difference(Kind.OPERATION, own.step(), own.name(),
                    other.digest(), own.digest(), "step " + own.step() + ": "
                    + (own.pass() == ReceiptEntry.Pass.FORWARD ? "operation "
                    : "the gradient that arrives at operation ") + own.number() + ", " + Quote.name(own.name())
                        + ", differs; those before are the"
                    + " same");
            case ReceiptEntry.Epoch own when there instanceof ReceiptEntry.Epoch other
                && own.number() == other.number() -> new Difference(
                Kind.EPOCH, steps, "" + own.number(), other.line(), own.line(),
                "what epoch " + own.number() + " came to differs: the receipt has"
                + " loss " + other.loss() + ", validation " + other.validation() + ", metric " + other.metric() + ", this run "
                + own.loss() + ", " + own.validation() + ", " + own.metric()
                + "; the steps before are the same, so the data of the validation aren't");
            case ReceiptEntry.End own when there instanceof ReceiptEntry.End other ->
                new Difference(Kind.END, steps, "", other.line(), own.line(),
                "the receipt's run ended after " + other.epochs() + " epochs, this one after " + own.epochs());
            default -> new Difference(Kind.SETTING, steps, "", there.line(), run.line(),
                "where the receipt has " + Quote.of(there.line())
                + " this run has " + Quote.of(run.line()) + ": it is of another program");
        };
    }

    private Difference step(ReceiptEntry.Step there, ReceiptEntry.Step run) {
        if (!there.data().equals(run.data())) return new Difference(Kind.DATA, run.number(), "", there.data(), run.data(),
            "the data of step "
            + run.number() + " differ" + (run.number() == 1 ? "" : ", those before are the same")
            + ": it is another data set, another order, or other preprocessing");
        if (there.epoch() != run.epoch()) return new Difference(Kind.SETTING, run.number(), "epoch", "" + there.epoch(),
            "" + run.epoch(), "step " + run.number() + " is in epoch " + there.epoch() + " of the receipt, and in epoch "
            + run.epoch() + " of this run");
        return new Difference(Kind.LOSS, run.number(), "", "" + there.loss(), "" + run.loss(), "the loss of step " + run.number()
            + " differs: the receipt has " + there.loss() + ", this run " + run.loss() + since(run.number() - 1)
            + (options.isDetailed(run.number()) ? "" : "; a receipt that has detail(" + Math.max(1, compared + 1) + ", "
                + run.number()
            + ") names the operation, one of every(1) the parameter"));
    }

    /// When all was well.
    private String since(long step) {
        return compared >= step - 1 ? "; before it all weights were the same"
            : "; the weights were compared last after step " + compared + ", and were the same";
    }

    private String seed() {
        var seed = receipt.facts().get("seed");
        return seed == null ? "; initialize it with the seed that the receipt's run had"
            : "; the receipt's seed is " + Quote.name(seed);
    }

    Verification result() {
        if (difference == null && steps < receipt.steps()) notes.add("this run was ended then, before the receipt's last step, "
            + receipt.steps());
        return new Verification(receipt, steps, Optional.ofNullable(difference), notes);
    }

    @Override
    public void close() { lines.close(); }
}
