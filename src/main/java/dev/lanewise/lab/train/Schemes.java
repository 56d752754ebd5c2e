package dev.lanewise.lab.train;

import dev.lanewise.file.Quote;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Initializations as a command's option names them.
public final class Schemes {

    private Schemes() {}

    private static String names(List<Scheme> schemes) { return String.join(", ", schemes.stream().map(Scheme::name).toList()); }

    /// Which initializations of linear layers a command tries.
    ///
    /// @param standard those that it tries where none is named
    public static Option<List<Scheme>> option(String command, List<Scheme> standard) {
        return Option.text("--init", "A,B,…", standard.stream().map(Scheme::name).collect(Collectors.joining(",")),
            "Which initializations, of " + names(forLinear()) + "; with arguments: " + forms()
                + "; a gain is a number, a nonlinearity of PyTorch's calculate_gain, leaky_relu(slope), forward(activation) or"
                + " backward(activation)",
            names -> forLinear(command, "--init", names));
    }

    /// Those of the names, joined by commas.
    ///
    /// @param option that has the names, as "--init"
    /// @throws IllegalArgumentException if there is none of a name, or one isn't for linear layers
    public static List<Scheme> forLinear(String command, String option, String names) {
        var schemes = Arrays.stream(names.split(",")).map(String::strip).distinct().map(Scheme::named).toList();
        if (schemes.isEmpty()) throw new IllegalArgumentException(command + ": " + option + ": " + Quote.of(names)
            + " names no initialization; there are " + names(forLinear()));
        for (var scheme : schemes) if (!fitsLinear(scheme)) throw new IllegalArgumentException(command + ": " + option + ": \""
            + scheme.name() + "\" (" + scheme.description() + ") is not for linear layers, as it must be here; those that are: "
            + names(forLinear()));
        return schemes;
    }

    private static List<Scheme> forLinear() { return Scheme.ALL.stream().filter(Schemes::fitsLinear).toList(); }

    /// Of those for linear layers.
    private static String forms() {
        return Arrays.stream(Scheme.forms().split(", "))
            .filter(form -> fitsLinear(Scheme.named(form.substring(0, form.indexOf(':'))))).collect(Collectors.joining(", "));
    }

    private static boolean fitsLinear(Scheme scheme) { return scheme.fits(Fan.linear(256, 128), Shape.of(128, 256)); }

    public static Linear linear(int in, int out, Scheme scheme) { return new Linear(in, out, scheme.weight(), scheme.bias()); }
}
