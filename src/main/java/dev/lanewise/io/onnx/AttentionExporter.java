package dev.lanewise.io.onnx;

import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import java.util.List;

/// Transformer encoders as nodes. Sizes of batches and numbers of tokens stay free.
final class AttentionExporter {

    private final Exporter exporter;
    private final GraphBuilder graph;

    AttentionExporter(Exporter exporter, GraphBuilder graph) {
        this.exporter = exporter;
        this.graph = graph;
    }

    /// With as many rows of a table added as there are tokens.
    String positions(String table, Exporter.Value x) {
        var tokens = graph.node("Gather", List.of(graph.node("Shape", List.of(x.name())), graph.integers(x.rank() - 2)));
        return graph.node("Add", List.of(x.name(), graph.node("Slice", List.of(table, graph.integers(0), tokens,
            graph.integers(0)))));
    }

    String encoderLayer(TransformerEncoderLayer layer, Exporter.Value x) {
        var options = layer.options();
        var attention = (MultiheadAttention) layer.children().get("self_attn");
        var first = (LayerNorm) layer.children().get("norm1");
        var second = (LayerNorm) layer.children().get("norm2");
        var sums = layer.sums();
        if (options.normFirst()) {
            var y = exporter.sum(sums.get(0), x.name(), selfAttention(attention, exporter.layerNorm(first, x.name()), x.rank()));
            return exporter.sum(sums.get(1), y, fed(layer, exporter.layerNorm(second, y), x));
        }
        var y = exporter.layerNorm(first, exporter.sum(sums.get(0), x.name(), selfAttention(attention, x.name(), x.rank())));
        return exporter.layerNorm(second, exporter.sum(sums.get(1), y, fed(layer, y, x)));
    }

    private String fed(TransformerEncoderLayer layer, String x, Exporter.Value like) {
        var hidden = (Linear) layer.children().get("linear1");
        var output = (Linear) layer.children().get("linear2");
        int rank = like.rank();
        var example = hidden.predict(like.example());
        var h = exporter.linear(hidden, exporter.times(x, hidden.multiplier()), rank);
        var activated = exporter.function(layer, layer.options().activation(), new Exporter.Value(h, example, false));
        return exporter.linear(output, exporter.times(activated, output.multiplier()), rank);
    }

    /// All tokens see each other.
    private String selfAttention(MultiheadAttention attention, String x, int rank) {
        var options = attention.multiheadOptions();
        if (options.rotary() != null) throw exporter.refused(attention, "rotary positions aren't written");
        var parameters = attention.namedParameters();
        int width = attention.width();
        int heads = attention.heads();
        var together = parameters.get("in_proj_weight");
        var bias = parameters.get("in_proj_bias");
        var input = exporter.times(x, attention.multiplier());
        if (together == null) throw exporter.refused(attention,
            "keys and values of other widths can't be those of self-attention");
        var projected = exporter.product(input, exporter.weight(together), bias == null ? null : exporter.weight(bias));
        var parts = graph.nodes("Split", 3, List.of(projected), GraphBuilder.of("axis", -1), GraphBuilder.of("num_outputs", 3));
        boolean batched = rank == 3;
        var apart = batched ? graph.integers(0, 0, heads, width / heads) : graph.integers(0, heads, width / heads);
        // to [batch, heads, tokens, width], keys with the last two turned
        long[] order = !batched ? new long[] {1, 0, 2} : options.batchFirst() ? new long[] {0, 2, 1, 3} : new long[] {1, 2, 0, 3};
        long[] turned = order.clone();
        turned[turned.length - 2] = order[order.length - 1];
        turned[turned.length - 1] = order[order.length - 2];
        var q = heads(parts.get(0), apart, order);
        var k = heads(parts.get(1), apart, turned);
        var v = heads(parts.get(2), apart, order);
        double scale = Double.isNaN(attention.scale()) ? 1 / Math.sqrt(width / (double) heads) : attention.scale();
        var weights = graph.node("Softmax", List.of(graph.node("MatMul", List.of(exporter.times(q, scale), k))),
            GraphBuilder.of("axis", -1));
        var made = graph.node("MatMul", List.of(weights, v));
        long[] back = !batched ? new long[] {1, 0, 2} : options.batchFirst() ? new long[] {0, 2, 1, 3} : new long[] {2, 0, 1, 3};
        var rows = graph.node("Transpose", List.of(made), GraphBuilder.of("perm", back));
        var joined = graph.node("Reshape", List.of(rows, batched ? graph.integers(0, 0, width) : graph.integers(0, width)));
        var out = (Linear) attention.children().get("out_proj");
        return exporter.linear(out, exporter.times(joined, out.multiplier()), rank);
    }

    private String heads(String x, String sizes, long[] order) {
        return graph.node("Transpose", List.of(graph.node("Reshape", List.of(x, sizes))), GraphBuilder.of("perm", order));
    }
}
