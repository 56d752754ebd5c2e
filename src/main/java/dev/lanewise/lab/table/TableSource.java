package dev.lanewise.lab.table;

import dev.lanewise.data.Abalone;
import dev.lanewise.data.Csv;
import dev.lanewise.data.CsvTable;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.file.Quote;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.job.Fingerprint;
import dev.lanewise.lab.train.ImageSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.serve.TableFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A table, and where it came from.
///
/// @param description for the user: which table, and why this one
/// @param format      how its file is read
record TableSource(String description, CsvTable table, TableFormat format) {

    static final Option<Optional<Path>> DATA = Option.input("--data", "FILE",
        "A CSV file, UCI's abalone.data, or \"builtin\"; by default"
        + " Abalone where it is found, else a table of made-up customers");
    static final Option<List<String>> NAMES = Option.text("--names", "A,B,…", "",
        "The columns' names, of a file whose first line is a row already", TableFormat::list);
    static final Option<Character> SEPARATOR = Option.text("--separator", "C", ",",
        "What stands between fields: a character, or \"tab\"", TableSource::separator);
    static final Option<Boolean> DOWNLOAD = Option.flag("--download",
        "Gets abalone.data (192 kB) from UCI into the user's cache folder, unless it is found");

    private static final int BUILT_IN_ROWS = 4000;
    /// The set is the same in every run; a run's own seed changes what is done with it.
    private static final long BUILT_IN_SEED = 1;

    static TableSource choose(Setting setting) {
        var places = FashionMnist.Places.ofThisMachine();
        var data = setting.get(DATA);
        if (setting.get(DOWNLOAD)) {
            if (data.isPresent()) throw new IllegalArgumentException(
                "train table: --data names the file and --download gets another; give one of them");
            if (Abalone.find(places).isEmpty()) Abalone.download(places, setting.out()::println);
        }
        var format = new TableFormat(setting.get(NAMES), setting.get(SEPARATOR));
        return data.map(file -> read(file, format)).or(() -> Abalone.find(places).map(TableSource::abalone))
            .orElseGet(() -> builtIn("Abalone was not found; --data FILE names a table, --download gets Abalone"));
    }

    private static TableSource read(Path file, TableFormat format) {
        if (file.equals(ImageSource.BUILT_IN)) return builtIn("as asked for");
        if (file.endsWith(Abalone.FILE) && format.names().isEmpty()) return abalone(file);
        return new TableSource("" + file, format.read(file), format);
    }

    private static TableSource abalone(Path file) {
        var table = Abalone.table(file);
        return new TableSource("Abalone in " + file, table, new TableFormat(table.columns(), ','));
    }

    private static TableSource builtIn(String reason) {
        return new TableSource("made-up customers (" + reason + ")", builtIn(), new TableFormat(List.of(), ','));
    }

    Fingerprint fingerprint() {
        var print = new Fingerprint().add(table.columns());
        for (var column : table.columns()) print.add(table.column(column));
        return print;
    }

    static CsvTable builtIn() { return MixedTable.of(BUILT_IN_ROWS, new Threefry(BUILT_IN_SEED)); }

    private static char separator(String text) {
        char separator = text.equals("tab") ? '\t' : text.length() == 1 ? text.charAt(0) : 0;
        try {
            if (separator != 0) {
                Csv.withHeader().separator(separator);
                return separator;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException("--separator: " + Quote.of(text)
            + " is not allowed; give a character that is no quote and no line break, or tab");
    }
}
