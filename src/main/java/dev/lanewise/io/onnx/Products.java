package dev.lanewise.io.onnx;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.HashMap;

/// Products of matrices.
final class Products {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private Products() {}

    static void register(Operators all) {
        all.put("MatMul", _ -> {
            var turned = new Turned();
            return (Kernel.Single) in -> OnnxValue.of(product(in, in.floats(0), in.floats(1), null, turned));
        });
        all.put("Gemm", Products::gemm);
        all.put("Einsum", node -> {
            var equation = node.text("equation", "");
            return (Kernel.Single) in -> {
                var operands = new Tensor[in.count()];
                for (int i = 0; i < operands.length; i++) operands[i] = in.floats(i);
                in.makes(1, steps(equation, operands));
                return OnnxValue.of(Tensor.einsum(equation, operands));
            };
        });
    }

    /// One for each value that all the labels together can have; what is no equation is refused by the sum itself.
    private static double steps(String equation, Tensor... operands) {
        var sizes = new HashMap<String, Integer>();
        var terms = equation.replace(" ", "").split("->", -1)[0].split(",", -1);
        for (int i = 0; i < Math.min(terms.length, operands.length); i++) {
            int rank = operands[i].shape().rank();
            int open = terms[i].indexOf("...");
            var labels = terms[i].replace("...", "");
            for (int dim = 0; dim < rank; dim++) {
                int behind = labels.length() - (rank - dim);
                boolean within = open >= 0 && dim >= open && behind < open;
                int at = open < 0 || dim < open ? dim : behind;
                var label = within ? "." + (rank - dim - (labels.length() - open)) : at >= 0 && at < labels.length()
                    ? labels.substring(at, at + 1) : "?" + dim;
                sizes.merge(label, operands[i].size(dim), Math::max);
            }
        }
        return sizes.values().stream().mapToDouble(size -> size).reduce(1, (a, b) -> a * b);
    }

    /// The transpose of a matrix, which is one and the same as long as the matrix is: products in inference then find the copy
    /// that was packed of it.
    static final class Turned {

        private record Pair(Tensor of, Tensor turned) {}

        private volatile Pair last;

        Tensor of(Tensor matrix) {
            if (matrix.requiresGrad() && Autograd.isRecording()) return matrix.t();
            var seen = last;
            if (seen != null && seen.of == matrix) return seen.turned;
            var turned = matrix.detach().t();
            last = new Pair(matrix, turned);
            return turned;
        }
    }

    /// A matrix on the right is a layer's weight; other products are of stacks.
    ///
    /// @param bias of the columns; null for none
    static Tensor product(Inputs in, Tensor a, Tensor b, Tensor bias, Turned turned) {
        return product(in, a, b, bias, turned,
            false);
    }

    /// As [#product(Inputs, Tensor, Tensor, Tensor, Turned)].
    ///
    /// @param transposed whether the matrix on the right is meant to be turned
    static Tensor product(Inputs in, Tensor a, Tensor b, Tensor bias, Turned turned, boolean transposed) {
        makes(in, a.shape(), b.shape(), transposed);
        if (b.shape().rank() == 2 && a.shape().rank() >= 2 && a.size(-1) == b.size(transposed ? 1 : 0))
            return TENSORS.linear(a, transposed ? b : turned.of(b), bias);
        var y = a.matmul(transposed ? b.t() : b);
        return bias == null ? y : y.add(bias);
    }

    /// Before matrices are multiplied, of which there may be stacks.
    ///
    /// @param transposed whether the second one is meant to be turned
    static void makes(Inputs in, Shape a, Shape b, boolean transposed) {
        if (a.rank() == 0 || b.rank() == 0) return; // refused by the product itself
        double stacks = 1;
        for (int i = 3; i <= Math.max(a.rank(), b.rank()); i++)
            stacks *= Math.max(i > a.rank() ? 1 : a.size(-i), i > b.rank() ? 1 : b.size(-i));
        in.makes(stacks * (a.rank() < 2 ? 1 : a.size(-2)) * (b.rank() < 2 ? 1 : b.size(transposed ? -2 : -1)), a.size(-1));
    }

    private static Kernel gemm(Node node) {
        float alpha = node.real("alpha", 1);
        float beta = node.real("beta", 1);
        boolean turnA = node.flag("transA", false);
        boolean turnB = node.flag("transB", false);
        var turned = new Turned();
        return (Kernel.Single) in -> {
            var a = in.floats(0);
            var b = in.floats(1);
            if (a.shape().rank() != 2 || b.shape().rank() != 2) throw in.node()
                .refused("it is of shapes " + a.shape() + " and " + b.shape() + "; both must be matrices");
            if (turnA) a = a.t();
            var c = in.has(2) && beta != 0 ? in.floats(2) : null;
            int columns = b.size(turnB ? 0 : 1);
            boolean row = c != null && alpha == 1 && beta == 1 && c.numel() == columns
                && (c.shape().rank() == 1 || c.shape().rank() == 2 && c.size(0) == 1);
            var bias = row ? c.reshape(columns) : null;
            if (a.size(1) != b.size(turnB ? 1 : 0)) throw in.node().refused("inner sizes differ: " + a.shape() + " x "
                + (turnB ? b.t() : b).shape());
            makes(in, a.shape(), b.shape(), turnB);
            var y = TENSORS.linear(a, turnB ? b : turned.of(b), bias);
            if (alpha != 1) y = y.mul(alpha);
            if (c == null || row) return OnnxValue.of(y);
            var sum = y.add(beta == 1 ? c : c.mul(beta));
            if (!sum.shape().equals(y.shape())) throw in.node().refused("input 2 of shape " + c.shape() + " doesn't broadcast to "
                + y.shape());
            return OnnxValue.of(sum);
        };
    }
}
