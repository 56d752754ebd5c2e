package dev.lanewise.jmh;

/// The requests of the line protocol that the library answers, and a few more of the same kind.
final class Workloads {

    private Workloads() {}

    /// Makes the data of a request.
    ///
    /// @throws IllegalArgumentException if there is no such request, or its words don't fit
    static Workload of(String request) {
        var words = new Arguments(request);
        return switch (words.name()) {
            case "gemm" -> KernelWorkloads.gemm(Product.of(words));
            case "unary" -> KernelWorkloads.unary(words.expect(2, 2, "unary NAME N"));
            case "sum" -> KernelWorkloads.sum(words.expect(1, 1, "sum N").size(1));
            case "uniform" -> KernelWorkloads.uniform(words.expect(1, 1, "uniform N").size(1));
            case "normal" -> KernelWorkloads.normal(words.expect(1, 1, "normal N").size(1));
            case "softmax" -> softmax(words.expect(2, 2, "softmax R C"));
            case "max_pool" -> KernelWorkloads.maxPool(words.expect(5, 5, "max_pool P H W K S"));
            case "adam" -> NetworkWorkloads.adam(words.expect(1, 1, "adam N").size(1));
            case "mlp_step" -> NetworkWorkloads.mlpStep(words.expect(4, 4, "mlp_step B D0-D1-…-Dk sgd|adam DROPOUT"));
            case "mlp_infer" -> NetworkWorkloads.mlpInfer(words.expect(2, 2, "mlp_infer B D0-D1-…-Dk"));
            case "resnet_step" -> NetworkWorkloads.resnetStep(words.expect(1, 1, "resnet_step B").size(1));
            case "array_batched" -> ArrayWorkloads.batched(words.expect(4, 4, "array_batched BATCH M K N"));
            case "array_linear" -> ArrayWorkloads.linear(words.expect(4, 4, "array_linear M K N ACTIVATION"));
            case "array_stored" -> ArrayWorkloads.stored(words.expect(4, 4, "array_stored float32|bfloat16 M K N"));
            case "array_layer_norm" -> ArrayWorkloads.layerNorm(words.expect(2, 2, "array_layer_norm R C").size(1),
                words.size(2));
            case "array_rms_norm" -> ArrayWorkloads.rmsNorm(words.expect(2, 2, "array_rms_norm R C").size(1), words.size(2));
            case "array_attention" -> ArrayWorkloads.attention(words.expect(4, 4, "array_attention H T D full|causal"));
            case "array_conv" -> ArrayWorkloads.convolution(words.expect(6, 6, "array_conv B C H W O K"));
            case "block_infer" -> layer(words).inference();
            default -> layer(words).training();
        };
    }

    /// The layers among the requests.
    static LayerStep layer(Arguments words) {
        return switch (words.name()) {
            case "conv_step" -> LayerWorkloads.convolution(words.expect(6, 8, "conv_step B C H W O K [STRIDE GROUPS]"));
            case "conv_transpose_step" ->
                LayerWorkloads.transposed(words.expect(7, 7, "conv_transpose_step B C H W O K STRIDE"));
            case "pool_step" -> LayerWorkloads.pooling(words.expect(6, 6, "pool_step max|avg B C H W K"));
            case "norm_step" -> LayerWorkloads.normalization(words.expect(3, 5,
                "norm_step batch|group B C H W or norm_step layer R C"));
            case "embed_step" -> LayerWorkloads.embedding(words.expect(3, 3, "embed_step V D N"));
            case "ce_step" -> LayerWorkloads.crossEntropy(words.expect(2, 2, "ce_step B C"));
            case "attention_step" -> LayerWorkloads.attention(words.expect(5, 5, "attention_step B H T D full|causal"));
            case "lstm_step" -> LayerWorkloads.lstm(words.expect(4, 4, "lstm_step B T I H"));
            case "gru_step" -> LayerWorkloads.gru(words.expect(4, 4, "gru_step B T I H"));
            case "block_step", "block_infer" -> LayerWorkloads.block(words.expect(5, 5, words.name() + " B T W H full|causal"));
            default -> throw words.wrong("is not known");
        };
    }

    private static Workload softmax(Arguments words) {
        return KernelWorkloads.softmax(words.size(1), words.size(2));
    }
}
