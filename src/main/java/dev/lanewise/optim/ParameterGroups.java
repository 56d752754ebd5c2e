package dev.lanewise.optim;

import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Propagating;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BiPredicate;

/// The groups of one optimizer, in order.
///
/// @param groups at least one has parameters; no parameter is in two of them, and no name is another's
public record ParameterGroups(List<ParameterGroup> groups) {

    /// Keeps a copy; refuses none, and a parameter or a name that stands in two.
    public ParameterGroups {
        groups = Checks.all("optimizer", "group", groups);
        if (groups.stream().allMatch(group -> group.parameters().isEmpty())) throw new IllegalArgumentException(
            "optimizer: there are no parameters to train; give it the model's, model.parameters()");
        // parameters have no equals of their own: it is the same one that may not come twice
        var seen = Collections.newSetFromMap(new IdentityHashMap<Parameter, Boolean>());
        var names = new HashSet<String>();
        for (int i = 0; i < groups.size(); i++) {
            var group = groups.get(i);
            for (var parameter : group.parameters()) if (!seen.add(parameter)) throw new IllegalArgumentException("optimizer: "
                + parameter + " of group " + name(group, i)
                + " is listed twice, and would be changed twice in a step; list each once");
            if (!names.add(name(group, i))) throw new IllegalArgumentException("optimizer: two groups are named \""
                + name(group, i) + "\"; name each by its own name, or none");
        }
    }

    /// Groups in this order.
    public static ParameterGroups of(ParameterGroup... groups) {
        return new ParameterGroups(Arrays.asList(Checks.given("optimizer", "groups", groups)));
    }

    /// All of a model's parameters in two groups: "decayed", the matrices, kernels and embeddings that weight decay is meant for,
    /// and "undecayed", without it: biases, and what scales and shifts in normalizations ([Propagating]), which decay would only
    /// hold back.
    public static ParameterGroups byDecay(Module model) {
        var norms = Collections.newSetFromMap(new IdentityHashMap<Parameter, Boolean>());
        model.apply(module -> {
            // what scales or shifts single numbers: others have parameters that sum over inputs
            if (module instanceof Propagating propagating && !propagating.starts())
                for (var parameter : module.parameters()) if (parameter.fan().in() == 1
                    && parameter.fan().out() == 1) norms.add(parameter);
        });
        return byDecay(model, (_, parameter) -> parameter.shape().rank() >= 2 && !norms.contains(parameter));
    }

    /// As [#byDecay(Module)], where you say which parameters decay.
    ///
    /// @param decays is asked for each parameter, by its path and itself
    public static ParameterGroups byDecay(Module model, BiPredicate<String, Parameter> decays) {
        var decayed = new ArrayList<Parameter>();
        var undecayed = new ArrayList<Parameter>();
        model.namedParameters().forEach((path, parameter) -> (decays.test(path, parameter) ? decayed : undecayed).add(parameter));
        return of(ParameterGroup.of(decayed).name("decayed"), ParameterGroup.of(undecayed).name("undecayed").weightDecay(0));
    }

    /// The same with a group more.
    ///
    /// @throws IllegalArgumentException if one of its parameters, or its name, is another group's
    public ParameterGroups with(ParameterGroup group) {
        var more = new ArrayList<>(groups);
        more.add(group);
        return new ParameterGroups(more);
    }

    /// A group's own, or its number.
    static String name(ParameterGroup group, int number) {
        return group.name().isEmpty() ? Integer.toString(number) : group.name();
    }
}
