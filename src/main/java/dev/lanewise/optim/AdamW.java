package dev.lanewise.optim;

import dev.lanewise.nn.Parameter;
import java.util.List;

/// Loshchilov and Hutter, "Decoupled weight decay regularization", 2019: [Adam], whose weight decay shrinks each weight by
/// rate times decay before the step, whatever its gradients were.
public final class AdamW extends Adam {

    /// With Adam's constants and weight decay 0.01.
    public AdamW(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    public AdamW(List<Parameter> parameters, double learningRate, Options options) {
        super(parameters, learningRate, options, true);
    }

    /// Adam's constants and weight decay 0.01.
    public static Options options() { return Adam.options().weightDecay(0.01); }
}
