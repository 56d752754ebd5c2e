package dev.lanewise.nn.init;

import static java.util.Map.entry;

import dev.lanewise.file.Decimal;
import dev.lanewise.file.Quote;
import dev.lanewise.nn.init.Initializers.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What the name of a [Scheme] may be followed by: its arguments, each after a colon.
///
/// @param arguments   their names, joined by colons
/// @param example     that can be typed as it is
/// @param description with {1}, {2} … where arguments are said
/// @param make        the weight's initializer, and the bias's
record SchemeForm(String arguments, String example, String description, Function<Arguments, Start> make) {

    /// What a weight starts from, and a bias.
    record Start(Initializer weight, Initializer bias) {
        Start(Initializer weight) { this(weight, Initializers.zeros()); }
    }

    private static final String GAIN = "gain";

    private static final Map<String, SchemeForm> ALL = Map.ofEntries(
        gained("xavier-uniform", "uniform, variance 2 gain²/(in + out)", Initializers::xavierUniform),
        gained("xavier-normal", "normal, variance 2 gain²/(in + out)", Initializers::xavierNormal),
        gained("xavier-truncated", "normal within 2 deviations, variance 2 gain²/(in + out)",
            Initializers::xavierTruncatedNormal),
        gained("kaiming-uniform", "uniform, variance gain²/in", Initializers::kaimingUniform),
        gained("kaiming-normal", "normal, variance gain²/in", Initializers::kaimingNormal),
        gained("kaiming-truncated", "normal within 2 deviations, variance gain²/in", Initializers::kaimingTruncatedNormal),
        gained("kaiming-uniform-out", "uniform, variance gain²/out", gain -> Initializers.kaimingUniform(gain, Mode.FAN_OUT)),
        gained("kaiming-normal-out", "normal, variance gain²/out", gain -> Initializers.kaimingNormal(gain, Mode.FAN_OUT)),
        gained("orthogonal", "random orthogonal matrix times gain", Initializers::orthogonal),
        gained("delta-orthogonal", "orthogonal at the kernel's centre times gain, else 0", Initializers::deltaOrthogonal),
        counted("orthogonal-heads", "heads", "12", "{1} heads, a random orthogonal matrix each", Initializers::orthogonalHeads),
        form("idinit", "tau", "0.5", "identity times {1}, repeated along the longer side",
            it -> Initializers.idInit(it.number(0))),
        form("idinit-last", "epsilon", "1e-5", "ends of branches: as idinit, {1} for 1", it -> Initializers.idInit(it.number(0))),
        form("chrono", "longest dependency", "100",
            "biases of an LSTM or GRU, dependencies over {1} steps: the forget gate's log u",
            it -> Initializers.chrono(it.number(0))),
        form("constant", "value", "0.1", "all weights {1}", it -> Initializers.constant(it.number(0))),
        form("uniform", "low:high", "-0.1:0.1", "uniform on [{1}, {2})", it -> Initializers.uniform(it.number(0), it.number(1))),
        form("normal", "mean:std", "0:0.02", "normal, mean {1}, standard deviation {2}",
            it -> Initializers.normal(it.number(0), it.number(1))),
        form("truncated-normal", "mean:std:low:high", "0:0.02:-0.04:0.04",
            "normal, mean {1}, standard deviation {2}, within [{3}, {4}] and not widened for it",
            it -> Initializers.truncatedNormal(it.number(0), it.number(1), it.bound(2), it.bound(3))),
        entry("normal-rule", new SchemeForm("weight variance:bias variance", "normal-rule:1.688:0.038",
            "normal, variance {1}/in; biases of variance {2}", SchemeForm::normalRule)),
        form("sparse", "share of zeros:std", "0.5:0.01", "normal, deviation {2}, a share of {1} of each column 0",
            it -> Initializers.sparse(it.number(0), it.number(1))),
        entry("siren", new SchemeForm("omega", "siren:30", "for sines of {1} x: uniform on ±√(6/in)/{1}, bias on ±1/√in",
            it -> new Start(Initializers.siren(it.number(0)), Initializers.uniformRule()))),
        form("fixup", "branches:layers in each", "8:2", "{1} residual branches of {2} layers: normal, by the fan out",
            it -> Initializers.fixup(it.count(0), it.count(1))),
        counted("t-fixup-encoder", "layers", "6", "{1} encoder layers: uniform, 0.67 · {1}^-¼ of Xavier's",
            Initializers::tFixupEncoder),
        counted("t-fixup-decoder", "layers", "6", "{1} decoder layers: uniform, (9 · {1})^-¼ of Xavier's",
            Initializers::tFixupDecoder),
        counted("t-fixup-embedding", "layers", "6", "{1} layers: normal, deviation (9 · {1})^-¼/√out",
            Initializers::tFixupEmbedding),
        counted("gpt-residual", "layers", "24", "{1} layers: normal, deviation 0.02/√(2 · {1}), for ends of branches",
            Initializers::gptResidual),
        counted("deep-norm", "layers", "24", "{1} layers: normal, (8 · {1})^-¼ of Xavier's", Initializers::deepNorm),
        form("deep-norm-encoder", "encoder layers:decoder layers", "12:6",
            "{1} and {2} layers: normal, 0.87 · ({1}⁴ · {2})^-1/16 of Xavier's",
            it -> Initializers.deepNormEncoder(it.count(0), it.count(1))),
        counted("deep-norm-decoder", "layers", "12", "{1} layers: normal, (12 · {1})^-¼ of Xavier's",
            Initializers::deepNormDecoder),
        counted("random-walk", "layers", "50", "{1} layers of ReLUs: normal, by the random walk of gradients",
            Initializers::randomWalk),
        counted("dirac", "groups", "2", "identity at the kernel's centre, in {1} groups", Initializers::dirac),
        counted("icnr", "upscale", "3", "normal, variance 2/in, {1}² outputs alike",
            upscale -> Initializers.icnr(upscale, Initializers.kaimingNormal())));

    private static Map.Entry<String, SchemeForm> form(String name, String arguments, String example, String description,
                                                      Function<Arguments, Initializer> weight) {
        return entry(name, new SchemeForm(arguments, name + ":" + example, description, it -> new Start(weight.apply(it))));
    }

    private static Map.Entry<String, SchemeForm> gained(String name, String description, Function<Gain, Initializer> weight) {
        return form(name, GAIN, "tanh", description + ", gain {1}", it -> weight.apply(it.gain(0)));
    }

    private static Map.Entry<String, SchemeForm> counted(String name, String argument, String example, String description,
                                                         IntFunction<Initializer> weight) {
        return form(name, argument, example, description, it -> weight.apply(it.count(0)));
    }

    private static Start normalRule(Arguments it) {
        var weight = Initializers.varianceScaling(it.number(0), Mode.FAN_IN, Initializers.Law.NORMAL);
        double bias = it.number(1);
        if (bias < 0) throw it.unlike(1, "0 or more");
        // a normal law has no deviation of 0
        return new Start(weight, bias == 0 ? Initializers.zeros() : Initializers.normal(0, Math.sqrt(bias)));
    }

    /// The scheme with these arguments.
    ///
    /// @param text name and arguments, as typed
    /// @throws IllegalArgumentException if there are too few or too many, or one makes no sense
    static Scheme scheme(Scheme plain, String text) {
        var form = ALL.get(plain.name());
        if (form == null) throw new IllegalArgumentException(of(text) + plain.name()
            + " takes no arguments; these do: " + forms());
        var values = List.of(text.substring(plain.name().length() + 1).split(":", -1));
        if (values.size() != form.arguments.split(":").length)
            throw new IllegalArgumentException(of(text) + "has " + values.size() + " of the arguments " + form.arguments
                + "; give all of them, such as " + form.example + ", or none");
        Start start;
        try {
            start = form.make.apply(new Arguments(form, values));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(of(text) + e.getMessage(), e);
        }
        var description = form.description;
        for (int i = 0; i < values.size(); i++) description = description.replace("{" + (i + 1) + "}", values.get(i));
        return new Scheme(text, description, start.weight, start.bias);
    }

    private static String of(String text) { return "initialization " + Quote.of(text) + ": "; }

    /// All, as they are typed, by name.
    static String forms() {
        return ALL.entrySet().stream().sorted(Map.Entry.comparingByKey())
            .map(form -> form.getKey() + ":" + form.getValue().arguments).collect(Collectors.joining(", "));
    }

    /// As they were typed.
    record Arguments(SchemeForm form, List<String> values) {

        private static final Pattern COUNT = Pattern.compile("\\d{1,9}");
        private static final Pattern CALL = Pattern.compile("(leaky_relu|forward|backward)\\((.*)\\)");

        double number(int i) {
            if (!Decimal.is(values.get(i))) throw unlike(i, "a number");
            return Double.parseDouble(values.get(i));
        }

        /// A number, or none: "inf", "-inf".
        double bound(int i) {
            return switch (values.get(i)) {
                case "inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                default -> number(i);
            };
        }

        int count(int i) {
            if (!COUNT.matcher(values.get(i)).matches()) throw unlike(i, "a whole number");
            return Integer.parseInt(values.get(i));
        }

        Gain gain(int i) {
            var text = values.get(i);
            if (Decimal.is(text)) return new Gain(Double.parseDouble(text), Gain.Status.EMPIRICAL);
            var call = CALL.matcher(text);
            if (!call.matches()) return published(i);
            var inner = call.group(2);
            return switch (call.group(1)) {
                case "forward" -> Gain.forward(Nonlinearity.named(inner));
                case "backward" -> Gain.backward(Nonlinearity.named(inner));
                default -> {
                    if (!Decimal.is(inner)) throw unlike(i, "a slope in parentheses, such as leaky_relu(0.2)");
                    yield Gain.leakyRelu(Double.parseDouble(inner));
                }
            };
        }

        private Gain published(int i) {
            try {
                return Gain.calculate(values.get(i));
            } catch (IllegalArgumentException e) {
                throw unlike(i, "a number such as 1.5, a nonlinearity that PyTorch has a gain for (linear, sigmoid, tanh, relu,"
                    + " leaky_relu, selu), leaky_relu(slope), or forward(activation) or backward(activation) of "
                    + Nonlinearity.ALL.stream().map(Nonlinearity::name).collect(Collectors.joining(", ")));
            }
        }

        private IllegalArgumentException unlike(int i, String wanted) {
            var name = Arrays.asList(form.arguments.split(":")).get(i);
            return new IllegalArgumentException(Quote.of(values.get(i)) + " is no " + name + "; give " + wanted);
        }
    }
}
