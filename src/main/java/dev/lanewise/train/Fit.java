package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Sharding;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.optim.Optimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.IntPredicate;

/// Runs trainers over the same batches.
final class Fit {

    private Fit() {}

    static <B> List<History> sideBySide(List<Trainer<B>> trainers, DataLoader<B> data, int epochs) {
        var parameters = Collections.newSetFromMap(new IdentityHashMap<Parameter, Boolean>());
        for (var trainer : trainers) for (var parameter : trainer.parameters()) if (!parameters.add(parameter))
            throw new IllegalArgumentException("sideBySide: two models share " + parameter
                + ", which each would train; make a model for each trainer");
        for (var trainer : trainers) if (trainer.shards > 0 && trainers.size() > 1) throw new IllegalArgumentException(
            "sideBySide: steps of " + trainer.shards
            + " shards; trainers that have the same batches take them whole: leave out shards(…), or fit"
            + " one after the other");
        return run(trainers, data, epochs, _ -> false, false);
    }

    /// @param pauses  whether it pauses, where so many of the epochs are done
    /// @param resumed whether to go on from the checkpoints
    static <B> List<History> run(List<Trainer<B>> trainers, DataLoader<B> data, int epochs, IntPredicate pauses,
            boolean resumed) {
        if (epochs < 1) throw new IllegalArgumentException("fit: " + epochs + " epochs; at least one is needed");
        try (var _ = Module.training(); var claims = new Claims()) {
            for (var trainer : trainers) {
                claims.trainer(trainer);
                requireReady(trainer, resumed);
                if (trainer.group.rank() > 0) continue; // it writes nothing
                claims.file(trainer.checkpointFile);
                claims.file(trainer.bestFile);
                trainer.sinks.forEach(each -> claims.sink(each.sink()));
            }
            var runs = new ArrayList<ActiveRun<B>>();
            for (var trainer : trainers) runs.add(new ActiveRun<>(trainer, data, epochs, null));
            try (var _ = closing(runs)) {
                runs.forEach(resumed ? ActiveRun::resume : ActiveRun::open);
                runs.forEach(ActiveRun::start);
                epochs(runs, data, epochs, pauses);
                var histories = runs.stream().map(ActiveRun::end).toList();
                runs.forEach(ActiveRun::handOver);
                return histories;
            }
        }
    }

    /// Runs a trainer as a receipt's run was, and writes nothing.
    static <B> void replay(Trainer<B> trainer, DataLoader<B> data, Replay replay) {
        try (var _ = Module.training(); var claims = new Claims()) {
            claims.trainer(trainer);
            requireReady(trainer, false);
            requireWhole("verify", trainer, replay.options());
            int epochs = replay.epochs(Settings.of(trainer, data).stepsInEpoch());
            var runs = List.of(new ActiveRun<>(trainer, data, epochs, replay));
            try (var _ = closing(runs)) {
                runs.getFirst().open();
                runs.getFirst().start();
                epochs(runs, data, epochs, _ -> false);
                runs.getFirst().end();
            }
        }
    }

    /// @throws IllegalArgumentException if a receipt has each operation, of which a process of a group sees those of its shards
    ///     alone
    static void requireWhole(String call, Trainer<?> trainer, ReceiptOptions options) {
        if (options.detailTo() > 0 && trainer.group.size() > 1) throw new IllegalArgumentException(call
            + ": a receipt in detail is of one process, and this group has " + trainer.group.size()
            + "; leave out detail(…), or run shards(" + trainer.shards + ") alone, which comes to the same bits");
    }

    private static void requireReady(Trainer<?> trainer, boolean resumed) {
        Optimizer.requireDisjoint(trainer.optimizers);
        if (trainer.model.namedModules().values().stream().noneMatch(Module::isTraining)) throw new IllegalArgumentException(
            "fit: the whole model is in evaluation, so that dropout would not drop and batch norm not learn; call train() on it"
            + " first, and then eval() on the parts that are to stay so. To predict and to measure, a model need not be set"
            + " to evaluation");
        boolean isCompared = trainer.validation != null;
        if (!isCompared && trainer.bestFile != null) throw new IllegalArgumentException(
            "fit: keepBest has nothing to compare epochs by; say validate(…), too");
        if (!isCompared && trainer.patience < Integer.MAX_VALUE) throw new IllegalArgumentException(
            "fit: earlyStopping has nothing to compare epochs by; say validate(…), too");
        if (trainer.validatesAverage && trainer.average == null) throw new IllegalArgumentException(
            "fit: validateAverage has no average to judge epochs by; say average(…), too");
        if (trainer.validatesAverage && !isCompared) throw new IllegalArgumentException(
            "fit: validateAverage has no data to validate with; say validate(…), too");
        if (trainer.checkpointFile == null) requireNoCheckpoints(trainer, resumed);
        if (trainer.receiptFile != null) requireWhole("fit", trainer, trainer.receiptOptions);
        Validation.requireMode(trainer.validation, trainer.epochSchedules);
    }

    private static void requireNoCheckpoints(Trainer<?> trainer, boolean resumed) {
        if (trainer.checkpointSteps > 0 || trainer.checkpointNanos > 0) throw new IllegalArgumentException(
            "fit: checkpointEvery has no file to write; say checkpoint(file, seed), too");
        if (trainer.lastCheckpoints > 1) throw new IllegalArgumentException(
            "fit: keepLast has no checkpoints to keep; say checkpoint(file, seed), too");
        if (resumed) throw new IllegalArgumentException(
            "resume: there is no checkpoint to go on from; say checkpoint(file, seed) before both runs");
    }

    private static <B> void epochs(List<ActiveRun<B>> runs, DataLoader<B> data, int epochs, IntPredicate pauses) {
        int first = runs.stream().mapToInt(ActiveRun::epoch).min().orElse(epochs);
        for (int epoch = first; epoch < epochs; epoch++) {
            int number = epoch;
            var taking = runs.stream().filter(run -> run.takes(number)).toList();
            if (taking.isEmpty() || taking.getFirst().agree(pauses.test(epoch))) break;
            if (taking.getFirst().isSharded()) shards(taking.getFirst(), data, epoch);
            else batches(taking, data, epoch);
            taking.forEach(ActiveRun::endBatches);
            if (taking.stream().allMatch(ActiveRun::isEnding)) break;
        }
    }

    private static <B> void batches(List<ActiveRun<B>> taking, DataLoader<B> data, int epoch) {
        // one that is resumed is alone
        data.forEachWhile(epoch, taking.getFirst().batches(), (batch, examples) -> {
            boolean goesOn = false;
            for (var run : taking) if (!run.isOver()) {
                run.take(batch, examples);
                goesOn |= !run.isOver();
            }
            return goesOn;
        });
    }

    private static <B> void shards(ActiveRun<B> run, DataLoader<B> data, int epoch) {
        data.forEachShard(epoch, run.batches(), run.sharding(), new Sharding.Visitor<B>() {
            @Override
            public void shard(int index, Runnable pieces) { run.shard(index, pieces); }

            @Override
            public void piece(Sharding.Piece piece, B part) { run.take(piece, part); }

            @Override
            public boolean step(int batches, int examples) {
                run.makeStep(batches, examples);
                return !run.isOver();
            }
        });
    }

    private static <B> Closing closing(List<ActiveRun<B>> runs) {
        return () -> {
            // each, whatever the others throw
            RuntimeException error = null;
            for (var run : runs) {
                try {
                    run.close();
                } catch (RuntimeException e) {
                    if (error == null) error = e;
                    else error.addSuppressed(e);
                }
            }
            if (error != null) throw error;
        };
    }

    private interface Closing extends AutoCloseable {
        @Override
        void close();
    }
}
