package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;

/// A module whose outputs are sums over its inputs: each input times a weight, plus a bias, where a unit's weights belong to it
/// alone. Write it for a layer of yours, and [LSUV] scales it, and what explains and checks networks knows its theory: by
/// nothing but these methods and the layer's own calls.
///
/// ```java
/// final class Diagonal extends Layer implements Weighted {
///     private final Parameter weight = register(
///         new Parameter("weight", Shape.of(8), Fan.linear(1, 1), Initializers.normal(0, 1)));
///     public Parameter weight() { return weight; }
///     public Parameter bias() { return null; }
///     public int unitDim() { return -1; }
///     public Tensor forward(Tensor x) { return x.mul(weight.tensor()); }
/// }
/// ```
public interface Weighted {

    /// What inputs are multiplied by.
    Parameter weight();

    /// What is added to each unit's sum; null if there is none.
    Parameter bias();

    /// How many inputs a sum has, and in how many sums an input is: what the weight's initializer scales by.
    default Fan fan() { return weight().fan(); }

    /// What each sum of inputs times weights is multiplied by: see [Multiplied].
    default double multiplier() { return 1; }

    /// The dimension of the output along which units lie, from the end if negative: the last one of a linear layer, 1 of a
    /// convolution.
    int unitDim();

    /// The dimension of the weight along which units lie. In groups that share it, as those of a transposed convolution, unit
    /// u is at u modulo its size.
    default int weightUnitDim() { return 0; }

    /// How positions of such sides are taken together, each tap with weights of its own; null of what goes by each position for
    /// itself, or can't say.
    default PlaceMap taps(int... sides) { return null; }

    /// How many units there are.
    default int units() { return weight().shape().size(weightUnitDim()); }
}
