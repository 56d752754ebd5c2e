package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What is to be done with the columns of a table, by name: which are features, and of what kind, and which are to be predicted.
/// [#fit] measures on training rows what that takes (means, deviations, categories) and gives a [Preprocessing], which then does
/// the same to every table. Immutable: each method gives a new one.
///
/// ```java
/// var columns = new Columns().oneHot("sex").standardized("length", "diameter").targetNumbers("rings");
/// var parts = Csv.withHeader().read(file).split(new Threefry(42).stream("split"), 0.8, 0.2);
/// var preprocessing = columns.fit(parts.getFirst());
/// var train = preprocessing.regression(parts.getFirst());
/// var validation = preprocessing.regression(parts.getLast());
/// ```
///
/// Features stand in the order in which they are declared, whatever the table's; columns that aren't declared are passed over.
/// Categories are texts exactly as they stand, in the order of their code units unless an order is given: it doesn't depend on
/// that of the rows. What is missing (an empty field, spaces alone, or a text of [#missing]) and what wasn't among the
/// training rows' categories is an error until something else is asked for.
public final class Columns {
    private final Map<String, Declaration> features; // by name, in order
    private final Map<String, Declaration> targets;
    private final Set<String> missing;

    /// Of no column yet.
    public Columns() {
        this(Map.of(), Map.of(), Set.of());
    }

    private Columns(Map<String, Declaration> features, Map<String, Declaration> targets, Set<String> missing) {
        this.features = features;
        this.targets = targets;
        this.missing = missing;
    }

    /// Features that are numbers as they stand.
    ///
    /// @throws IllegalArgumentException if a column is declared already
    public Columns numeric(String... names) {
        return with(false, Declaration.Kind.NUMERIC, names);
    }

    /// Features that are numbers, shifted and scaled to mean 0 and standard deviation 1 over the training rows that have them. A
    /// column that is the same in all of them is only shifted.
    ///
    /// @throws IllegalArgumentException if a column is declared already
    public Columns standardized(String... names) {
        return with(false, Declaration.Kind.STANDARDIZED, names);
    }

    /// Categories, each a feature of its own: 1 where the row is of it and 0 elsewhere.
    ///
    /// @throws IllegalArgumentException if a column is declared already
    public Columns oneHot(String... names) {
        return with(false, Declaration.Kind.ONE_HOT, names);
    }

    /// As [#oneHot(String...)], with the categories that there are, in this order, whatever the training rows hold.
    ///
    /// @throws IllegalArgumentException if the column is declared already, or there is no category or one twice
    public Columns oneHot(String name, List<String> categories) {
        return with(false, List.of(new Declaration(name, Declaration.Kind.ONE_HOT, given(name, categories))));
    }

    /// Categories as one feature, the category's index from 0: what an `Embedding` takes from the input's column, or from
    /// [Preprocessing#indices]. At most 2^24 - 1 categories.
    ///
    /// @throws IllegalArgumentException if a column is declared already
    public Columns index(String... names) {
        return with(false, Declaration.Kind.INDEX, names);
    }

    /// As [#index(String...)], with the categories that there are, in this order, whatever the training rows hold.
    ///
    /// @throws IllegalArgumentException if the column is declared already, or there is no category or one twice
    public Columns index(String name, List<String> categories) {
        return with(false, List.of(new Declaration(name, Declaration.Kind.INDEX, given(name, categories))));
    }

    /// The column whose category is to be predicted; labels count the categories.
    ///
    /// @throws IllegalArgumentException if the column is declared already, or there is another target
    public Columns targetClass(String name) {
        return with(true, List.of(new Declaration(name, Declaration.Kind.INDEX, Optional.empty())));
    }

    /// As [#targetClass(String)], with the classes that there are, in this order, whatever the training rows hold.
    ///
    /// @throws IllegalArgumentException if the column is declared already, there is another target, or no class or one twice
    public Columns targetClass(String name, List<String> classes) {
        return with(true, List.of(new Declaration(name, Declaration.Kind.INDEX, given(name, classes))));
    }

    /// Columns whose numbers are to be predicted as they stand.
    ///
    /// @throws IllegalArgumentException if a column is declared already, or a class is to be predicted
    public Columns targetNumbers(String... names) {
        return with(true, Declaration.Kind.NUMERIC, names);
    }

    /// Columns whose numbers are to be predicted, on the scale where their mean is 0 and their standard deviation 1 over the
    /// training rows; [Preprocessing#restore] takes predictions back.
    ///
    /// @throws IllegalArgumentException if a column is declared already, or a class is to be predicted
    public Columns targetStandardized(String... names) {
        return with(true, Declaration.Kind.STANDARDIZED, names);
    }

    /// Texts that stand for what is missing, "NA" or "?", in every column; spaces around them don't count. Empty fields always
    /// do.
    public Columns missing(String... texts) {
        var all = new HashSet<>(missing);
        for (var text : texts) all.add(text.strip());
        return new Columns(features, targets, Set.copyOf(all));
    }

    /// Puts a number in the place of each missing one.
    ///
    /// @param value in the column's own unit, also where that is standardized
    /// @throws IllegalArgumentException if no such feature is declared, it isn't a number, or `value` isn't a finite float
    public Columns fillMissing(double value, String... names) {
        if (!Float.isFinite((float) value)) throw new IllegalArgumentException("Columns.fillMissing: " + value
            + "; it must be a finite number");
        return change("fillMissing", true, column -> column.filled(Declaration.Filling.VALUE, value), names);
    }

    /// Puts the mean of the training rows that have the number in the place of each missing one.
    ///
    /// @throws IllegalArgumentException if no such feature is declared, or it isn't a number
    public Columns fillMissingWithMean(String... names) {
        return change("fillMissingWithMean", true, column -> column.filled(Declaration.Filling.MEAN, 0), names);
    }

    /// Makes what is missing a category of its own, the empty text, whether or not the training rows lack anything.
    ///
    /// @throws IllegalArgumentException if no such feature is declared, it is a number, or its categories are given
    public Columns missingAsCategory(String... names) {
        return change("missingAsCategory", false, Columns::withGap, names);
    }

    /// Makes what is none of the known categories one more, the last. No training row is of it, so that nothing is learnt about
    /// it: see [#other(int, String...)].
    ///
    /// @throws IllegalArgumentException if no such feature is declared, or it is a number
    public Columns other(String... names) {
        return other(1, names);
    }

    /// As [#other(String...)]; categories in fewer than `atLeast` training rows count as other, too, so that the network learns
    /// what to make of a rare one. Given categories stay.
    ///
    /// @throws IllegalArgumentException as [#other(String...)], or if `atLeast` is below 1
    public Columns other(int atLeast, String... names) {
        if (atLeast < 1) throw new IllegalArgumentException("Columns.other: categories in at least " + atLeast
            + " rows; it must be at least 1");
        return change("other", false, column -> column.withOther(atLeast), names);
    }

    /// Measures every row of a table: the training rows, and no others.
    ///
    /// @throws IllegalArgumentException if no feature is declared, the table lacks a column, a column is missing in all rows, or
    ///     a field can't be taken; the message names its line, its column and its text
    public Preprocessing fit(CsvTable training) {
        if (features.isEmpty()) throw new IllegalArgumentException(
            "Columns.fit: no feature is declared; name columns to numeric, standardized, oneHot or index");
        return new Preprocessing(features.values().stream().map(column -> column.fit(training, missing)).toList(),
            targets.values().stream().map(column -> column.fit(training, missing)).toList(), missing);
    }

    /// Measures these rows of a table, and no others.
    ///
    /// @throws IllegalArgumentException as [#fit(CsvTable)], or if there are no rows or one is outside the table
    public Preprocessing fit(CsvTable table, int... training) {
        return fit(table.subset(training));
    }

    private Columns with(boolean target, Declaration.Kind kind, String... names) {
        return with(target, Arrays.stream(names).map(name -> new Declaration(name, kind, Optional.empty())).toList());
    }

    private static Optional<List<String>> given(String name, List<String> categories) {
        if (categories.isEmpty()) throw new IllegalArgumentException("Columns: column " + Quote.of(name)
            + " is given no category; give at least one, or none at all to take the training rows'");
        return Optional.of(new FittedColumn.Category(name, false, categories, false).names());
    }

    private static Declaration withGap(Declaration column) {
        if (column.given().isPresent()) throw new IllegalArgumentException("Columns.missingAsCategory: column "
            + Quote.of(column.name()) + " has given categories; add \"\" to them, which is what is missing");
        return column.withGap();
    }

    private Columns with(boolean target, List<Declaration> columns) {
        var more = new LinkedHashMap<>(target ? targets : features);
        for (var column : columns) {
            if ((target ? features : targets).containsKey(column.name()) || more.putIfAbsent(column.name(), column) != null)
                throw new IllegalArgumentException("Columns: column " + Quote.of(column.name())
                    + " is declared twice; name it once");
            var first = more.firstEntry().getValue();
            if (target && more.size() > 1 && !(column.isNumber() && first.isNumber())) throw new IllegalArgumentException(
                "Columns: column " + Quote.of(column.name()) + " is to be predicted beside " + Quote.of(first.name())
                + "; there can be several numbers or one class");
        }
        var kept = Collections.unmodifiableMap(more);
        return new Columns(target ? features : kept, target ? kept : targets, missing);
    }

    private Columns change(String operation, boolean number, UnaryOperator<Declaration> change, String... names) {
        var changed = new LinkedHashMap<>(features);
        for (var name : names) {
            var column = changed.get(name);
            if (column == null || column.isNumber() != number) throw new IllegalArgumentException("Columns." + operation + ": "
                + Quote.of(name) + (column == null ? " is no feature declared so far; first say what it is"
                    : number ? " isn't a number" : " is a number, without categories"));
            changed.put(name, change.apply(column));
        }
        return new Columns(Collections.unmodifiableMap(changed), targets, missing);
    }
}
