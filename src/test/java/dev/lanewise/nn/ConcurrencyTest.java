package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What may run at the same time gives the bits of running in turn.
class ConcurrencyTest {

    private static final int THREADS = 8;

    private static Sequential network(long seed) {
        return new Sequential(new Linear(70, 300), new ReLU(), new Dropout(0.3), new Linear(300, 10)).initialize(seed);
    }

    private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        try (var threads = Executors.newFixedThreadPool(tasks.size())) {
            return threads.invokeAll(tasks).stream().map(future -> {
                try {
                    return future.get();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }).toList();
        }
    }

    /// Batches large and small, so that some products are split over the pool and others are not.
    @Property(tries = 5)
    void inferenceOnOneModelFromManyThreads(@ForAll long seed) throws Exception {
        var model = network(seed);
        model.eval();
        var inputs = IntStream.range(0, THREADS)
            .mapToObj(i -> Tensor.randn(new Threefry(seed).stream(i), i % 2 == 0 ? 256 : 3, 70)).toList();
        var inTurn = inputs.stream().map(x -> predict(model, x)).toList();
        var atOnce = atOnce(inputs.stream().<Callable<float[]>>map(x -> () -> {
            var first = predict(model, x);
            for (int i = 0; i < 10; i++) assertArrayEquals(first, predict(model, x));
            return first;
        }).toList());
        for (int i = 0; i < THREADS; i++) assertArrayEquals(inTurn.get(i), atOnce.get(i));
    }

    private static float[] predict(Layer model, Tensor x) {
        try (var _ = Autograd.noGrad()) {
            return model.forward(x).toArray();
        }
    }

    @Property(tries = 5)
    void twoModelsTrainedOnTwoThreads(@ForAll long seed) throws Exception {
        var atOnce = atOnce(List.<Callable<float[]>>of(() -> train(seed), () -> train(seed + 1)));
        assertArrayEquals(train(seed), atOnce.get(0));
        assertArrayEquals(train(seed + 1), atOnce.get(1));
    }

    /// All weights after some steps.
    private static float[] train(long seed) {
        var model = network(seed);
        var optimizer = new Adam(model.parameters(), 1e-2);
        var source = new Threefry(seed).stream("data");
        for (int step = 0; step < 20; step++) {
            var x = Tensor.randn(source, 128, 70);
            optimizer.zeroGrad();
            Losses.crossEntropy(model.forward(x), x.slice(1, 0, 10).argmax()).backward();
            optimizer.step();
        }
        return Tensor.cat(0, model.parameters().stream().map(p -> p.tensor().detach().reshape(-1)).toArray(Tensor[]::new))
            .toArray();
    }
}
