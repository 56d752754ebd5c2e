package dev.lanewise.spark;

import dev.lanewise.Compute;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.ShardedSampler;
import dev.lanewise.group.Group;
import dev.lanewise.group.SocketGroup;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Module;
import dev.lanewise.random.Threefry;
import dev.lanewise.train.Callback;
import dev.lanewise.train.History;
import dev.lanewise.train.Run;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/// An epoch, or several that are short, in one process of a group.
///
/// @param run       the run's own name
/// @param secret    of this stage's group
/// @param placement of the examples; null in a process that is alone
/// @param epoch     the first that is trained, from 0; those before are in the state
/// @param state     the checkpoint after the epoch before, null before the first
/// @param progress  rank 0's step; null in a process that is alone
/// @param files     how Hadoop's file systems are reached
record EpochTask<E, B>(String run, byte[] secret, Program<E, B> program, Settings settings, Identity identity, Census census,
        Placement placement, int epoch, Broadcast<byte[]> state, LongAccumulator progress,
        SerializableConfiguration files) implements Serializable {

    /// What rank 0 hands the driver.
    ///
    /// @param over       whether no epoch follows
    /// @param checkpoint after the epoch; null if it is the last
    /// @param weights    null before the last epoch
    /// @param stepLosses null before the last epoch
    /// @param provider   which loops ran, and why, of each process
    record Outcome(boolean over, byte[] checkpoint, byte[] weights, float[] stepLosses, double[] epochLosses,
            List<Fitted.Validation> validations, List<String> provider) implements Serializable {}

    /// Where the order of rows comes from.
    static ShardedSampler sampler(Settings settings, Census census) {
        return new ShardedSampler(census.requireRows(), settings.batchSize(), settings.shards(),
            new Threefry(settings.seed()).stream("shuffle"));
    }

    /// The shard with which a rank's begin.
    static int firstShard(Settings settings, int rank, int processes) {
        return (int) ((long) settings.shards() * rank / processes);
    }

    Iterator<Outcome> run(Iterator<Numbered<E>> rows) {
        var context = BarrierTaskContext.get();
        Examples.begin(run);
        boolean over = false;
        try (var _ = Threads.of(context.cpus())) {
            var outcome = run(context, rows);
            over = outcome.over;
            return context.partitionId() == 0 ? List.of(outcome).iterator() : List.<Outcome>of().iterator();
        } catch (IOException e) {
            throw new UncheckedIOException("fit: rank " + context.partitionId() + " goes no further, " + e.getMessage(), e);
        } finally {
            Examples.end(run, context.partitionId(), over);
        }
    }

    private Outcome run(BarrierTaskContext context, Iterator<Numbered<E>> rows) throws IOException {
        int rank = context.partitionId();
        var sampler = sampler(settings, census);
        var examples = Examples.of(run, rank, program, placement, rows);
        var kept = settings.checkpoints() == null ? null : new Folder(settings.checkpoints(), files.value());
        // as others reach it for Spark's own blocks
        var host = SparkEnv.get().blockManager().blockManagerId().host();
        try (var listener = SocketGroup.listen(Introduction.listening(host))) {
            var own = new Introduction(host, listener.address().getPort(), rank == 0 && kept != null ? newest(kept) : 0,
                examples.digest(), Compute.provider().name() + ", " + Compute.provider().reason());
            // once: Spark looks for answers each second
            var all = Arrays.stream(context.allGather(own.text())).map(Introduction::of).toList();
            if (!all.stream().map(Introduction::digest).reduce(ContentKey::plus).orElseThrow().equals(census.digest()))
                throw Examples.changed("other");
            var addresses = new ArrayList<InetSocketAddress>();
            for (var each : all) addresses.add(each.address());
            try (var watch = new TaskWatch(context);
                var group = watch.joined(listener.join(rank, addresses, secret, settings.patience()));
                var scratch = Scratch.make()) {
                var file = scratch.checkpoint();
                if (state != null) Files.write(file, state.value());
                // all take rank 0's word for which is the newest
                if (all.getFirst().newest() > 0) kept.read(all.getFirst().newest(), file);
                return fit(file, group, examples, sampler, kept, all.stream().map(Introduction::provider).toList());
            }
        }
    }

    /// The step of a checkpoint in the folder that is behind the driver's; 0 if there is none.
    private long newest(Folder kept) {
        long steps = identity.stepsInEpoch(census.rows(), settings.batchSize());
        return kept.newest(epoch * steps, settings.epochs() * steps);
    }

    /// @param kept null without a folder
    Outcome fit(Path file, Group group, Examples<E> examples, ShardedSampler sampler, Folder kept, List<String> providers)
            throws IOException {
        var model = new Module[1];
        var stopped = new boolean[1];
        var trainer = program.trainer().shards(settings.shards(), group).checkpoint(file, settings.seed()).callback(identity);
        if (settings.checkpointSteps() > 0) trainer.checkpointEvery(settings.checkpointSteps());
        trainer.callback(new Callback() {
            private long told;

            @Override
            public void onStep(Run run, Step step) {
                TaskWatch.requireWanted();
                if (progress != null && group.rank() == 0) progress.add(run.step() - told);
                told = run.step();
            }

            @Override
            public void onStart(Run run) { model[0] = run.model(); }

            @Override
            public void onCheckpoint(Run run, Path written) {
                if (kept != null) kept.write(run.step(), written);
            }

            @Override
            public void onEnd(Run run, History history) { stopped[0] = run.isStopped(); }
        });
        var loader = new DataLoader<>(examples.dataset(sampler.size(), program), settings.batchSize()).sampler(sampler);
        long start = System.nanoTime();
        // rank 0's clock is everyone's; one that is alone has no driver to tell
        var history = trainer.resume(loader, settings.epochs(), done -> progress != null && group.rank() == 0 && done > epoch
            && settings.stage().compareTo(Duration.ofNanos(System.nanoTime() - start)) <= 0);
        boolean over = stopped[0] || history.epochLosses().length >= settings.epochs();
        return group.rank() == 0 ? outcome(over, file, model[0], history, providers)
            : new Outcome(over, null, null, null, null, null, null);
    }

    private static Outcome outcome(boolean over, Path file, Module model, History history, List<String> providers)
            throws IOException {
        var validations = new ArrayList<Fitted.Validation>();
        for (var each : history.validation()) validations.add(new Fitted.Validation(each.loss(), each.metric()));
        if (!over) return new Outcome(false, Files.readAllBytes(file), null, null, history.epochLosses(), validations, providers);
        var weights = file.resolveSibling("weights.safetensors");
        Safetensors.write(weights, model.stateDict());
        return new Outcome(true, null, Files.readAllBytes(weights), history.stepLosses(), history.epochLosses(), validations,
            providers);
    }
}
