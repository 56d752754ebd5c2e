package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Initializers.kaimingNormal;
import static dev.lanewise.nn.init.Initializers.kaimingUniform;
import static dev.lanewise.nn.init.Initializers.normalRule;
import static dev.lanewise.nn.init.Initializers.ones;
import static dev.lanewise.nn.init.Initializers.uniform;
import static dev.lanewise.nn.init.Initializers.uniformRule;
import static dev.lanewise.nn.init.Initializers.xavierNormal;
import static dev.lanewise.nn.init.Initializers.xavierUniform;
import static dev.lanewise.nn.init.Initializers.zeros;

import java.util.List;

/// How a layer's weight and bias start, under the name by which a command line picks it.
///
/// @param name        lower case, words joined by "-"
/// @param description one line for a person
public record Scheme(String name, String description, Initializer weight, Initializer bias) {

    /// All that have a name, in the order in which they are shown.
    public static final List<Scheme> ALL = List.of(
        new Scheme("zeros", "all weights 0", zeros(), zeros()),
        new Scheme("ones", "all weights 1", ones(), zeros()),
        new Scheme("uniform", "uniform on [0, 1)", uniform(0, 1), zeros()),
        new Scheme("uniform-centered", "uniform on [-0.5, 0.5)", uniform(-0.5, 0.5), zeros()),
        new Scheme("uniform-rule", "uniform on ±1/√n, n inputs", uniformRule(), zeros()),
        new Scheme("normal-rule", "normal, standard deviation 1/√n", normalRule(), zeros()),
        new Scheme("xavier-uniform", "uniform, variance 2/(in + out)", xavierUniform(), zeros()),
        new Scheme("xavier-normal", "normal, variance 2/(in + out)", xavierNormal(), zeros()),
        new Scheme("kaiming-uniform", "uniform, variance 2/in", kaimingUniform(), zeros()),
        new Scheme("kaiming-normal", "normal, variance 2/in", kaimingNormal(), zeros()),
        torchDefault());

    /// What PyTorch's linear and convolutional layers start with: weight and bias uniform on ±1/sqrt(in), where `in` is
    /// PyTorch's count; see [Fan#torchIn].
    public static Scheme torchDefault() {
        return new Scheme("torch-default", "PyTorch's layer default: ±1/√n, bias too",
            Initializers.torchDefault(), Initializers.torchDefault());
    }

    /// @throws IllegalArgumentException if there is none of that name; it lists those there are
    public static Scheme named(String name) {
        return ALL.stream().filter(scheme -> scheme.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException("initialization \"" + name + "\" is not known; there are "
                + String.join(", ", ALL.stream().map(Scheme::name).toList())));
    }
}
