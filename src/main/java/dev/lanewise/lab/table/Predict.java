package dev.lanewise.lab.table;

import dev.lanewise.data.CsvTable;
import dev.lanewise.figures.Figures;
import dev.lanewise.file.WholeFile;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.train.ImageSource;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a model of `train table` says of new rows: `predict --model FILE --data NEW.csv`.
public final class Predict implements Command {

    private static final Option<Optional<Path>> MODEL = Option.input("--model", "FILE",
        "What train table wrote; " + TableJob.MODEL + " if none is named");
    private static final Option<Optional<Path>> DATA = Option.input("--data", "FILE",
        "New rows: a CSV file that has the columns that the model was trained on, or \"builtin\"");
    private static final Option<Optional<Path>> OUTPUT = Option.output("--output", "FILE", "Where rows and predictions go; else they are printed");

    @Override
    public String name() { return "predict"; }

    @Override
    public String summary() { return "Says the column that train table has learned of new rows, which it writes or prints as CSV."; }

    @Override
    public List<Option<?>> options() { return List.of(MODEL, DATA, OUTPUT); }

    @Override
    public List<Output> outputs(Options options) {
        return options.get(OUTPUT).map(file -> new Output(OUTPUT.name(), file)).stream().toList();
    }

    @Override
    public void run(Options options, PrintStream out) {
        var data = options.get(DATA).orElseThrow(() -> new IllegalArgumentException("predict: there are no rows; name their file by --data"));
        var model = TableModel.read(options.get(MODEL).orElse(TableJob.MODEL));
        var rows = data.equals(ImageSource.BUILT_IN) ? TableSource.builtIn()
            : model.format().readNew(data, model.preprocessing().columns(), model.target());
        var text = text(model, rows);
        var output = options.get(OUTPUT);
        if (output.isEmpty()) {
            out.print(text);
            return;
        }
        WholeFile.writeOrSend("predict", output.get(), stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
        out.println("Rows      " + rows.size());
        if (knowsTarget(model, rows)) out.println(Scores.table(Map.of("new", Scores.of(model, rows))).text());
        out.println("Output    " + Terminal.oneLine(output.get()));
    }

    /// Of each row what it was, and what is said of it.
    private static String text(TableModel model, CsvTable rows) {
        var outputs = model.outputs(rows);
        var more = new ArrayList<List<String>>();
        if (model.isClassifier()) {
            int[] chosen = outputs.argmax(1);
            var names = model.preprocessing().decode(chosen);
            var shares = outputs.softmax(1);
            for (int row = 0; row < chosen.length; row++) more.add(List.of(names.get(row), Figures.fixed(shares.get(row, chosen[row]), 4)));
            return model.format().lines(rows, List.of("predicted " + model.target(), "probability"), more);
        }
        for (float number : model.preprocessing().restore(outputs).toArray()) more.add(List.of("" + number));
        return model.format().lines(rows, List.of("predicted " + model.target()), more);
    }

    private static boolean knowsTarget(TableModel model, CsvTable rows) {
        if (!rows.columns().contains(model.target())) return false;
        try {
            Scores.of(model, rows);
            return true;
        } catch (IllegalArgumentException e) {
            return false; // gaps, or a class that it doesn't know
        }
    }
}
