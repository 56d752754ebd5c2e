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
            case "conv_step" -> NetworkWorkloads.convStep(words.expect(6, 6, "conv_step B C H W O K"));
            default -> throw words.wrong("is not known");
        };
    }

    private static Workload softmax(Arguments words) {
        return KernelWorkloads.softmax(words.size(1), words.size(2));
    }
}
