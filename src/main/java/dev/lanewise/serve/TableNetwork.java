package dev.lanewise.serve;

import dev.lanewise.data.Preprocessing;
import dev.lanewise.data.TableInputs;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ModuleList;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The network of a [TableModel]: a vector for each category, beside the numbers, into layers of ReLUs.
public final class TableNetwork extends Module {

    private static final int WIDEST = 50;

    private final List<String> columns;
    private final ModuleList<Embedding> embeddings;
    private final Sequential layers;

    /// A network of the widths that the preprocessing asks for, to be initialized.
    ///
    /// @param preprocessing whose features come in; its classes come out, or one number
    /// @param hidden        units of each layer but the last
    /// @param dropout       share of hidden units that a step of training leaves out; 0 for no such layer
    public TableNetwork(Preprocessing preprocessing, List<Integer> hidden, double dropout) {
        columns = preprocessing.indexColumns();
        var counts = columns.stream().map(preprocessing::categoryCount).toList();
        embeddings = register("embeddings",
            new ModuleList<>(counts.stream().map(count -> new Embedding(count, dim(count))).toList()));
        int width = preprocessing.features() - columns.size() + counts.stream().mapToInt(TableNetwork::dim).sum();
        var all = new ArrayList<Layer>();
        for (int units : hidden) {
            all.add(new Linear(width, units));
            // weights have the same names with dropout and without
            all.add(dropout > 0 ? new Sequential(new ReLU(), new Dropout(dropout)) : new ReLU());
            width = units;
        }
        all.add(new Linear(width, preprocessing.classNames().isEmpty() ? 1 : preprocessing.classNames().size()));
        layers = register("layers", new Sequential(all.toArray(Layer[]::new)));
    }

    /// A rule of thumb: half as many as there are categories.
    private static int dim(int categories) { return Math.min(WIDEST, (categories + 1) / 2); }

    /// Scores of classes, or the number on the scale of the training rows: `[rows, outputs]`.
    public Tensor call(TableInputs inputs) {
        var parts = new ArrayList<Tensor>();
        for (int i = 0; i < columns.size(); i++) parts.add(embeddings.get(i).call(inputs.indices(columns.get(i))));
        if (inputs.numbers().size(1) > 0) parts.add(inputs.numbers());
        return observed(layers.call(parts.size() == 1 ? parts.getFirst() : Tensor.cat(1, parts.toArray(Tensor[]::new))),
            inputs.numbers());
    }
}
