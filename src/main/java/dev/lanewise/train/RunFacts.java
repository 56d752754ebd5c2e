package dev.lanewise.train;

import dev.lanewise.Compute;
import dev.lanewise.io.Digest;
import dev.lanewise.nn.Parameter;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.Optimizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What decides a run's bits, as far as it can be told, for its receipt.
final class RunFacts {

    static final String LIBRARY = "library";
    static final String EVERY = "receipt.every";
    static final String DETAIL = "receipt.detail";

    private RunFacts() {}

    static Map<String, String> of(Trainer<?> trainer, Settings settings, ReceiptOptions options) {
        var facts = new LinkedHashMap<String, String>();
        facts.put(LIBRARY, Compute.version());
        if (trainer.seed != null) facts.put("seed", trainer.seed.toString());
        facts.putAll(settings.named());
        facts.putAll(made(trainer));
        facts.put(EVERY, "" + options.every());
        facts.put(DETAIL, options.detailTo() == 0 ? "none" : options.detailFrom() + "-" + options.detailTo());
        options.notes().forEach((name, text) -> facts.put(RunReceipt.NOTE + name, text));
        return facts;
    }

    /// Without data, and with the weights as they are now.
    static SequencedMap<String, String> of(Trainer<?> trainer) {
        var facts = made(trainer);
        // an optimizer may have some that aren't the model's
        var beside = trainer.parameters().stream().map(Parameter::tensor).toList();
        facts.put("weights", new Digest().add(trainer.model.stateDict()).add(beside).digest());
        facts.put("accumulate", "" + trainer.accumulate);
        facts.put("validation", Settings.validation(trainer));
        return Collections.unmodifiableSequencedMap(facts);
    }

    private static SequencedMap<String, String> made(Trainer<?> trainer) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("model", trainer.model.parameterCount() + " parameters, layers "
            + Digest.of(trainer.model.namedModules().entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue().getClass().getSimpleName()).toList()).substring(0, 16));
        for (int i = 0; i < trainer.optimizers.size(); i++) facts.put("optimizer." + i, text(trainer.optimizers.get(i)));
        schedules(facts, "schedule.epochs.", trainer.epochSchedules);
        schedules(facts, "schedule.steps.", trainer.stepSchedules);
        if (!Double.isNaN(trainer.largestNorm)) facts.put("clip.norm", trainer.largestNorm + " of p " + trainer.normType);
        if (!Double.isNaN(trainer.largestValue)) facts.put("clip.value", "" + trainer.largestValue);
        if (trainer.patience < Integer.MAX_VALUE) facts.put("patience", "" + trainer.patience);
        return facts;
    }

    private static String text(Optimizer optimizer) {
        return optimizer.kind() + ": " + optimizer.groups().stream().map(group -> group.parameters().size() + " parameters at "
            + group.learningRate() + said(group.options())).collect(Collectors.joining("; "));
    }

    /// A class that says nothing of itself has an address of this JVM in its text.
    private static String said(Object options) {
        try {
            return options.getClass().getMethod("toString").getDeclaringClass() == Object.class ? "" : ", " + options;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static void schedules(Map<String, String> facts, String prefix, List<LRScheduler> schedules) {
        for (int i = 0; i < schedules.size(); i++) {
            var state = schedules.get(i).stateDict();
            facts.put(prefix + i, state.kind() + " from " + state.baseRates());
        }
    }
}
