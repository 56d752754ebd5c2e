package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.lanewise.Compute;
import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Glyphs;
import dev.lanewise.group.SocketGroup;
import dev.lanewise.io.Digest;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes of their own, which find each other through files.
@Tag("machines")
class ShardedProcessesTest {

    private static final int EPOCHS = 2;
    private static final byte[] SECRET = "a secret of the tests".getBytes();

    @TempDir
    Path folder;

    /// A member of a group.
    static final class Member {

        private Member() {}

        /// @param args the folder, the rank, how many there are, the step after which this process is killed or -1
        static void main(String[] args) throws Exception {
            int rank = Integer.parseInt(args[1]);
            int killed = Integer.parseInt(args[3]);
            var folder = Path.of(args[0]);
            var model = new Sequential(new Linear(784, 32), new BatchNorm1d(32), new ReLU(), new Dropout(0.2),
                new Linear(32, 10));
            model.initialize(42);
            try (var listener = SocketGroup.listen(InetAddress.getLoopbackAddress());
                    var group = listener.join(rank, addresses(folder, rank, Integer.parseInt(args[2]), listener.address()),
                        SECRET, Duration.ofMinutes(3))) {
                var data = new DataLoader<Batch<int[]>>(Glyphs.images(1, 1000), 64).shuffle(new Threefry(42)).dropLast(true);
                var trainer = Trainer.classifier(model, new Adam(model.parameters(), 1e-3)).shards(8, group)
                    .checkpoint(folder.resolve("run.safetensors"), 42).checkpointEvery(3);
                trainer.callback(new Callback() {
                    @Override
                    public void onStep(Run run, Step step) { if (run.step() == killed) Runtime.getRuntime().halt(137); }
                });
                trainer.resume(data, EPOCHS);
            }
            var digest = new Digest();
            for (var values : model.stateDict().values()) digest.add(values);
            IO.println(Compute.provider().name().replace(" ", "-") + " " + digest.digest());
        }

        private static List<InetSocketAddress> addresses(Path folder, int rank, int size, InetSocketAddress own)
            throws Exception {
            var file = folder.resolve("port-" + rank);
            Files.writeString(folder.resolve("new-" + rank), "" + own.getPort());
            Files.move(folder.resolve("new-" + rank), file, StandardCopyOption.ATOMIC_MOVE);
            var addresses = new ArrayList<InetSocketAddress>();
            for (int i = 0; i < size; i++) {
                while (!Files.exists(folder.resolve("port-" + i))) Thread.sleep(20);
                addresses.add(new InetSocketAddress(own.getAddress(),
                    Integer.parseInt(Files.readString(folder.resolve("port-" + i)))));
            }
            return addresses;
        }
    }

    private List<ForkedJvm.Result> run(int size, int killedRank, int killedStep) throws Exception {
        try (var threads = Executors.newFixedThreadPool(size)) {
            var running = new ArrayList<Future<ForkedJvm.Result>>();
            for (int rank = 0; rank < size; rank++) {
                Files.deleteIfExists(folder.resolve("port-" + rank));
                // every other one without vectors
                var jvm = rank % 2 == 0 ? new ForkedJvm(Member.class, ForkedJvm.VECTORS) : new ForkedJvm(Member.class);
                var forked = jvm.patient().with(folder.toString(), "" + rank, "" + size,
                    "" + (rank == killedRank ? killedStep : -1));
                running.add(threads.submit(forked::run));
            }
            var results = new ArrayList<ForkedJvm.Result>();
            for (var each : running) results.add(each.get());
            return results;
        }
    }

    private static String digest(ForkedJvm.Result result) {
        var words = result.orFail().out().strip().split(" ");
        return words[1];
    }

    private void startAnew() throws IOException { Files.deleteIfExists(folder.resolve("run.safetensors")); }

    @Test
    void howManyThereAreAndWhoDiesPlaysNoPart() throws Exception {
        var alone = digest(run(1, -1, -1).getFirst());
        startAnew();
        var three = run(3, -1, -1);
        for (var each : three) assertEquals(alone, digest(each));
        assertNotEquals(three.get(0).out().split(" ")[0], three.get(1).out().split(" ")[0],
            "one of them is to run without vectors");
        startAnew();
        for (var each : run(2, 1, 17)) assertNotEquals(0, each.exit()); // one is killed, and the other hears of it
        for (var each : run(3, -1, -1)) assertEquals(alone, digest(each));
    }
}
