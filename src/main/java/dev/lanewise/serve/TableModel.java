package dev.lanewise.serve;

import dev.lanewise.data.CsvTable;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Preprocessing;
import dev.lanewise.file.Quote;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Module;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What says a column of new rows: all of it is in one safetensors file, which the command `train table` writes.
///
/// ```java
/// var model = TableModel.read(Path.of("lanewise-table.safetensors"));
/// var outputs = model.outputs(Csv.withHeader().read(Path.of("new.csv")));
/// var said = model.preprocessing().decode(outputs);           // of classes; of a number restore(outputs)
/// ```
///
/// @param preprocessing fitted on the training rows; predicts one class or one number
/// @param hidden        units of each layer but the last
/// @param format        of the table that it was trained on
/// @param network       of these features and units
public record TableModel(Preprocessing preprocessing, List<Integer> hidden, TableFormat format, TableNetwork network) {

    private static final String FORMAT = "lanewise table 1";
    /// At a time.
    private static final int ROWS = 1024;

    /// Refuses parts that don't make a model.
    ///
    /// @throws IllegalArgumentException if not one column is to be predicted
    public TableModel {
        hidden = List.copyOf(hidden);
        if (preprocessing.targets().size() != 1) throw new IllegalArgumentException("TableModel: it predicts "
            + Quote.set(preprocessing.targets()) + "; it must be one class or one number");
    }

    /// The column that it says.
    public String target() { return preprocessing.targets().getFirst(); }

    /// Whether it says a class, and no number.
    public boolean isClassifier() { return !preprocessing.classNames().isEmpty(); }

    /// Writes all of it, whole or not at all.
    public void write(Path file) {
        Safetensors.write(file, network.stateDict(), Map.of("format", FORMAT, "preprocessing", preprocessing.toText(),
            "hidden", text(hidden), "names", new TableFormat(List.of(), ',').line(format.names()), "separator",
            "" + format.separator()));
    }

    /// What [#write] or the command `train table` wrote.
    ///
    /// @throws IllegalArgumentException if the file is no model of a table
    /// @throws MalformedFileException   if it is damaged
    public static TableModel read(Path file) {
        var read = weights(file);
        var notes = read.metadata();
        if (!FORMAT.equals(notes.get("format"))) throw new IllegalArgumentException("TableModel.read: " + file
            + " is no model of a table" + (notes.containsKey("format") ? ", its format is " + Quote.of(notes.get("format")) : "")
            + "; give the file that train table wrote as its --model");
        try {
            var preprocessing = Preprocessing.fromText(note(file, notes, "preprocessing"));
            var hidden = sizes("hidden", note(file, notes, "hidden"));
            var separator = note(file, notes, "separator");
            if (separator.length() != 1) throw new IllegalArgumentException("its fields are apart by " + Quote.of(separator));
            var network = new TableNetwork(preprocessing, hidden, 0);
            network.loadStateDict(read.tensors());
            return new TableModel(preprocessing, hidden,
                new TableFormat(TableFormat.list(note(file, notes, "names")), separator.charAt(0)), network);
        } catch (IllegalArgumentException | MalformedFileException e) {
            // what is wrong with a text within it doesn't name the file
            throw new MalformedFileException("TableModel.read", file, "it is damaged: " + e.getMessage()).because(e);
        }
    }

    private static Safetensors weights(Path file) {
        try {
            return Safetensors.read(file);
        } catch (IllegalArgumentException e) {
            // of numbers that no float holds: what was written has floats alone
            throw new MalformedFileException("TableModel.read", file, "it is damaged: " + e.getMessage()).because(e);
        }
    }

    private static String note(Path file, Map<String, String> notes, String name) {
        var text = notes.get(name);
        if (text == null) throw new MalformedFileException("TableModel.read", file,
            "its metadata lack " + Quote.of(name) + "; it is damaged");
        return text;
    }

    /// Layers as they are typed: `64-32`; `0` for none.
    ///
    /// @param option who asks, for the error's message
    /// @throws IllegalArgumentException if it is anything else
    public static List<Integer> sizes(String option, String text) {
        try {
            var sizes = Arrays.stream(text.split("-", -1)).map(Integer::parseInt).toList();
            if (sizes.equals(List.of(0))) return List.of();
            if (sizes.stream().allMatch(size -> size >= 1 && size <= 1 << 16) && sizes.size() <= 100) return sizes;
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(option + ": " + Quote.of(text)
            + " is not allowed; give up to a hundred sizes of 1 to 65536, like 64-32, or 0 for no hidden layer");
    }

    private static String text(List<Integer> sizes) {
        return sizes.isEmpty() ? "0" : sizes.stream().map(Object::toString).collect(Collectors.joining("-"));
    }

    /// What the network says of rows as [Preprocessing#inputs] makes them: `[rows, features] -> [rows, outputs]`, scores of
    /// classes, or the number on the scale of the training rows. What a [BatchQueue] takes:
    /// `new BatchQueue(model::call, Shape.of(model.preprocessing().features()), …)`.
    ///
    /// @throws IllegalArgumentException as [Preprocessing#separated(Tensor)]
    public Tensor call(Tensor inputs) { return network.call(preprocessing.separated(inputs)); }

    /// What the network says of each row: `[rows, outputs]`.
    ///
    /// @throws IllegalArgumentException as [Preprocessing#inputs(CsvTable)]
    public Tensor outputs(CsvTable table) {
        var parts = new ArrayList<Tensor>();
        for (int from = 0; from < table.size(); from += ROWS) {
            var inputs = preprocessing.separated(table.subset(IntStream.range(from, Math.min(table.size(), from + ROWS))
                .toArray()));
            parts.add(Module.predict(() -> network.call(inputs)));
        }
        return Tensor.cat(0, parts.toArray(Tensor[]::new));
    }
}
