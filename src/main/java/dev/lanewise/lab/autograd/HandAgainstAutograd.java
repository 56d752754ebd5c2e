package dev.lanewise.lab.autograd;

import dev.lanewise.Compute;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.report.Bars;
import dev.lanewise.report.Column;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Gradients by hand against autograd: [ByHand], at several sizes.
public final class HandAgainstAutograd implements Experiment {

    private static final int BATCH = 64;
    private static final int IN = 256;
    private static final int OUT = 10;
    private static final int[] HIDDEN = {16, 64, 256, 1024};

    /// @param differences of each parameter's gradient
    /// @param hand        microseconds, the median
    /// @param autograd    likewise
    record Size(int hidden, List<Double> differences, double hand, double autograd) {

        double worst() { return differences.stream().mapToDouble(d -> d).max().orElseThrow(); }
    }

    @Override
    public String name() { return "autograd"; }

    @Override
    public String summary() { return "Gradients by hand against autograd: are they equal, and what does autograd cost?"; }

    @Override
    public List<Option> options() {
        return List.of(new Option("--rounds", "N", "How often each way is timed at each size; 300 by default."));
    }

    @Override
    public Result run(Setting setting) {
        int rounds = (int) setting.options().number("--rounds", 300, 1, 1_000_000);
        setting.say("Network", IN + "-h-" + OUT + ", ReLU, mean squared error, batches of " + BATCH);
        var sizes = measure(rounds, setting);
        var json = new LinkedHashMap<String, Object>();
        json.put("sizes", sizes.stream().map(HandAgainstAutograd::json).toList());
        return new Result(table(sizes).text(), conclusion(sizes), page(sizes, rounds), json);
    }

    /// Sizes and ways take turns: whatever else the machine does, and the compiler, slows all alike. The first rounds, as many as
    /// are timed, are the compiler's.
    private static List<Size> measure(int rounds, Setting setting) {
        Compute.endColdStart();
        var networks = IntStream.of(HIDDEN).mapToObj(hidden -> new ByHand(BATCH, IN, hidden, OUT, setting.weights(),
            setting.source())).toList();
        var hand = new double[HIDDEN.length][rounds];
        var autograd = new double[HIDDEN.length][rounds];
        for (int round = -rounds; round < rounds; round++)
            for (int i = 0; i < HIDDEN.length; i++) {
                long start = System.nanoTime();
                networks.get(i).byHand();
                long middle = System.nanoTime();
                networks.get(i).byAutograd();
                long end = System.nanoTime();
                if (round < 0) continue;
                hand[i][round] = (middle - start) * 1e-3;
                autograd[i][round] = (end - middle) * 1e-3;
            }
        return IntStream.range(0, HIDDEN.length).mapToObj(i -> new Size(HIDDEN[i], networks.get(i).differences(), median(hand[i]),
            median(autograd[i]))).toList();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static Table table(List<Size> sizes) {
        var table = new Table(Column.number("hidden units"), Column.number("dL/dW₁"), Column.number("dL/db₁"),
            Column.number("dL/dW₂"),
            Column.number("dL/db₂"), Column.number("by hand, µs"), Column.number("autograd, µs"), Column.number("ratio"));
        for (var size : sizes) {
            var cells = new ArrayList<String>(List.of("" + size.hidden()));
            size.differences().forEach(each -> cells.add(each == 0 ? "equal" : String.format(Locale.ROOT, "%.1e", each)));
            cells.add(String.format(Locale.ROOT, "%.0f", size.hand()));
            cells.add(String.format(Locale.ROOT, "%.0f", size.autograd()));
            cells.add(String.format(Locale.ROOT, "%.2f", size.autograd() / size.hand()));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static String conclusion(List<Size> sizes) {
        double worst = sizes.stream().mapToDouble(Size::worst).max().orElseThrow();
        return (worst == 0 ? "All gradients are equal, to the last bit. "
            : String.format(Locale.ROOT, "The gradients agree within %.1e of the largest one: float's rounding, nothing else. ",
                worst))
            + String.format(Locale.ROOT, "Autograd takes %.2f times as long at %d hidden units and %.2f times at %d.",
                sizes.getFirst().autograd() / sizes.getFirst().hand(), sizes.getFirst().hidden(),
                sizes.getLast().autograd() / sizes.getLast().hand(), sizes.getLast().hidden());
    }

    private static Page page(List<Size> sizes, int rounds) {
        var bars = Bars.titled("Time of one gradient").xLabel("hidden units").yLabel("microseconds, median of " + rounds)
            .groups(sizes.stream().map(size -> "" + size.hidden()).toArray(String[]::new))
            .series("by hand", sizes.stream().mapToDouble(Size::hand).toArray())
            .series("autograd", sizes.stream().mapToDouble(Size::autograd).toArray());
        return Page.titled("Gradients by hand, and by autograd")
            .lead("A network of two layers, " + IN + "-h-" + OUT + ", ReLU, mean squared error: its gradients from formulas written"
                + " out with the chain rule, and from autograd. " + conclusion(sizes))
            .section("The formulas",
                new Paragraph("Forward: h = x W₁ᵀ + b₁, a = max(h, 0), y = a W₂ᵀ + b₂, and the loss L = mean (y − t)²."),
                new Paragraph("Backward: G = 2 (y − t) / n, with n numbers in y. dL/dW₂ = Gᵀ a; dL/db₂ = the sum of G's"
                    + " rows; H = G W₂"
                    + " where h > 0, else 0; dL/dW₁ = Hᵀ x; dL/db₁ = the sum of H's rows."))
            .section("Equal?", new Paragraph("The first four columns of numbers: the largest difference between the two"
                + " gradients, over the"
                + " largest gradient. The last three: the median time of one forward and backward pass, sizes and"
                + " ways taking turns."),
                table(sizes))
            .section("How long?", bars, new Paragraph("Both ways run the same matrix products, on batches of " + BATCH
                + ". What autograd adds is a record of each operation and a walk back over it, work that doesn't grow with"
                + " the layers' size; what its layers save is passes over memory, since product, bias and ReLU are one operation"
                + " there and three in the formulas. Times are this machine's, on this day."));
    }

    private static LinkedHashMap<String, Object> json(Size size) {
        var json = new LinkedHashMap<String, Object>();
        json.put("hidden", size.hidden());
        for (int i = 0; i < ByHand.NAMES.size(); i++) json.put(ByHand.NAMES.get(i), size.differences().get(i));
        json.put("handMicroseconds", size.hand());
        json.put("autogradMicroseconds", size.autograd());
        return json;
    }
}
