package dev.lanewise.io.onnx;

/// What a node computes, its attributes being fixed.
@FunctionalInterface
interface Kernel {

    /// The outputs, in their order; those behind the last that is asked for may be missing.
    OnnxValue[] run(Inputs in);

    /// Of one output, the only one there is.
    @FunctionalInterface
    interface Single extends Kernel {

        OnnxValue of(Inputs in);

        @Override
        default OnnxValue[] run(Inputs in) { return new OnnxValue[] {of(in)}; }
    }

    /// Makes one of a node's attributes.
    @FunctionalInterface
    interface Maker {
        Kernel of(Node node);
    }
}
