package dev.lanewise.jmh;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.lanewise.random.Threefry;

/// The requests `mlp_step` and `mlp_infer` by DJL, on PyTorch, as its own training loop makes them: what a step allocates belongs
/// to a manager that is closed behind it.
final class DjlNetworks {

    private static final float ADAM_RATE = 1e-3f;
    private static final float SGD_RATE = 1e-2f;
    private static final int BATCHES = 20;

    private DjlNetworks() {}

    static Workload of(Arguments words) {
        return switch (words.name()) {
            case "mlp_step" -> step(words);
            case "mlp_infer" -> infer(words);
            default -> throw words.wrong("is not what DJL does here; it does gemm, mlp_step and mlp_infer");
        };
    }

    private static Workload step(Arguments words) {
        int batch = words.size(1);
        var sizes = words.sizes(2);
        var optimizer = switch (words.word(3)) {
            case "adam" -> Optimizer.adam().optLearningRateTracker(Tracker.fixed(ADAM_RATE)).build();
            case "sgd" -> sgd();
            default -> throw words.wrong("\"" + words.word(3) + "\" is not known; use sgd or adam");
        };
        var trainer = trainer(sizes, words.probability(4), batch, optimizer);
        var inputs = new NDArray[BATCHES];
        var labels = new NDArray[BATCHES];
        var classes = Drawn.integers(BATCHES, batch, sizes[sizes.length - 1]);
        for (int i = 0; i < BATCHES; i++) {
            inputs[i] = uniform(trainer.getManager(), i, batch, sizes[0]);
            labels[i] = trainer.getManager().create(classes[i]);
        }
        var turn = new int[1];
        return Workload.perStep(Workload.returning(() -> {
            int at = turn[0] = (turn[0] + 1) % BATCHES;
            step(trainer, inputs[at], labels[at]);
        }));
    }

    private static void step(Trainer trainer, NDArray inputs, NDArray labels) {
        try (var manager = trainer.getManager().newSubManager()) {
            inputs.tempAttach(manager);
            labels.tempAttach(manager);
            try (var gradients = trainer.newGradientCollector()) {
                var predicted = trainer.forward(new NDList(inputs), new NDList(labels));
                gradients.backward(trainer.getLoss().evaluate(new NDList(labels), predicted));
            }
            trainer.step();
        }
    }

    private static Workload infer(Arguments words) {
        int batch = words.size(1);
        var sizes = words.sizes(2);
        var trainer = trainer(sizes, 0, batch, sgd());
        var inputs = uniform(trainer.getManager(), 0, batch, sizes[0]);
        return Workload.perCall(Workload.returning(() -> {
            try (var manager = trainer.getManager().newSubManager()) {
                inputs.tempAttach(manager);
                trainer.evaluate(new NDList(inputs));
            }
        }));
    }

    private static Optimizer sgd() { return Optimizer.sgd().setLearningRateTracker(Tracker.fixed(SGD_RATE)).build(); }

    private static Trainer trainer(int[] sizes, double dropout, int batch, Optimizer optimizer) {
        var block = new SequentialBlock();
        for (int i = 1; i < sizes.length; i++) {
            block.add(Linear.builder().setUnits(sizes[i]).build());
            if (i + 1 == sizes.length) break;
            block.add(Activation.reluBlock());
            if (dropout > 0) block.add(Dropout.builder().optRate((float) dropout).build());
        }
        var model = Model.newInstance("mlp", "PyTorch");
        model.setBlock(block);
        var trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).optOptimizer(optimizer));
        trainer.initialize(new Shape(batch, sizes[0]));
        return trainer;
    }

    private static NDArray uniform(NDManager manager, int stream, int rows, int columns) {
        var values = new float[Math.multiplyExact(rows, columns)];
        new Threefry(stream).uniform(values, 0, values.length);
        return manager.create(values, new Shape(rows, columns));
    }
}
