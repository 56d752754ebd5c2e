package dev.lanewise.tensor;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What is wrong with an argument, in words: the operation, the shapes, the remedy.
class BadInputTest {

    private final Tensor x = Tensor.ones(2, 3);

    @Test
    void shapesThatDoNotBroadcast() {
        Rejected.argument(() -> x.add(Tensor.ones(2)), "add", "[2, 3] and [2]", "sizes must be equal or 1");
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
        Rejected.argument(() -> Tensor.scalar(1).matmul(x), "matmul", "[] x [2, 3]");
        Rejected.argument(() -> Tensor.ones(2, 2, 3).t(), "t:", "[2, 2, 3]", "use transpose(a, b) or permute");
    }

    @Test
    void shapesOfOtherSizes() {
        Rejected.argument(() -> x.reshape(4), "reshape", "[2, 3] has 6 elements", "[4] has 4");
        Rejected.argument(() -> x.reshape(4, -1), "reshape", "[2, 3]", "[4, -1]", "must divide 6");
        Rejected.argument(() -> x.reshape(-1, -1), "reshape", "[-1, -1]", "one size at the most can be -1");
        Rejected.argument(() -> Tensor.zeros(0).reshape(0, -1), "reshape", "[0, -1]");
        Rejected.argument(() -> x.reshape(-2, -3), "[-2, -3]", "negative");
        Rejected.argument(() -> Tensor.of(new float[] {1, 2}, 3), "tensor", "2 numbers", "[3]");
        Rejected.argument(() -> Tensor.of(new float[][] {{1, 2}, {3}}), "tensor", "row 1 has 1 numbers, row 0 has 2");
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
        Rejected.argument(() -> x.permute(0, 2), "dimension 2", "[2, 3]", "2 dimensions");
        Rejected.argument(() -> x.transpose(-3, 0), "dimension -3", "[2, 3]");
        Rejected.argument(() -> x.sum(0, -2), "dimension -2", "[2, 3]", "named twice");
        Rejected.argument(() -> x.mean(2), "dimension 2", "[2, 3]");
        Rejected.argument(() -> x.softmax(5), "dimension 5", "[2, 3]");
        Rejected.argument(() -> x.logSoftmax(-3), "dimension -3", "[2, 3]");
        Rejected.argument(() -> x.size(2), "dimension 2", "[2, 3]");
    }

    @Test
    void nothingToChooseFrom() {
        Rejected.argument(() -> Tensor.zeros(2, 0).amax(1), "amax", "[2, 0]", "no elements");
        Rejected.argument(() -> Tensor.zeros(2, 0).argmax(), "argmax", "[2, 0]");
        Rejected.argument(() -> Tensor.scalar(1).argmax(), "argmax", "[]");
    }

    @Test
    void indicesOutOfRange() {
        Rejected.argument(() -> x.pick(0, 3), "pick", "index 3 of row 1", "3 columns, 0 to 2");
        Rejected.argument(() -> x.pick(-1, 0), "pick", "index -1 of row 0");
        Rejected.argument(() -> x.pick(0), "pick", "[2, 3]", "1 indices", "a row for each index");
        Rejected.argument(() -> Tensor.ones(3).pick(0, 0, 0), "pick", "[3]");
        Rejected.argument(() -> x.get(1), "get", "1 indices", "[2, 3]");
        Rejected.argument(() -> x.item(), "item", "[2, 3]", "6 elements");
        Rejected.argument(() -> Tensor.zeros(0).item(), "item", "[0]");
    }
}
