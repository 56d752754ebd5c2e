package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/// Writes a [Preprocessing] down and reads it again: a line for each column, features first.
///
/// ```
/// lanewise preprocessing 1
/// missing "NA"
/// number "length" mean 0.524 std 0.12 fill 0.524
/// one-hot "sex" of "F" "I" "M"
/// index "site" other of "a" "b"
/// targets
/// number "rings"
/// end
/// ```
final class PreprocessingText {
    private static final String KIND = "preprocessing";

    private PreprocessingText() {}

    static String write(List<FittedColumn> features, List<FittedColumn> targets, Set<String> missing) {
        var writer = new FittedText.Writer(KIND).word("missing");
        new TreeSet<>(missing).forEach(writer::quoted);
        writer.line();
        for (var column : features) write(column, writer);
        writer.word("targets").line();
        for (var column : targets) write(column, writer);
        return writer.end();
    }

    private static void write(FittedColumn column, FittedText.Writer writer) {
        switch (column) {
            case FittedColumn.Number number -> {
                writer.word("number").quoted(number.name());
                number.scale().ifPresent(scale -> writer.word("mean").number(scale.mean()).word("std").number(scale.std()));
                number.fill().ifPresent(fill -> writer.word("fill").number(fill));
            }
            case FittedColumn.Category category -> {
                writer.word(category.oneHot() ? "one-hot" : "index").quoted(category.name());
                if (category.other()) writer.word("other");
                writer.word("of");
                category.categories().keySet().forEach(writer::quoted);
            }
        }
        writer.line();
    }

    static Preprocessing read(String text) {
        var reader = new FittedText.Reader("Preprocessing.fromText", KIND, text);
        if (!reader.word().equals("missing")) throw reader.damaged("it doesn't begin with \"missing\"");
        var missing = new HashSet<>(reader.quotedToEnd());
        var names = new HashSet<String>();
        var features = columns(reader, "targets", names);
        if (features.isEmpty()) throw reader.damaged("there is no feature before it");
        reader.endLine();
        var targets = columns(reader, "end", names);
        if (targets.size() > 1 && !targets.stream().allMatch(FittedColumn.Number.class::isInstance)
            || targets.stream().anyMatch(target -> target instanceof FittedColumn.Category category
                && (category.oneHot() || category.other()))) throw reader.damaged(
                    "what is predicted is neither numbers nor one class");
        reader.end();
        return new Preprocessing(features, targets, missing);
    }

    /// The columns up to a word that stands alone.
    private static List<FittedColumn> columns(FittedText.Reader reader, String end, Set<String> names) {
        var columns = new ArrayList<FittedColumn>();
        for (var word = reader.word(); !word.equals(end); word = reader.word()) {
            var name = reader.quoted();
            if (!names.add(name)) throw reader.damaged("column " + Quote.of(name) + " is there twice");
            columns.add(switch (word) {
                case "number" -> number(reader, name);
                case "one-hot", "index" -> category(reader, name, word.equals("one-hot"));
                default -> throw reader.damaged(Quote.of(word) + " is no kind of column");
            });
        }
        return columns;
    }

    private static FittedColumn number(FittedText.Reader reader, String name) {
        var scale = Optional.<Scale>empty();
        var fill = OptionalDouble.empty();
        var word = reader.hasMore() ? reader.word() : "";
        if (word.equals("mean")) {
            double mean = reader.number();
            if (!reader.word().equals("std")) throw reader.damaged("\"std\" doesn't follow the mean");
            double std = reader.number();
            if (std <= 0) throw reader.damaged("a standard deviation of " + std + "; it must be above 0");
            scale = Optional.of(new Scale(mean, std));
            word = reader.hasMore() ? reader.word() : "";
        }
        if (word.equals("fill")) {
            double value = reader.number();
            if (scale.isEmpty() && Float.isInfinite((float) value)) throw reader.damaged(
                "what is missing is filled with " + value + ", beyond the largest float");
            fill = OptionalDouble.of(value);
        } else if (!word.isEmpty()) {
            throw reader.damaged(Quote.of(word) + " is none of \"mean\" and \"fill\"");
        }
        reader.endLine();
        return new FittedColumn.Number(name, scale, fill);
    }

    private static FittedColumn category(FittedText.Reader reader, String name, boolean oneHot) {
        var word = reader.word();
        boolean other = word.equals("other");
        if (!(other ? reader.word() : word).equals("of")) throw reader.damaged("\"of\" doesn't stand before the categories");
        var categories = new ArrayList<String>();
        while (reader.hasMore()) categories.add(reader.quoted());
        if (categories.isEmpty()) throw reader.damaged("column " + Quote.of(name) + " has no category");
        if (new HashSet<>(categories).size() < categories.size()) throw reader.damaged("column " + Quote.of(name)
            + " has a category twice");
        reader.endLine();
        return new FittedColumn.Category(name, oneHot, categories, other);
    }
}
