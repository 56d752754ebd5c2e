package dev.lanewise.check;

import dev.lanewise.check.ContractLaw.Stated;
import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What random parameters of a model have in common that they shouldn't: values, as layers that were copied have, or parts of a
/// stream of random numbers, at whatever scale.
final class Likeness {

    /// Values that don't come again by chance, in whatever type.
    static final int FIRST = 16;
    /// Signs of each parameter that are kept.
    private static final int KEPT = 1 << 16;

    private final List<String> names = new ArrayList<>();
    private final List<byte[]> signs = new ArrayList<>();
    private final Map<List<Float>, List<Integer>> alike = new LinkedHashMap<>();
    private Terms terms;

    /// @param values of one seed
    void add(String name, Stated stated, float[] values, Terms terms) {
        var part = Part.of(stated.structure(), stated.law(), stated.shape().numel() == values.length ? stated.shape()
            : Shape.of(1, values.length), values);
        if (part.law().variance() == 0 || part.values().length < FIRST || Signs.tooCoarse(part.law(), terms)) return;
        for (float value : values) if (!Float.isFinite(value)) return;
        this.terms = terms;
        var first = new ArrayList<Float>();
        for (int i = 0; i < FIRST; i++) first.add(part.values()[i]);
        // nothing is drawn, which the law's own check finds
        if (Collections.frequency(first, first.getFirst()) == FIRST) return;
        alike.computeIfAbsent(first, _ -> new ArrayList<>()).add(names.size());
        names.add(name);
        signs.add(Signs.signs(part.law(), Arrays.copyOf(part.values(), Math.min(KEPT, part.values().length))));
    }

    List<String> problems() {
        var problems = new ArrayList<String>();
        var copies = new ArrayList<Integer>();
        alike.values().stream().filter(numbers -> numbers.size() > 1).forEach(numbers -> {
            problems.add(Quote.list(numbers.stream().map(names::get).toList())
                + " start alike: copies of one, which stay alike in training or waste it;"
                + " draw each anew, or say \"same as\" if they are tied");
            copies.addAll(numbers);
        });
        if (terms == null) return problems;
        for (var overlap : Signs.overlaps(signs, terms.window())) {
            if (copies.contains(overlap.array()) && copies.contains(overlap.other())) continue;
            problems.add(Quote.of(names.get(overlap.array())) + " and " + Quote.of(names.get(overlap.other()))
                + " have random numbers in common, in " + overlap.places()
                + " places: their streams overlap; seed once for all of a model");
        }
        return problems;
    }

    /// Of windows; that of copies is less by far.
    double falseAlarm() { return terms == null ? 0 : Signs.window(signs, terms).falseAlarm(); }
}
