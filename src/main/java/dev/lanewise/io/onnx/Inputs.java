package dev.lanewise.io.onnx;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// What a node gets as it runs.
///
/// @param values null for those that are left out
/// @param work   what the run may still take
record Inputs(Node node, OnnxValue[] values, Work work) {

    /// The same node with other inputs.
    Inputs with(OnnxValue... others) { return new Inputs(node, others, work); }

    /// Before that many elements are made.
    void makes(double elements) { work.take(node, elements, elements); }

    /// Before a result of this shape is made.
    Shape makes(Shape shape) {
        makes(shape.numel());
        return shape;
    }

    /// Before a result is made by so many steps for each of its elements.
    void makes(double elements, double each) { work.take(node, elements, elements * each); }

    /// Before a result of these sizes is made, which may be beyond all bounds.
    void makes(int... sizes) {
        double elements = 1;
        for (int size : sizes) elements *= size;
        makes(elements);
    }

    int count() { return values.length; }

    boolean has(int i) { return i < values.length && values[i] != null; }

    OnnxValue any(int i) {
        if (!has(i)) throw node.refused("input " + i + " is missing");
        return values[i];
    }

    boolean isFloat(int i) { return any(i) instanceof OnnxValue.Floats; }

    Tensor floats(int i) {
        if (any(i) instanceof OnnxValue.Floats(var tensor)) return tensor;
        throw unlike(i, "floats");
    }

    OnnxValue.Longs longs(int i) {
        if (any(i) instanceof OnnxValue.Longs longs) return longs;
        throw unlike(i, "whole numbers");
    }

    OnnxValue.Bools bools(int i) {
        if (any(i) instanceof OnnxValue.Bools bools) return bools;
        throw unlike(i, "booleans");
    }

    /// Of a vector or a single number.
    long[] vector(int i) {
        var longs = longs(i);
        if (longs.shape().rank() > 1) throw node.refused("input " + i + " has shape " + longs.shape() + "; it must be a vector");
        return longs.values();
    }

    /// As sizes, indices or amounts, which fit into 32 bits.
    int[] ints(int i) { return ints(i, vector(i)); }

    private int[] ints(int i, long[] values) {
        var ints = new int[values.length];
        for (int j = 0; j < ints.length; j++) {
            ints[j] = (int) values[j];
            if (ints[j] != values[j]) throw node.refused("input " + i + " has " + values[j]
                + "; no size or index is beyond 32 bits");
        }
        return ints;
    }

    /// A single whole number.
    long number(int i) {
        var longs = longs(i);
        if (longs.values().length != 1) throw node.refused("input " + i + " has shape " + longs.shape()
            + "; it must be a single number");
        return longs.values()[0];
    }

    /// A single float, which is a setting: no gradient goes to it.
    float real(int i) {
        var floats = floats(i);
        if (floats.numel() != 1) throw node.refused("input " + i + " has shape " + floats.shape()
            + "; it must be a single number");
        return floats.item();
    }

    /// A dimension that may be counted from the end.
    int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) throw node.refused("there is no axis " + axis + " of shape " + any(0).shape());
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /// Dimensions that may be counted from the end, each once.
    int[] axes(long[] axes, int rank) {
        var dims = new int[axes.length];
        for (int i = 0; i < dims.length; i++) dims[i] = axis(axes[i], rank);
        if (Arrays.stream(dims).distinct().count() < dims.length) throw node.refused("axes " + Arrays.toString(axes)
            + " name one twice");
        return dims;
    }

    private IllegalArgumentException unlike(int i, String wanted) {
        return node.refused("input " + i + " is " + any(i).type().lower() + any(i).shape() + ", where " + wanted
            + " are taken here");
    }
}
