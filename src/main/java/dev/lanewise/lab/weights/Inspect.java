package dev.lanewise.lab.weights;

import dev.lanewise.check.Guess;
import dev.lanewise.figures.Figures;
import dev.lanewise.file.Quote;
import dev.lanewise.io.TensorFile;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.report.Column;
import dev.lanewise.report.Json;
import dev.lanewise.report.Table;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says what is in a file of tensors: `inspect FILE`.
public final class Inspect implements Command {

    private static final Option<List<Path>> FILES = Option.operands("FILE",
        "A model's weights: safetensors, or the .json index of several, .npz, .npy or .onnx; of any framework, trained or not");
    private static final Option<Boolean> PLAIN = Option.flag("--plain", "Names, shapes and types alone: no values are read");
    private static final int LONGEST_TEXT = 100;

    /// What JSON has of a tensor.
    ///
    /// @param spread null where the values aren't read
    /// @param laws   that the values fit; none of whole numbers
    /// @param known  whether these have their numbers from elsewhere than from the values
    record Seen(String tensor, List<Long> shape, String dtype, Spread spread, List<String> laws, boolean known) {}

    /// What JSON has of a file.
    record Inspected(String file, String format, Map<String, String> metadata, long values, List<Seen> tensors) {}

    @Override
    public String name() { return "inspect"; }

    @Override
    public String summary() {
        return "Says what is in files of weights: names, shapes, types, how the values are spread, which laws they fit.";
    }

    @Override
    public Optional<Option<List<Path>>> operands() { return Optional.of(FILES); }

    @Override
    public List<Option<?>> options() { return List.of(PLAIN, Trial.JSON); }

    @Override
    public List<Output> outputs(Options options) {
        return options.get(Trial.JSON).map(json -> new Output("--json", json)).stream().toList();
    }

    @Override
    public void run(Options options, PrintStream out) {
        var paths = options.get(FILES);
        if (paths.isEmpty()) throw new IllegalArgumentException("inspect: there is no file; name one or more: inspect"
            + " model.safetensors");
        var inspected = new ArrayList<Inspected>();
        for (var path : paths) {
            var file = inspect(path.toString(), TensorFile.open(path), options.get(PLAIN));
            inspected.add(file);
            print(file, options.get(PLAIN), out);
        }
        options.get(Trial.JSON).ifPresent(json -> {
            Json.write(json, inspected);
            out.println("JSON      " + Terminal.oneLine(json));
        });
    }

    private static Inspected inspect(String name, TensorFile file, boolean plain) {
        var guesses = new LinkedHashMap<String, Guess>();
        if (!plain) for (var guess : Guess.of(file)) guesses.put(guess.tensor(), guess);
        var seen = new ArrayList<Seen>();
        file.tensors().forEach((tensor, info) -> {
            var guess = guesses.get(tensor);
            boolean drawn = guess != null && info.dtype().contains("F");
            seen.add(new Seen(tensor, info.shape(), info.dtype(), plain || !info.isRead() ? null : Spread.of(file, tensor),
                drawn ? guess.laws() : List.of(), drawn && guess.known()));
        });
        return new Inspected(name, file.format(), file.metadata(),
            seen.stream().mapToLong(each -> file.tensors().get(each.tensor).numel()).sum(), seen);
    }

    private static void print(Inspected file, boolean plain, PrintStream out) {
        out.println("File      " + Terminal.oneLine(file.file) + " (" + file.format + ")");
        out.println("Tensors   " + file.tensors.size() + ", " + Figures.format("%,d", file.values) + (file.values == 1 ? " value"
            : " values"));
        file.metadata.forEach((key, value) -> out.println("Text      " + Quote.name(key) + " = " + (value.length() > LONGEST_TEXT
            ? Quote.bare(value.substring(0, LONGEST_TEXT)) + "… (" + value.length() + " characters)" : Quote.bare(value))));
        out.println();
        out.println(plain ? names(file.tensors).text() : table(file.tensors).text());
    }

    private static Table names(List<Seen> tensors) {
        var table = new Table(Column.text("tensor"), Column.text("shape"), Column.text("type"));
        for (var each : tensors) table.row(Quote.whole(each.tensor), each.shape.toString(), each.dtype);
        return table;
    }

    private static Table table(List<Seen> tensors) {
        var table = new Table(Column.text("tensor"), Column.text("shape"), Column.text("type"), Column.number("mean"),
            Column.number("std"),
            Column.number("from"), Column.text("spread"), Column.text("to"), Column.text("looks like"));
        for (var each : tensors) {
            var spread = each.spread;
            if (spread == null) table.row(Quote.whole(each.tensor), each.shape.toString(), each.dtype, "", "", "", "", "",
                "elements of this type aren't read");
            else if (spread.values() == 0) table.row(Quote.whole(each.tensor), each.shape.toString(), each.dtype, "", "", "", "",
                "", "empty");
            else table.row(Quote.whole(each.tensor), each.shape.toString(), each.dtype, Figures.number(spread.mean()),
                Figures.number(spread.std()),
                Figures.number(spread.low()), spread.line(), Figures.number(spread.high()), looks(each));
        }
        return table;
    }

    private static String looks(Seen tensor) {
        var strange = new ArrayList<String>();
        if (tensor.spread.nans() > 0) strange.add(Figures.format("%,d", tensor.spread.nans()) + " NaN");
        if (tensor.spread.infinite() > 0) strange.add(Figures.format("%,d", tensor.spread.infinite()) + " infinite");
        int more = tensor.laws.size() - 1;
        if (more >= 0) strange.add((tensor.known ? "" : "no known law, but ") + tensor.laws.getFirst()
            + (more > 0 ? ", or " + more + (more == 1 ? " other law" : " other laws") : ""));
        return strange.isEmpty() && tensor.dtype.contains("F") ? "no known law" : String.join("; ", strange);
    }
}
