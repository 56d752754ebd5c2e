package dev.lanewise.optim;

import dev.lanewise.nn.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Parameters that an optimizer is to treat in their own way: with a rate, a weight decay or options that aren't the optimizer's.
///
/// ```java
/// var groups = ParameterGroups.of(
///     ParameterGroup.of(body.parameters()).name("body").learningRate(1e-4),
///     ParameterGroup.of(head.parameters()).name("head").weightDecay(0));
/// var optimizer = new AdamW(groups, 1e-3, AdamW.options());
/// ```
///
/// This is what is asked for; what becomes of it is an [Optimizer.Group].
///
/// @param name         for messages and states; "" for the group's number
/// @param parameters   may be none
/// @param learningRate empty for the optimizer's
/// @param weightDecay  empty for that of the options
/// @param options      empty for the optimizer's; else of the same kind
public record ParameterGroup(String name, List<Parameter> parameters, OptionalDouble learningRate, OptionalDouble weightDecay,
                             Optional<OptimizerOptions> options) {

    /// Keeps a copy of the parameters; refuses null, and a negative rate or decay.
    public ParameterGroup {
        Checks.given("parameter group", "name", name);
        parameters = Checks.all("parameter group", "parameter", parameters);
        learningRate.ifPresent(rate -> Checks.nonNegative("parameter group", "learning rate", rate));
        weightDecay.ifPresent(decay -> Checks.nonNegative("parameter group", "weight decay", decay));
    }

    /// All as the optimizer has it.
    public static ParameterGroup of(List<Parameter> parameters) {
        return new ParameterGroup("", parameters, OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty());
    }

    /// Names the group, for its rate in logs and for checkpoints.
    public ParameterGroup name(String name) { return new ParameterGroup(name, parameters, learningRate, weightDecay, options); }

    /// Sets its rate, in place of the optimizer's.
    ///
    /// @param rate 0 or more
    public ParameterGroup learningRate(double rate) {
        return new ParameterGroup(name, parameters, OptionalDouble.of(rate), weightDecay, options);
    }

    /// Sets its decay of weights, in place of that of the options.
    ///
    /// @param decay 0 or more, also in place of the one in the options
    public ParameterGroup weightDecay(double decay) {
        return new ParameterGroup(name, parameters, learningRate, OptionalDouble.of(decay), options);
    }

    /// Sets its options, in place of the optimizer's.
    ///
    /// @param options of the same kind as the optimizer's: `AdamW.options().betas(0.9, 0.95)`
    public ParameterGroup options(OptimizerOptions options) {
        return new ParameterGroup(name, parameters, learningRate, weightDecay,
            Optional.of(Checks.given("parameter group", "options", options)));
    }
}
