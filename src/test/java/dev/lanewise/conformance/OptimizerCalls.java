package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.ops;

import dev.lanewise.nn.Parameter;
import dev.lanewise.optim.Adadelta;
import dev.lanewise.optim.Adagrad;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.GradientClipping;
import dev.lanewise.optim.NAdam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.ParameterGroup;
import dev.lanewise.optim.ParameterGroups;
import dev.lanewise.optim.RAdam;
import dev.lanewise.optim.RMSprop;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/// The optimizers, a line each: the inputs are two parameters and the gradients of each at every step, the outputs the
/// parameters after every step. And the clipping of gradients, which are its inputs.
final class OptimizerCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        ops("SGD", c -> trajectory(c, (p, lr) ->
            new SGD(p, lr, new SGD.Options(c.numberOr("momentum", 0), c.numberOr("dampening", 0),
            c.flagOr("nesterov", false), c.numberOr("weightDecay", 0), c.flagOr("maximize", false))))),
        ops("Adam", c -> trajectory(c, (p, lr) -> new Adam(p, lr, adam(c)))),
        ops("AdamW", c -> trajectory(c, (p, lr) -> new AdamW(p, lr, adamW(c)))),
        ops("RMSprop", c -> trajectory(c,
            (p, lr) -> new RMSprop(p, lr, new RMSprop.Options(c.numberOr("alpha", 0.99), c.numberOr("epsilon", 1e-8),
                c.numberOr("momentum", 0), c.flagOr("centered", false), c.numberOr("weightDecay", 0),
                c.flagOr("maximize", false))))),
        ops("Adagrad", c -> trajectory(c, (p, lr) -> new Adagrad(p, lr, new Adagrad.Options(c.numberOr("lrDecay", 0),
            c.numberOr("initialAccumulator", 0), c.numberOr("epsilon", 1e-10), c.numberOr("weightDecay", 0),
            c.flagOr("maximize", false))))),
        ops("NAdam", c -> trajectory(c,
            (p, lr) -> new NAdam(p, lr, new NAdam.Options(c.numberOr("beta1", 0.9), c.numberOr("beta2", 0.999),
                c.numberOr("epsilon", 1e-8), c.numberOr("weightDecay", 0), c.numberOr("momentumDecay", 4e-3),
                c.flagOr("decoupled", false),
            c.flagOr("maximize", false))))),
        ops("RAdam", c -> trajectory(c,
            (p, lr) -> new RAdam(p, lr, new RAdam.Options(c.numberOr("beta1", 0.9), c.numberOr("beta2", 0.999),
                c.numberOr("epsilon", 1e-8), c.numberOr("weightDecay", 0), c.flagOr("decoupled", false),
                c.flagOr("maximize", false))))),
        ops("Adadelta", c -> trajectory(c,
            (p, lr) -> new Adadelta(p, lr,
                new Adadelta.Options(c.numberOr("rho", 0.9), c.numberOr("epsilon", 1e-6), c.numberOr("weightDecay", 0),
                c.flagOr("maximize", false))))),
        ops("clipByAnyNorm", c -> clipByNorm(c, (p, bound) -> GradientClipping.clipByNorm(p, bound, c.number("norm")))),
        ops("clipByNorm", c -> clipByNorm(c, GradientClipping::clipByNorm)),
        ops("clipByNormStrictly", c -> clipByNorm(c, GradientClipping::clipByNormStrictly)),
        ops("clipByValue", OptimizerCalls::clipByValue));

    private OptimizerCalls() {}

    private static Adam.Options adam(Case c) {
        return Adam.options().betas(c.numberOr("beta1", 0.9), c.numberOr("beta2", 0.999)).epsilon(c.numberOr("epsilon", 1e-8))
            .weightDecay(c.number("weightDecay")).amsgrad(c.flagOr("amsgrad", false)).maximize(c.flagOr("maximize", false));
    }

    private static AdamW.Options adamW(Case c) {
        var options = adam(c);
        return AdamW.options().betas(options.beta1(), options.beta2()).epsilon(options.epsilon())
            .weightDecay(options.weightDecay()).amsgrad(options.amsgrad()).maximize(options.maximize());
    }

    /// One group; or two, if "groupLr" gives the second parameter's rate and "groupDecay" its weight decay.
    private static ParameterGroups groups(Case c, List<Parameter> parameters) {
        double rate = c.numberOr("groupLr", Double.NaN);
        if (Double.isNaN(rate)) return ParameterGroups.of(ParameterGroup.of(parameters));
        return ParameterGroups.of(ParameterGroup.of(parameters.subList(0, 1)),
            ParameterGroup.of(parameters.subList(1, 2)).learningRate(rate).weightDecay(c.number("groupDecay")));
    }

    /// A parameter has no gradient in the steps that "absent" names.
    private static List<Tensor> trajectory(Case c, BiFunction<ParameterGroups, Double, Optimizer> make) {
        int count = c.inputCount() / 2;
        var gradients = IntStream.range(0, count).mapToObj(i -> c.x(count + i)).toList();
        var parameters = IntStream.range(0, count).mapToObj(c::parameter).toList();
        var optimizer = make.apply(groups(c, parameters), c.number("lr"));
        var paths = parameters.stream().map(_ -> new ArrayList<Tensor>()).toList();
        for (int step = 0; step < gradients.getFirst().size(0); step++) {
            for (int i = 0; i < count; i++) {
                boolean absent = c.intsAt("absent", i).contains(step);
                parameters.get(i).tensor().grad(absent ? null : gradients.get(i).select(0, step).contiguous());
            }
            optimizer.step();
            for (int i = 0; i < count; i++) paths.get(i).add(copy(parameters.get(i).tensor()));
        }
        return paths.stream().map(path -> Tensor.stack(0, path.toArray(Tensor[]::new))).toList();
    }

    private static Tensor copy(Tensor x) { return Tensor.wrap(x.toArray(), x.shape().toArray()); }

    /// The clipped gradients, and the norm before; where it is refused, a lone NaN in its place.
    private static List<Tensor> clipByNorm(Case c, ToDoubleBiFunction<List<Parameter>, Double> clip) {
        var parameters = withGradients(c);
        Tensor norm;
        try {
            norm = Tensor.scalar((float) clip.applyAsDouble(parameters, c.number("bound")));
        } catch (IllegalStateException _) {
            norm = Tensor.of(Float.NaN);
        }
        var outputs = new ArrayList<>(parameters.stream().map(Parameter::grad).toList());
        outputs.add(norm);
        return outputs;
    }

    private static List<Tensor> clipByValue(Case c) {
        var parameters = withGradients(c);
        GradientClipping.clipByValue(parameters, c.number("bound"));
        return parameters.stream().map(Parameter::grad).toList();
    }

    private static List<Parameter> withGradients(Case c) {
        return IntStream.range(0, c.inputCount()).mapToObj(i -> {
            var gradient = c.x(i);
            var parameter = c.parameter(i);
            parameter.tensor().grad(gradient);
            return parameter;
        }).toList();
    }
}
