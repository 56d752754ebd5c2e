package dev.lanewise.lab.table;

import dev.lanewise.data.CsvTable;
import dev.lanewise.figures.Figures;
import dev.lanewise.file.Quote;
import dev.lanewise.file.WholeFile;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.train.ImageSource;
import dev.lanewise.serve.TableModel;
import dev.lanewise.tensor.Tensor;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a model of `train table` says of new rows: `predict --model FILE --data NEW.csv`.
public final class Predict implements Command {

    private static final Option<Path> MODEL = Option.input("--model", "FILE", TableJob.MODEL, "What train table wrote");
    private static final Option<Optional<Path>> DATA = Option.input("--data", "FILE",
        "New rows: a CSV file that has the columns that the model was trained on, or \"builtin\"");
    private static final Option<Optional<Path>> OUTPUT = Option.output("--output", "FILE",
        "Where rows and predictions go; else they are printed");

    @Override
    public String name() { return "predict"; }

    @Override
    public String summary() {
        return "Says the column that train table has learned of new rows, which it writes or prints as CSV.";
    }

    @Override
    public List<Option<?>> options() { return List.of(MODEL, DATA, OUTPUT); }

    @Override
    public List<Output> outputs(Options options) {
        return options.get(OUTPUT).map(file -> new Output(OUTPUT.name(), file)).stream().toList();
    }

    @Override
    public void run(Options options, PrintStream out) {
        var data = options.get(DATA).orElseThrow(() ->
            new IllegalArgumentException("predict: there are no rows; name their file by --data"));
        var model = TableModel.read(options.get(MODEL));
        var rows = data.equals(ImageSource.BUILT_IN) ? TableSource.builtIn()
            : model.format().readNew(data, model.preprocessing().columns(), model.target());
        for (var column : model.preprocessing().columns()) if (!rows.columns()
            .contains(column)) throw new IllegalArgumentException("predict: "
            + data + " has no column " + Quote.of(column) + ", which the model predicts from; it has "
            + Quote.list(rows.columns()));
        var outputs = model.outputs(rows);
        var text = text(model, outputs, rows);
        var output = options.get(OUTPUT);
        if (output.isEmpty()) {
            out.print(text);
            return;
        }
        WholeFile.writeOrSend("predict", output.get(), stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
        out.println("Rows      " + rows.size());
        if (rows.columns().contains(model.target())) out.println(scores(model, outputs, rows));
        out.println("Output    " + Terminal.oneLine(output.get()));
    }

    /// Of each row what it was, and what is said of it. What an earlier prediction said of it is replaced.
    private static String text(TableModel model, Tensor outputs, CsvTable rows) {
        var said = "predicted " + model.target();
        var names = model.isClassifier() ? List.of(said, said + " (probability)") : List.of(said);
        var kept = rows.columns().stream().filter(column -> !names.contains(column)).toList();
        var more = new ArrayList<List<String>>();
        if (model.isClassifier()) {
            int[] chosen = outputs.argmax(1);
            var classes = model.preprocessing().decode(chosen);
            var shares = outputs.softmax(1);
            for (int row = 0; row < chosen.length; row++) more.add(List.of(classes.get(row),
                Figures.fixed(shares.get(row, chosen[row]), 4)));
        } else {
            for (float number : model.preprocessing().restore(outputs).toArray()) more.add(List.of("" + number));
        }
        return model.format().lines(rows, kept, names, more);
    }

    /// Where the rows have what is to be said of them already; else why they have not.
    private static String scores(TableModel model, Tensor outputs, CsvTable rows) {
        try {
            return Scores.table(Map.of("new", Scores.of(model, outputs, rows))).text();
        } catch (IllegalArgumentException e) {
            return "Scores    none, as not every row has a " + model.target() + " that was learned";
        }
    }
}
