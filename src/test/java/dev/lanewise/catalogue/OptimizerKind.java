package dev.lanewise.catalogue;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.nn.Parameter;
import dev.lanewise.optim.Adadelta;
import dev.lanewise.optim.Adagrad;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Lion;
import dev.lanewise.optim.NAdam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.OptimizerOptions;
import dev.lanewise.optim.RAdam;
import dev.lanewise.optim.RMSprop;
import dev.lanewise.optim.SGD;
import java.util.List;
import java.util.function.BiFunction;

/// Every optimizer, with the options that give it other formulas or buffers; and one of a user's.
public enum OptimizerKind {
    SGD_PLAIN((p, rate) -> new SGD(p, rate)),
    MOMENTUM((p, rate) -> new SGD(p, rate, SGD.options().momentum(0.9).dampening(0.3))),
    NESTEROV((p, rate) -> new SGD(p, rate, SGD.options().momentum(0.9).nesterov(true).weightDecay(0.01))),
    ADAM((p, rate) -> new Adam(p, rate)),
    AMSGRAD((p, rate) -> new Adam(p, rate, Adam.options().amsgrad(true).weightDecay(0.01))),
    ADAMW((p, rate) -> new AdamW(p, rate)),
    RMSPROP((p, rate) -> new RMSprop(p, rate)),
    RMSPROP_CENTERED((p, rate) -> new RMSprop(p, rate, RMSprop.options().momentum(0.5).centered(true))),
    ADAGRAD((p, rate) -> new Adagrad(p, rate, Adagrad.options().lrDecay(0.1))),
    NADAM((p, rate) -> new NAdam(p, rate)),
    NADAM_DECOUPLED((p, rate) -> new NAdam(p, rate, NAdam.options().weightDecay(0.1).decoupled(true))),
    RADAM((p, rate) -> new RAdam(p, rate, RAdam.options().betas(0.9, 0.8).weightDecay(0.01))),
    ADADELTA((p, rate) -> new Adadelta(p, rate)),
    LION((p, rate) -> new Lion(p, rate, Lion.options().weightDecay(0.1))),
    OWN((p, rate) -> new Optimizer(p, rate, new HeavyBall()));

    private final BiFunction<List<Parameter>, Double, Optimizer> constructor;

    OptimizerKind(BiFunction<List<Parameter>, Double, Optimizer> constructor) { this.constructor = constructor; }

    /// At a rate of 0.1.
    public Optimizer make(List<Parameter> parameters) { return make(parameters, 0.1); }

    public Optimizer make(List<Parameter> parameters, double rate) { return constructor.apply(parameters, rate); }

    /// A user's: v = v / 2 + g; p = p - rate v.
    private record HeavyBall() implements OptimizerOptions {

        static final UpdateRule RULE = UpdateRule.of("heavy_ball", rule -> {
            var v = UpdateRule.kept(rule.buffer("velocity").mul(0.5).add(rule.gradient()));
            rule.updateBuffer("velocity", v);
            rule.updateParameter(rule.number("-rate").fma(v, rule.parameter()));
        });

        @Override
        public UpdateRule rule() { return RULE; }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double rate) { numbers.set("-rate", -rate); }
    }
}
