package dev.lanewise.nn;

import dev.lanewise.figures.Figures;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// What a call of a module ran: see [Module#summary(Supplier)]. As a text, a table of at most 80 columns.
///
/// @param rows       a module each, parents first, in the order of definition; one that stands in several places has a row, under
///                   its first path
/// @param parameters how many numbers the parameters have, each counted once
/// @param trainable  how many of them aren't frozen
/// @param buffers    how many numbers the buffers have
/// @param outputs    how many numbers the outputs have of modules that run no others
public record Summary(List<Row> rows, long parameters, long trainable, long buffers, long outputs) {

    /// A module's.
    ///
    /// @param path       "" for the whole
    /// @param kind       its class, with what it says of itself
    /// @param calls      how often it was run
    /// @param shapes     of the first call's outputs; none if it wasn't run
    /// @param parameters how many numbers its own parameters have; those that an earlier row counts are left out
    /// @param outputs    how many numbers the outputs of all its calls have
    /// @param isLeaf     whether it has no modules below it
    public record Row(String path, String kind, int calls, List<Shape> shapes, long parameters, long outputs, boolean isLeaf) {

        /// How many modules stand above it.
        public int depth() { return path.isEmpty() ? 0 : 1 + (int) path.chars().filter(c -> c == '.').count(); }

        /// Of its parameters and its outputs, in floats of 4 bytes.
        public long bytes() { return Float.BYTES * (parameters + (isLeaf ? outputs : 0)); }
    }

    private static final int MODULE = 36;
    private static final int OUTPUT = 20;

    /// What a module's calls gave.
    private static final class Seen {
        private int calls;
        private List<Shape> shapes = List.of();
        private long outputs;

        void add(Call call) {
            var shapes = call.outputs().stream().map(Tensor::shape).toList();
            if (calls++ == 0) this.shapes = shapes;
            outputs += shapes.stream().mapToLong(Shape::numel).sum();
        }
    }

    static Summary of(Module model, Supplier<?> call) {
        Map<Module, Seen> seen = new IdentityHashMap<>();
        try (var _ = model.rehearsing(); var _ = Module.evaluating(); var _ = Autograd.noGrad()) {
            if (model.parameters().stream().anyMatch(parameter -> !parameter.isInitialized())) model.initialize(new Threefry(0));
            Trace.watch(model, call::get, step -> seen.computeIfAbsent(step.module(), _ -> new Seen()).add(step.call()));
        }
        return of(model, seen);
    }

    private static Summary of(Module model, Map<Module, Seen> seen) {
        var rows = new ArrayList<Row>();
        Set<Parameter> counted = Collections.newSetFromMap(new IdentityHashMap<>());
        model.namedModules().forEach((path, module) -> {
            long own = module.ownParameters().stream().filter(counted::add)
                .mapToLong(parameter -> parameter.shape().numel()).sum();
            var calls = seen.getOrDefault(module, new Seen());
            rows.add(new Row(path, kind(module), calls.calls, calls.shapes, own, calls.outputs, module.children().isEmpty()));
        });
        return new Summary(List.copyOf(rows), model.parameterCount(),
            counted.stream().filter(Parameter::requiresGrad).mapToLong(parameter -> parameter.shape().numel()).sum(),
            model.namedBuffers().values().stream().mapToLong(buffer -> buffer.shape().numel()).sum(),
            rows.stream().filter(Row::isLeaf).mapToLong(Row::outputs).sum());
    }

    private static String kind(Module module) {
        if (!module.children().isEmpty()) return module.getClass().isAnonymousClass() ? "Module"
            : module.getClass().getSimpleName();
        return module.toString().lines().findFirst().orElse("");
    }

    /// The table, and what it sums up to.
    @Override
    public String toString() {
        var text = new StringBuilder(line("module", "output", "parameters", "memory")).append('\n').append("-".repeat(79))
            .append('\n');
        for (var row : rows) text.append(line(name(row), output(row), row.parameters == 0 ? ""
            : Figures.format("%,d", row.parameters),
            row.bytes() == 0 ? "" : bytes(row.bytes()))).append('\n');
        text.append("-".repeat(79)).append('\n');
        text.append(Figures.format("%,d parameters", parameters));
        if (trainable != parameters) text.append(Figures.format(", %,d of them frozen", parameters - trainable));
        text.append(": ").append(bytes(Float.BYTES * parameters));
        if (buffers > 0) text.append(Figures.format("; %,d numbers in buffers: ", buffers)).append(bytes(Float.BYTES * buffers));
        return text.append("; outputs: ").append(bytes(Float.BYTES * outputs)).toString();
    }

    private static String line(String module, String output, String parameters, String memory) {
        return Figures.format("%-" + MODULE + "s %-" + OUTPUT + "s %11s %9s", cut(module, MODULE), cut(output, OUTPUT),
            parameters, memory)
            .stripTrailing();
    }

    private static String name(Row row) {
        var last = row.path.substring(row.path.lastIndexOf('.') + 1);
        return "  ".repeat(row.depth()) + (last.isEmpty() ? "" : last + ": ") + row.kind;
    }

    private static String output(Row row) {
        if (row.shapes.isEmpty()) return row.calls == 0 && row.isLeaf ? "not run" : "";
        var first = row.shapes.getFirst() + (row.shapes.size() > 1 ? " +" + (row.shapes.size() - 1) : "");
        return row.calls == 1 ? first : first + " x" + row.calls;
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }

    private static String bytes(long bytes) {
        if (bytes < 1000) return bytes + " B";
        double shown = bytes;
        int unit = 0;
        while (shown >= 999.5 && unit < 4) {
            shown /= 1000;
            unit++;
        }
        return Figures.number(shown) + " " + " kMGT".charAt(unit) + "B";
    }
}
