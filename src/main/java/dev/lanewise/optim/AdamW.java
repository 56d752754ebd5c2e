package dev.lanewise.optim;

import dev.lanewise.nn.Parameter;
import java.util.List;

/// Loshchilov and Hutter, "Decoupled weight decay regularization", 2019: [Adam], whose weight decay shrinks each weight by
/// rate times decay before the step, whatever its gradients were.
///
/// Its options are a type of its own: Adam's, which decay nothing, don't fit.
public final class AdamW extends Optimizer {

    /// What changes a step but for the rate: see [AdamW#options()]. Weight decay is by how much of itself, times the rate, a
    /// weight shrinks.
    public static final class Options extends AdamOptions<Options> {

        private Options(Values values) { super(values); }

        @Override
        Options with(Values values) { return new Options(values); }
    }

    /// With Adam's constants and weight decay 0.01.
    public AdamW(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// As the options have it.
    public AdamW(List<Parameter> parameters, double learningRate, Options options) { super(parameters, learningRate, options); }

    /// With groups of parameters: see [ParameterGroup].
    public AdamW(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// Adam's constants and weight decay 0.01.
    public static Options options() { return new Options(AdamOptions.Values.of("AdamW", true, 0.01)); }
}
