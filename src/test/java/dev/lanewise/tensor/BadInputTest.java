package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is wrong with an argument, in words: the operation, the shapes, the remedy.
class BadInputTest {

    private final Tensor x = Tensor.ones(2, 3);

    @Test
    void shapesThatDoNotBroadcast() {
        Rejected.argument(() -> x.add(Tensor.ones(2)), "add:", "[2, 3] and [2]", "sizes must be equal or 1");
        Rejected.argument(() -> x.sub(Tensor.ones(3, 3)), "sub", "[2, 3] and [3, 3]");
        Rejected.argument(() -> x.mul(Tensor.ones(3, 2)), "mul", "[2, 3] and [3, 2]");
        Rejected.argument(() -> x.div(Tensor.ones(0)), "div", "[2, 3] and [0]");
        Rejected.argument(() -> x.expand(2, 4), "expand", "[2, 3]", "[2, 4]", "sizes must be equal, or 1 in the first");
        Rejected.argument(() -> x.expand(3), "expand", "[2, 3]", "[3]");
        Rejected.argument(() -> x.expand(1, 3), "expand", "[2, 3]", "[1, 3]");
    }

    @Test
    void matricesThatDoNotMeet() {
        Rejected.argument(() -> Tensor.ones(100, 784).matmul(Tensor.ones(783, 256)),
            "matmul: inner dimensions differ: [100, 784] x [783, 256]");
        Rejected.argument(() -> Tensor.ones(3).matmul(Tensor.ones(4)), "matmul: inner dimensions differ: [3] x [4];", "only one");
        Rejected.argument(() -> Tensor.ones(3).matmul(Tensor.ones(4, 2)), "matmul: inner dimensions differ: [3] x [4, 2];");
        Rejected.argument(() -> x.matmul(Tensor.ones(2)), "matmul: inner dimensions differ: [2, 3] x [2];");
        Rejected.argument(() -> Tensor.scalar(1).matmul(x), "matmul", "[] x [2, 3]", "use mul");
        Rejected.argument(() -> Tensor.ones(2, 2, 3).t(), "t:", "[2, 2, 3]", "use transpose(a, b) or permute");
    }

    @Test
    void shapesOfOtherSizes() {
        Rejected.argument(() -> x.reshape(4), "reshape", "[2, 3] has 6 elements", "[4] has 4", "product is the same");
        Rejected.argument(() -> x.reshape(4, -1), "reshape", "[2, 3]", "[4, -1]", "must divide 6");
        Rejected.argument(() -> x.reshape(-1, -1), "reshape", "[-1, -1]", "one size at the most can be -1");
        Rejected.argument(() -> Tensor.zeros(0).reshape(0, -1), "reshape", "[0, -1]");
        Rejected.argument(() -> x.reshape(-2, -3), "[-2, -3]", "negative", "0 or more");
        Rejected.argument(() -> Tensor.of(new float[] {1, 2}, 3), "tensor", "2 numbers", "[3]", "give one for each");
        Rejected.argument(() -> Tensor.of(new float[][] {{1, 2}, {3}}), "tensor", "row 1 has 1 numbers, row 0 has 2", "as many");
        Rejected.argument(() -> Tensor.wrap(null, 2), "tensor", "[2]", "give its elements");
    }

    @Test
    void numbersThatDoNotLeadToTheEnd() {
        for (double step : new double[] {0, -1, Double.NaN})
            Rejected.argument(() -> Tensor.arange(0, 3, step), "arange", "from 0.0 to 3.0 by " + step, "must lead to the end");
        Rejected.argument(() -> Tensor.arange(0, 3e9, 1), "arange", "3.0E9", "fewer than 2^31");
        Rejected.argument(() -> Tensor.linspace(0, 1, -1), "[-1]", "0 or more");
        Rejected.argument(() -> Tensor.eye(50_000), "[50000, 50000]", "2^31 - 1", "split it");
    }

    @Test
    void shapesThatNoArrayHolds() {
        Rejected.argument(() -> Shape.of(2, -1), "[2, -1]", "size -1 is negative");
        Rejected.argument(() -> Tensor.zeros(-5), "[-5]", "negative");
        Rejected.argument(() -> Tensor.zeros(1 << 16, 1 << 15), "[65536, 32768]", "2^31 - 1", "split it");
        var wraps = new int[] {1 << 16, 1 << 16, 1 << 16, 1 << 16, 3};
        Rejected.argument(() -> Shape.of(wraps), Arrays.toString(wraps), "2^31 - 1");
        Rejected.argument(() -> x.expand(1 << 30, 2, 3), "[1073741824, 2, 3]", "2^31 - 1");
        Rejected.argument(() -> Tensor.ones(1 << 16, 1).add(Tensor.ones(1 << 16)), "2^31 - 1");
    }

    @Test
    void dimensionsThatAreNotThere() {
        Rejected.argument(() -> x.permute(0), "permute", "[0]", "[2, 3]", "each dimension");
        Rejected.argument(() -> x.permute(0, 0), "permute", "[0, 0]", "[2, 3]");
        Rejected.argument(() -> x.permute(0, 1, -1), "permute", "[0, 1, -1]");
        Rejected.argument(() -> x.permute(0, 2), "permute", "dimension 2", "[2, 3]", "2 dimensions, counted from 0");
        Rejected.argument(() -> x.transpose(-3, 0), "transpose", "dimension -3", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.slice(2, 0, 1), "slice", "dimension 2", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.select(2, 0), "select", "dimension 2", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.squeeze(2), "squeeze", "dimension 2", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.squeeze(0), "squeeze", "dimension 0", "[2, 3]", "size 2", "name another");
        Rejected.argument(() -> x.unsqueeze(4), "unsqueeze", "dimension 4", "[2, 3]",
            "the result has 3 dimensions, counted from 0");
        Rejected.argument(() -> x.flatten(0, 2), "flatten", "dimension 2", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.flatten(1, 0), "flatten", "from dimension 1 to 0", "[2, 3]", "must not come after");
        Rejected.argument(() -> Tensor.zeros(0, 1 << 16, 1 << 16).flatten(1, 2), "flatten", "[0, 65536, 65536]", "2^31 - 1");
        assertEquals(Shape.of(1 << 16, 0), Tensor.zeros(1 << 16, 1 << 16, 0, 1 << 16).flatten(1, 3).shape());
        Rejected.argument(() -> x.gather(2, new int[0], 0, 0), "gather", "dimension 2", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.indexSelect(-3, 0), "indexSelect", "dimension -3", "[2, 3]", "counted from 0");
        Rejected.argument(() -> Tensor.cat(2, x), "cat", "dimension 2", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.sum(0, -2), "reduction", "dimension -2", "[2, 3]", "name each once");
        Rejected.argument(() -> x.mean(2), "reduction", "dimension 2", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.softmax(5), "softmax", "dimension 5", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.logSoftmax(-3), "logSoftmax", "dimension -3", "[2, 3]", "counted from 0");
        Rejected.argument(() -> x.size(2), "shape", "dimension 2", "[2, 3]", "counted from 0");
    }

    @Test
    void nothingToChooseFrom() {
        Rejected.argument(() -> Tensor.zeros(2, 0).amax(1), "amax", "[2, 0]", "no elements", "a dimension that has some");
        Rejected.argument(() -> Tensor.zeros(0).amin(), "amin", "[0]", "no elements", "a dimension that has some");
        Rejected.argument(() -> Tensor.zeros(2, 0).argmax(), "argmax", "[2, 0]", "size 1 or more");
        Rejected.argument(() -> Tensor.scalar(1).argmax(), "argmax", "[]");
    }

    @Test
    void tensorsThatDoNotGoTogether() {
        Rejected.argument(() -> Tensor.cat(0, x, Tensor.ones(2, 4)), "cat", "[[2, 3], [2, 4]]", "all other sizes must be equal");
        Rejected.argument(() -> Tensor.cat(0, x, Tensor.ones(3)), "cat", "[[2, 3], [3]]", "all other sizes must be equal");
        Rejected.argument(() -> Tensor.cat(0), "cat", "no tensors", "give at least one");
        var large = Tensor.ones(1).expand(1 << 30);
        Rejected.argument(() -> Tensor.cat(0, large, large), "cat", "2147483648 in dimension 0", "join fewer");
        Rejected.argument(() -> Tensor.stack(0, x, Tensor.ones(3, 2)), "stack", "[2, 3] and [3, 2]", "must be the same");
        Rejected.argument(() -> Tensor.stack(3, x, x), "stack: dimension 3", "[2, 3]", "the result has 3 dimensions");
        Rejected.argument(() -> Tensor.stack(0), "stack", "no tensors", "give at least one");
        Rejected.argument(() -> Tensor.where(x, x, Tensor.ones(2)), "where", "[2, 3] and [2, 3] and [2]", "equal or 1");
    }

    @Test
    void gradientsThatAreNotThere() {
        var leaf = Tensor.ones(2).requiresGrad(true);
        Rejected.state(() -> x.backward(), "backward", "[2, 3]", "requiresGrad(true)");
        Rejected.state(() -> x.registerHook(g -> g), "registerHook", "[2, 3]", "requiresGrad(true)");
        Rejected.state(() -> leaf.exp().requiresGrad(false), "requiresGrad", "\"exp\"", "use detach()");
        Rejected.argument(() -> Autograd.grad(leaf.sum(), List.of(x)), "grad", "[2, 3]", "requiresGrad(true)");
        Rejected.argument(() -> Autograd.grad(leaf.sum(), List.of(Tensor.ones(3).requiresGrad(true))),
            "grad", "[3]", "no part in the output", "leave it out");
        Rejected.argument(() -> leaf.grad(x), "grad", "[2, 3]", "[2]", "must be the same");
    }

    @Test
    void indicesOutOfRange() {
        Rejected.argument(() -> x.pick(0, 3), "pick", "index 3 of row 1", "3 columns, 0 to 2");
        Rejected.argument(() -> x.pick(-1, 0), "pick", "index -1 of row 0");
        Rejected.argument(() -> x.pick(0), "pick", "[2, 3]", "1 indices", "a row for each index");
        Rejected.argument(() -> Tensor.ones(3).pick(0, 0, 0), "pick", "[3]");
        Rejected.argument(() -> x.get(1), "get", "1 indices", "[2, 3]", "one for each");
        Rejected.argument(() -> x.get(0, 3), "get", "index 3 of dimension 1", "[2, 3]", "count from 0");
        Rejected.argument(() -> x.select(1, 3), "select", "index 3", "dimension 1 of shape [2, 3] has 3 elements",
            "counted from 0");
        Rejected.argument(() -> x.select(0, -3), "select", "index -3", "dimension 0 of shape [2, 3] has 2 elements");
        Rejected.argument(() -> x.slice(0, 0, 2, 0), "slice", "step 0", "must be 1 or more");
        Rejected.argument(() -> x.indexSelect(1, 0, 3), "indexSelect", "index 3", "[2, 3] has 3 elements", "0 or more, and less");
        Rejected.argument(() -> x.indexSelect(1, -1), "indexSelect", "index -1", "[2, 3] has 3 elements", "0 or more, and less");
        Rejected.argument(() -> x.gather(0, new int[] {2}, 1, 1), "gather", "index 2", "[2, 3] has 2 elements",
            "0 or more, and less");
        Rejected.argument(() -> x.gather(1, new int[] {0}, 1), "gather", "1 indices of shape [1]", "[2, 3]",
            "as many dimensions");
        Rejected.argument(() -> x.gather(1, new int[] {0, 0}, 1, 1), "gather", "2 indices of shape [1, 1]", "as its shape says");
        Rejected.argument(() -> x.gather(0, new int[4], 1, 4), "gather", "[1, 4] is larger than [2, 3] in dimension 1");
        Rejected.argument(() -> x.item(), "item", "[2, 3]", "6 elements", "reduce the tensor");
        Rejected.argument(() -> Tensor.zeros(0).item(), "item", "[0]");
    }
}
