package dev.lanewise.optim;

import dev.lanewise.nn.Branched;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Multiplied;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Weighted;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.optim.Parametrization.Kind;
import dev.lanewise.optim.Parametrization.Row;
import dev.lanewise.optim.Parametrization.Rules;
import dev.lanewise.optim.Parametrization.Steps;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a [Parametrization] makes of one model.
final class ParametrizationPlan {

    /// What weights are multiplied by, what they start with and what their rate is multiplied by.
    private record Rule(double deviation, double multiplier, double rate) {}

    /// A weight as a module uses it, which says more than the weight if it is tied.
    private record Use(Fan fan, Shape shape) {}

    private final Parametrization of;
    private final Steps steps;
    private final Map<String, Parameter> parameters;
    private final Map<String, Module> modules;
    private final Map<String, Parameter> baseParameters;
    private final Map<String, Module> baseModules;
    private final Set<Parameter> inBranches = Collections.newSetFromMap(new IdentityHashMap<>());
    /// What branches are multiplied by; 1 if depth changes nothing.
    private final double depth;

    ParametrizationPlan(Parametrization of, Module model, Steps steps) {
        this.of = of;
        Checks.given("parametrization", "model", model);
        this.steps = Checks.given("parametrization", "steps", steps);
        this.parameters = model.namedParameters();
        this.modules = model.namedModules();
        var base = of.base() == null ? model : of.base();
        this.baseParameters = base.namedParameters();
        this.baseModules = base.namedModules();
        if (of.rules() == Rules.UNIT && steps == Steps.SGD) throw new IllegalArgumentException(
            "u-muP: its rates are for steps as Adam's; take ADAM, or muP, which has rates for SGD");
        checkBase();
        this.depth = depth();
    }

    private void checkBase() {
        for (var path : parameters.keySet()) if (!baseParameters.containsKey(path)) throw new IllegalArgumentException(
            "parametrization: the base has no parameter \"" + path
            + "\", which the model has; give the same network at another width");
        for (var path : baseParameters.keySet()) {
            var parameter = parameters.get(path);
            var other = baseParameters.get(path);
            if (parameter == null || parameter.shape().rank() != other.shape().rank()) throw new IllegalArgumentException(
                "parametrization: the base has " + other + " at \"" + path + "\", the model "
                    + (parameter == null ? "none" : parameter) + "; give the same network at another width");
        }
        modules.forEach((path, module) -> {
            if (module instanceof MultiheadAttention
                && !(baseModules.get(path) instanceof MultiheadAttention)) throw new IllegalArgumentException(
                "parametrization: the base has no attention at \"" + path
                + "\", the model has; give the same network at another width");
        });
    }

    private double depth() {
        if (of.baseBranches() == 0) return 1;
        int all = 0;
        for (var module : modules.values()) if (module instanceof Branched branched) {
            all += branched.sums().size();
            inBranches.addAll(branched.branchParameters());
        }
        if (all == 0) throw new IllegalArgumentException("parametrization: the model has no residual branches to scale by"
            + " their number;" + " leave branches(…) out, or let its blocks be Branched, as Residual");
        return Math.sqrt((double) of.baseBranches() / all);
    }

    List<Row> rows() {
        var rows = new ArrayList<Row>();
        parameters.forEach((path, parameter) -> {
            var owner = owner(path);
            var other = baseParameters.get(path);
            var kind = kind(use(parameter), use(other));
            var rule = rule(kind, parameter, other, multiplierNow(owner, parameter));
            double multiplier = 1;
            if (isMatrix(parameter)) {
                if (owner instanceof Multiplied) multiplier = multiplier(ownerPath(path));
                else if (rule.multiplier != 1) throw new IllegalArgumentException("parametrization: the weight \""
                    + path + "\" of " + owner.getClass().getSimpleName() + " is to be multiplied by " + rule.multiplier
                    + ", but the module isn't Multiplied; let it be, or have its weights in a Linear");
            }
            double rate = rule.rate * (steps == Steps.ADAM && inBranches.contains(parameter) ? depth : 1);
            rows.add(new Row(path, kind, rule.deviation, multiplier, rate));
        });
        return List.copyOf(rows);
    }

    private static String ownerPath(String path) { return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : ""; }

    private Module owner(String path) { return modules.get(ownerPath(path)); }

    private static boolean isMatrix(Parameter parameter) { return parameter.shape().rank() >= 2; }

    private static Use use(Parameter parameter) { return new Use(parameter.fan(), parameter.shape()); }

    /// Null if the module multiplies nothing.
    private static Use use(Module module) {
        if (module instanceof Weighted weighted) return new Use(weighted.fan(), weighted.weight().shape());
        var parts = module.children().isEmpty() ? module.namedParameters() : own(module);
        return parts.values().stream().filter(ParametrizationPlan::isMatrix).findFirst().map(ParametrizationPlan::use)
            .orElse(null);
    }

    private static Map<String, Parameter> own(Module module) {
        var own = new LinkedHashMap<>(module.namedParameters());
        own.keySet().removeIf(name -> name.contains("."));
        return own;
    }

    private static Kind kind(Use now, Use base) {
        if (now.shape.equals(base.shape)) return Kind.FIXED;
        boolean in = now.shape.rank() >= 2 && now.fan.in() != base.fan.in();
        boolean out = now.fan.out() != base.fan.out();
        return !in ? Kind.INPUT : out ? Kind.HIDDEN : Kind.OUTPUT;
    }

    /// What the module at a path is to multiply by.
    private double multiplier(String path) {
        var now = use(modules.get(path));
        if (now == null) return 1;
        var base = use(baseModules.get(path));
        double in = Math.max(1, now.fan.in());
        return switch (of.rules()) {
            case STANDARD -> 1;
            case MU_P -> kind(now, base) == Kind.OUTPUT ? Math.max(1, base.fan.in()) / in : 1;
            case UNIT -> kind(now, base) == Kind.OUTPUT ? 1 / in : 1 / Math.sqrt(in);
            case NTK -> 1 / Math.sqrt(in);
        };
    }

    /// That of a weight, if its module multiplies it.
    private static double multiplierNow(Module owner, Parameter parameter) {
        return owner instanceof Multiplied multiplied && isMatrix(parameter) ? multiplied.multiplier() : 1;
    }

    private Rule rule(Kind kind, Parameter parameter, Parameter base, double multiplierNow) {
        double own = root(parameter);
        double in = Math.max(1, parameter.fan().in());
        double out = Math.max(1, parameter.fan().out());
        boolean adam = steps == Steps.ADAM;
        double more = in / Math.max(1, base.fan().in());
        return switch (of.rules()) {
            case STANDARD -> new Rule(own * multiplierNow, 1, 1);
            case MU_P -> switch (kind) {
                case FIXED -> new Rule(root(base), 1, 1);
                case INPUT -> new Rule(root(base), 1, adam ? 1 : (double) parameter.shape().numel() / base.shape().numel());
                case HIDDEN -> new Rule(root(base) / Math.sqrt(more), 1, adam ? 1 / more : 1);
                case OUTPUT -> new Rule(root(base), 1 / more, adam ? 1 : more);
            };
            case UNIT -> !isMatrix(parameter) ? new Rule(own, 1, 1) : new Rule(own == 0 ? 0 : 1,
                kind == Kind.OUTPUT ? 1 / in : 1 / Math.sqrt(in),
                // an embedding is a sum of one term
                kind == Kind.OUTPUT ? 1 : 1 / Math.sqrt(kind == Kind.INPUT && in == 1 ? out : in));
            case NTK -> !isMatrix(parameter) ? new Rule(own, 1, 1)
                : new Rule(own * multiplierNow * Math.sqrt(in), 1 / Math.sqrt(in), adam ? 1 / Math.sqrt(in) : 1);
        };
    }

    /// Of the mean square that its values start with.
    private static double root(Parameter parameter) {
        var law = parameter.initializer().distribution(parameter.fan(), parameter.shape());
        return Math.sqrt(law.variance() + law.mean() * law.mean());
    }

    ParameterGroups apply(double learningRate) {
        var rows = rows();
        for (var row : rows) {
            var parameter = parameters.get(row.path());
            double own = root(parameter);
            if (own > 0 && Math.abs(row.deviation() / own - 1) > 1e-12)
                parameter.initializer(Initializers.scaled(parameter.initializer(), row.deviation() / own));
        }
        modules.forEach((path, module) -> {
            if (module instanceof Multiplied multiplied) multiplied.multiplier(multiplier(path));
            if (module instanceof MultiheadAttention attention) scale(attention, (MultiheadAttention) baseModules.get(path));
            if (of.baseBranches() > 0 && module instanceof Branched branched) branched.sums().forEach(sum -> sum.branch(depth));
        });
        return groups(rows, learningRate);
    }

    private void scale(MultiheadAttention attention, MultiheadAttention base) {
        double width = (double) attention.width() / attention.heads();
        double narrow = (double) base.width() / base.heads();
        if (of.rules() == Rules.UNIT) attention.scale(1 / width);
        else if (of.rules() == Rules.MU_P && width != narrow) attention.scale(Math.sqrt(narrow) / width);
        else if (!Double.isNaN(attention.scale())) attention.scale(1 / Math.sqrt(width));
    }

    private ParameterGroups groups(List<Row> rows, double learningRate) {
        var byRate = new LinkedHashMap<String, List<Row>>();
        for (var row : rows) byRate.computeIfAbsent(String.format(Locale.ROOT, "rate times %.6g", row.rate()),
            _ -> new ArrayList<>()).add(row);
        var groups = new ArrayList<ParameterGroup>();
        byRate.forEach((name, of) -> {
            double rate = of.getFirst().rate();
            var group = ParameterGroup.of(of.stream().map(row -> parameters.get(row.path())).toList()).name(name)
                .learningRate(learningRate * rate);
            groups.add(Double.isNaN(this.of.decay()) ? group : group.weightDecay(this.of.decay() / rate));
        });
        return new ParameterGroups(groups);
    }
}
