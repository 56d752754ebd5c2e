package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/// What [Metric#streamed] makes: several of them look at the same outputs.
record StreamedMetric<B>(Supplier<? extends Metric.Tally<? super B>> start) implements Metric<B> {

    /// A sum over a weight; NaN if nothing counts.
    static final class Mean<B> implements Tally<B> {

        private final BiFunction<Tensor, B, Sum> part;
        private double sum;
        private double weight;

        Mean(BiFunction<Tensor, B, Sum> part) { this.part = part; }

        @Override
        public void add(Tensor outputs, B batch) {
            var added = part.apply(outputs, batch);
            sum += added.sum();
            weight += added.weight();
        }

        @Override
        public double value() { return sum / weight; }
    }

    static <B> Tally<B> loss(BiFunction<Tensor, B, Loss> loss) {
        return new Mean<>((outputs, batch) -> {
            var part = loss.apply(outputs, batch);
            return new Sum(part.weight() == 0 ? 0 : part.sum().item(), part.weight());
        });
    }

    @Override
    public double of(Function<B, Tensor> outputs, DataLoader<B> data) { return values(outputs, data, List.of(start.get()))[0]; }

    /// In one pass over the data, in evaluation.
    static <B> double[] values(Function<B, Tensor> model, DataLoader<B> data, List<? extends Tally<? super B>> tallies) {
        return Module.predict(() -> {
            data.forEach(0, batch -> {
                var outputs = model.apply(batch);
                for (var tally : tallies) tally.add(outputs, batch);
            });
            return tallies.stream().mapToDouble(Tally::value).toArray();
        });
    }

    /// Those that are streamed in one pass, each other one in its own.
    static <B> SequencedMap<String, Double> all(Function<B, Tensor> model, DataLoader<B> data, Map<String,
        ? extends Metric<B>> metrics) {
        var found = new LinkedHashMap<String, Double>();
        var names = new ArrayList<String>();
        var tallies = new ArrayList<Tally<? super B>>();
        metrics.forEach((name, metric) -> {
            found.put(name, Double.NaN);
            if (!(metric instanceof StreamedMetric<B> streamed)) return;
            names.add(name);
            tallies.add(streamed.start.get());
        });
        var values = tallies.isEmpty() ? new double[0] : values(model, data, tallies);
        for (int i = 0; i < values.length; i++) found.put(names.get(i), values[i]);
        metrics.forEach((name, metric) -> { if (!(metric instanceof StreamedMetric)) found.put(name, metric.of(model, data)); });
        return found;
    }
}
