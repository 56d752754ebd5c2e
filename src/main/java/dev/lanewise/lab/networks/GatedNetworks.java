package dev.lanewise.lab.networks;

import dev.lanewise.lab.networks.NamedNetwork.Size;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SiLU;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.function.Supplier;

/// Of gates.
final class GatedNetworks {

    private GatedNetworks() {}

    /// Dauphin et al., "Language modeling with gated convolutional networks", 2017; a variance of 4/in of Gehring et al.,
    /// "Convolutional sequence to sequence learning", 2017.
    static Layer chain(Size size) {
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < size.layers(); i++) {
            layers.add(new Linear(size.width(), 2 * size.width(), Initializers.normal(0, 2 / Math.sqrt(size.width())),
                Initializers.zeros()));
            layers.add(new GLU());
        }
        layers.add(new Linear(size.width(), size.width()));
        return new Sequential(layers.toArray(Layer[]::new));
    }

    /// Shazeer, "GLU variants improve transformer", 2020.
    static Layer blocks(Size size, boolean gelu) {
        Supplier<Layer> activation = gelu ? GELU::new : SiLU::new;
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < size.layers(); i++)
            layers.add(new Residual(new Sequential(new RMSNorm(size.width()), new Gated(size.width(), activation.get()))));
        layers.add(new RMSNorm(size.width()));
        layers.add(new Linear(size.width(), size.width(), Initializers.normalRule(), null));
        return new Sequential(layers.toArray(Layer[]::new));
    }

    /// W₂ (f(W₁ x) · V x), of 8/3 as many hidden units.
    private static final class Gated extends Layer {

        private final Linear gate;
        private final Layer activation;
        private final Linear value;
        private final Linear output;

        Gated(int width, Layer activation) {
            int hidden = Math.max(1, 8 * width / 3);
            gate = register("gate", new Linear(width, hidden, Initializers.normalRule(), null));
            this.activation = register("activation", activation);
            value = register("value", new Linear(width, hidden, Initializers.normalRule(), null));
            output = register("output", new Linear(hidden, width, Initializers.normalRule(), null));
        }

        @Override
        public Tensor forward(Tensor x) { return output.call(activation.call(gate.call(x)).mul(value.call(x))); }
    }
}
