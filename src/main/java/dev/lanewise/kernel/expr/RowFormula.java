package dev.lanewise.kernel.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What becomes of a row of numbers in steps, each of which knows what those before it found out about the whole row: sums,
/// numbers computed of sums, and results, position by position.
///
/// Operands are slots 0 to 2. Slots from 3 on are results: steps may read them, too, but not for a sum. A row's numbers are the
/// scalars of all its expressions.
///
/// @param name  names the emitted class
/// @param given of the first numbers, as many are given for each row
/// @param kept  of the first numbers, as many are kept of each row
/// @param steps in order
public record RowFormula(String name, int given, int kept, List<Step> steps) {

    /// Numbers that a row may have.
    public static final int NUMBERS = 10;
    /// Arrays that the steps read and write.
    public static final int SLOTS = Formula.SLOTS;

    /// A step.
    public sealed interface Step {
        /// What it computes.
        List<Expr.F32> values();
    }

    /// A number that is a fold over the row.
    ///
    /// @param beside results that are written by the way, position by position
    public record Sum(int number, Fold fold, List<Formula.Output> beside) implements Step {
        public Sum { beside = List.copyOf(beside); }

        public Sum(int number, Fold fold) { this(number, fold, List.of()); }

        @Override
        public List<Expr.F32> values() {
            return Stream.concat(Stream.of(fold.value()), beside.stream().map(Formula.Output::value)).toList();
        }
    }

    /// Numbers that are computed of numbers, all of them before the first is changed.
    public record Numbers(List<Number> numbers) implements Step {
        public Numbers { numbers = List.copyOf(numbers); }

        public Numbers(Number... numbers) { this(List.of(numbers)); }

        @Override
        public List<Expr.F32> values() { return numbers.stream().map(Number::value).toList(); }
    }

    /// A number and its new value.
    public record Number(int index, Expr.F32 value) {}

    /// Results, position by position.
    public record Result(Formula formula) implements Step {
        @Override
        public List<Expr.F32> values() { return formula.outputs().stream().map(Formula.Output::value).toList(); }
    }

    public RowFormula { steps = List.copyOf(steps); }

    /// How often it goes over the row.
    public int passes() { return (int) steps.stream().filter(step -> !(step instanceof Numbers)).count(); }

    /// The same in parts: each goes over the row once, and then computes numbers.
    public List<RowFormula> phases() {
        var phases = new ArrayList<List<Step>>();
        for (var step : steps) {
            if (phases.isEmpty() || !(step instanceof Numbers)) phases.add(new ArrayList<>());
            phases.getLast().add(step);
        }
        return phases.stream().map(part -> new RowFormula(name, 0, 0, part)).toList();
    }

    /// The numbers that it writes.
    public List<Integer> written() {
        return steps.stream().flatMap(step -> switch (step) {
            case Sum sum -> Stream.of(sum.number);
            case Numbers computed -> computed.numbers.stream().map(Number::index);
            case Result _ -> Stream.<Integer>of();
        }).distinct().sorted().toList();
    }

    /// All numbers that it reads or writes.
    public List<Integer> numbers() {
        var read = Expr.inOrder(steps.stream().flatMap(step -> step.values().stream()).toList()).stream()
            .flatMap(node -> node instanceof Expr.Scalar(int index) ? Stream.of(index) : Stream.of());
        var first = Stream.iterate(0, i -> i < Math.max(given, kept), i -> i + 1);
        return Stream.of(written().stream(), read, first).flatMap(all -> all).distinct().sorted().toList();
    }

    /// All slots that it reads or writes.
    public List<Integer> slots() {
        var read = Expr.inOrder(steps.stream().flatMap(step -> step.values().stream()).toList()).stream()
            .flatMap(node -> node instanceof Expr.Slot(int index) ? Stream.of(index) : Stream.of());
        var written = steps.stream().flatMap(step -> switch (step) {
            case Result(var formula) -> formula.outputs().stream();
            case Sum(_, _, var beside) -> beside.stream();
            case Numbers _ -> Stream.<Formula.Output>of();
        }).map(Formula.Output::slot);
        return Stream.concat(read, written).distinct().sorted().toList();
    }
}
