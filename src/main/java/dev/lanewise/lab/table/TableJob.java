package dev.lanewise.lab.table;

import dev.lanewise.data.CsvTable;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Sampler;
import dev.lanewise.data.TableBatch;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.job.Job;
import dev.lanewise.lab.job.Training;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.serve.TableFormat;
import dev.lanewise.serve.TableModel;
import dev.lanewise.serve.TableNetwork;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.History;
import dev.lanewise.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A network that says one column of a table from the others, kept in one file: with it [Predict] says it of new rows.
public final class TableJob extends Job {

    static final Path MODEL = Path.of("lanewise-table.safetensors");
    static final double HELD_OUT = 0.2;
    private static final int VALIDATION_BATCH = 1024;
    /// What [dev.lanewise.data.Split] can cut into three parts.
    private static final int FEWEST = 5;

    private static final Option<Path> KEPT = Option.output("--model", "FILE", MODEL,
        "The model: weights and what is done to the columns");
    private static final Option<String> TARGET = Option.text("--target", "NAME", "",
        "The column to predict; the last one if none is named", text -> text);
    private static final Option<List<String>> WITHOUT = Option.text("--without", "A,B,…", "", "Columns to leave out",
        TableFormat::list);
    private static final Option<List<String>> CATEGORIES = Option.text("--categories", "A,B,…", "",
        "Columns that hold categories, though they look like numbers", TableFormat::list);
    private static final Option<List<String>> MISSING = Option.text("--missing", "A,B,…", "NA,?",
        "What stands for a gap, besides an empty field", TableFormat::list);
    private static final Option<Optional<Integer>> RARE = Option.count("--rare", 1, 1_000_000,
        "Categories of fewer training rows count as other, and so do new ones; without it new ones are refused");
    private static final Option<Boolean> CLASSES = Option.flag("--classes",
        "Predicts a class, though the target looks like a number");
    private static final Option<List<Integer>> HIDDEN = Option.text("--hidden", "A-B-…", "64-32", "Units of the hidden layers",
        text -> TableModel.sizes("--hidden", text));
    private static final Option<Double> DROPOUT = Option.number("--dropout", 0, 0, 0.99,
        "Share of hidden units that a step leaves out");
    private static final Option<Double> RATE = Option.number("--rate", 1e-3, 0, 10, "Adam's learning rate");
    private static final Option<Integer> BATCH = Option.count("--batch", 64, 1, 1_000_000, "Rows in a step");
    private static final Option<Integer> PATIENCE = Option.count("--patience", 20, 1, 1_000_000,
        "Ends after so many epochs without a better validation");

    private static final Option<Optional<Path>> EXPORT = Option.output("--export", "FILE",
        "Writes starting weights, data, order and losses, for src/test/python/table_against_torch.py");

    /// @param validation chooses the epoch
    record Parts(CsvTable training, CsvTable validation, CsvTable test) {

        static Parts of(CsvTable rows, Setting setting) {
            if (rows.size() < FEWEST) throw new IllegalArgumentException("train table: " + rows.size()
                + " rows with a target; at least " + FEWEST + " are needed to train, to choose the epoch and to judge");
            var parts = rows.split(setting.source().stream("split"), 1 - 2 * HELD_OUT, HELD_OUT, HELD_OUT);
            return new Parts(parts.get(0), parts.get(1), parts.get(2));
        }
    }

    @Override
    public String name() { return "table"; }

    @Override
    public String summary() {
        return "Learns a column of a CSV file, number or class, from the others, for predict to say it of new rows.";
    }

    @Override
    protected List<Option<?>> own() {
        return List.of(TableSource.DATA, TableSource.NAMES, TableSource.SEPARATOR, TableSource.DOWNLOAD, KEPT, TARGET,
            WITHOUT, CATEGORIES, MISSING, RARE, CLASSES, HIDDEN, DROPOUT, RATE, BATCH, PATIENCE, EXPORT);
    }

    @Override
    protected int epochs() { return 200; }

    @Override
    protected List<Output> files(Options options) {
        return Stream.concat(Stream.of(new Output(KEPT.name(), options.get(KEPT))),
            options.get(EXPORT).map(file -> new Output(EXPORT.name(), file)).stream()).toList();
    }

    @Override
    protected Result run(Setting setting, Training training) {
        var source = TableSource.choose(setting);
        var plan = TablePlan.of(source.table(),
            new TablePlan.Wishes(setting.get(TARGET), setting.get(WITHOUT), setting.get(CATEGORIES), setting.get(MISSING),
                setting.get(RARE).orElse(0), setting.get(CLASSES)));
        var parts = Parts.of(plan.rows(), setting);
        var preprocessing = plan.columns().fit(parts.training);
        var network = new TableNetwork(preprocessing, setting.get(HIDDEN), setting.get(DROPOUT));
        network.initialize(setting.weights());
        var model = new TableModel(preprocessing, setting.get(HIDDEN), source.format(), network);
        say(setting, source, plan, network);
        training.data(source.fingerprint());
        var start = network.stateDict();
        var history = model.isClassifier()
            ? learn(setting, training, model, parts, preprocessing::separatedClassification, Loss::crossEntropy)
            : learn(setting, training, model, parts, preprocessing::separatedRegression, Loss::mseLoss);
        model.write(setting.get(KEPT));
        var scores = new LinkedHashMap<String, Scores>();
        scores.put("training", Scores.of(model, parts.training));
        scores.put("validation", Scores.of(model, parts.validation));
        scores.put("test", Scores.of(model, parts.test));
        var outcome = TableOutcome.of(source, plan, model, history, scores);
        setting.get(EXPORT).ifPresent(file ->
            Safetensors.write(file, exported(start, model, parts, order(setting, parts), history),
            Map.of("batch", "" + setting.get(BATCH), "rate", "" + setting.get(RATE), "task", plan.isClass() ? "class" : "number",
                "dropout", "" + setting.get(DROPOUT))));
        return new TablePage(outcome, setting.get(KEPT)).result();
    }

    private static void say(Setting setting, TableSource source, TablePlan plan, TableNetwork network) {
        int without = source.table().size() - plan.rows().size();
        setting.say("Data", source.description() + ": " + plan.rows().size() + " rows"
            + (without == 0 ? "" : ", besides " + without + " without a target"));
        setting.say("Predicts", plan.target() + (plan.isClass() ? ", a class" : ", a number") + ", from "
            + plan.numbers().size() + (plan.numbers().size() == 1 ? " number" : " numbers") + " and " + plan.categories().size()
            + (plan.categories().size() == 1 ? " category" : " categories")
            + (plan.left().isEmpty() ? "" : "; nothing stands in " + String.join(", ", plan.left())));
        setting.say("Network", network.parameterCount() + " weights, Adam " + setting.get(RATE) + ", batches of "
            + setting.get(BATCH) + ", weights: " + setting.weightsText());
    }

    /// @return with the best epoch's weights in the model
    private static <T> History learn(Setting setting, Training training, TableModel model, Parts parts,
                                     Function<CsvTable, Dataset<TableBatch<T>>> data, BiFunction<Tensor, T, Loss> loss) {
        var network = model.network();
        var trainer = new Trainer<TableBatch<T>>(network, batch -> network.call(batch.inputs()),
            (outputs, batch) -> loss.apply(outputs, batch.targets()), new Adam(network.parameters(), setting.get(RATE)))
            .validate(new DataLoader<>(data.apply(parts.validation), VALIDATION_BATCH))
            .keepBest(training.best()).earlyStopping(setting.get(PATIENCE));
        var rows = data.apply(parts.training);
        var history = training.fit(trainer, new DataLoader<>(rows, setting.get(BATCH)).sampler(order(setting, parts)));
        if (history.bestEpoch() < 0) throw new IllegalArgumentException("train table: no epoch's validation loss is a number;"
            + " give a smaller --rate than " + setting.get(RATE));
        trainer.loadBest();
        return history;
    }

    private static Sampler order(Setting setting, Parts parts) {
        return Sampler.shuffled(parts.training.size(), setting.source().stream("shuffle"));
    }

    /// All that another library needs to do the same.
    private static Map<String, Tensor> exported(Map<String, Tensor> start, TableModel model, Parts parts, Sampler order,
        History history) {
        var all = new LinkedHashMap<String, Tensor>();
        start.forEach((name, values) -> all.put("start." + name, values));
        put(all, "training", model, parts.training);
        put(all, "validation", model, parts.validation);
        put(all, "test", model, parts.test);
        int epochs = history.epochLosses().length;
        var rows = new float[epochs * parts.training.size()];
        for (int epoch = 0, next = 0; epoch < epochs; epoch++) for (int row : order.rows(epoch)) rows[next++] = row;
        all.put("order", Tensor.wrap(rows, epochs, parts.training.size()));
        all.put("losses", Tensor.of(history.stepLosses()));
        all.put("outputs", model.outputs(parts.test));
        return all;
    }

    private static void put(Map<String, Tensor> all, String name, TableModel model, CsvTable rows) {
        var inputs = model.preprocessing().separated(rows);
        if (inputs.numbers().size(1) > 0) all.put(name + ".numbers", inputs.numbers());
        int column = 0;
        for (int[] indices : inputs.indices().values()) all.put(name + ".indices." + column++, whole(indices));
        int[] every = IntStream.range(0, rows.size()).toArray();
        all.put(name + ".targets", model.isClassifier() ? whole(model.preprocessing().classification(rows).batch(every).targets())
            : model.preprocessing().regression(rows).batch(every).targets());
    }

    private static Tensor whole(int... numbers) {
        var values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) values[i] = numbers[i];
        return Tensor.wrap(values, values.length);
    }
}
