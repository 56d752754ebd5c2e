package dev.lanewise.examples.activation;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Tensor;

/// x sigmoid(1.702 x): what Hendrycks and Gimpel gave as an approximation of GELU ("Gaussian Error Linear Units", 2016), and what
/// CLIP's weights were trained with.
///
/// One formula, from which the library makes a scalar and a vector loop, the loop of the gradient, and all further derivatives.
/// As it is [Pointwise], `explain` knows it, its gain is computed, and it is fused with the layer before it and written to ONNX.
public final class QuickGELU extends Layer implements Pointwise {

    /// From here on the sigmoid is 0 or 1 as a float. Chosen away, so that the limits at infinity are 0 and x and not NaN.
    private static final double FAR = 70;

    private static final ElementwiseOperation OPERATION = Operation.elementwise("quick-gelu", x ->
        x.lt(-FAR).select(0, x.gt(FAR).select(x, x.mul(x.mul(1.702).sigmoid()))));

    /// The function itself, of a tensor of any shape.
    public static Tensor quickGelu(Tensor x) { return OPERATION.apply(x); }

    @Override
    public Tensor forward(Tensor x) { return quickGelu(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.of(OPERATION); }
}
