package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Tensor;

/// sin(omega0 x), as in Sitzmann, Martel, Bergman, Lindell and Wetzstein, "Implicit neural representations with periodic
/// activation functions", 2020, who take omega0 = 30. The layers in front start from
/// [dev.lanewise.nn.init.Initializers#siren(double)] of the same omega0, the first from
/// [dev.lanewise.nn.init.Initializers#sirenFirst()].
public final class Sin extends Layer implements Pointwise {

    private final double omega0;
    private final Nonlinearity nonlinearity;

    /// The sine itself.
    public Sin() { this(1); }

    /// With a frequency of one's own.
    ///
    /// @param omega0 positive and finite as a float
    public Sin(double omega0) {
        if (!((float) omega0 > 0 && Float.isFinite((float) omega0)))
            throw new IllegalArgumentException("sin: omega0 " + omega0 + "; it must be positive and finite as a float");
        this.omega0 = omega0;
        this.nonlinearity = Nonlinearity.sin(omega0);
    }

    @Override
    public Tensor forward(Tensor x) { return omega0 == 1 ? x.sin() : x.mul((float) omega0).sin(); }

    @Override
    public Nonlinearity nonlinearity() { return nonlinearity; }

    @Override
    public String toString() { return "Sin(" + omega0 + ")"; }
}
