package dev.lanewise.optim;

import dev.lanewise.file.Quote;
import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.UpdateLoops;
import dev.lanewise.nn.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeMap;

/// Changes parameters in the direction that their gradients show.
///
/// A step is one formula, run in one pass over a parameter, its gradient and what is remembered of it. Numbers that all
/// elements share are computed in double and rounded once. Parameters stand in groups, which may differ in rate and options.
///
/// An optimizer of your own is its options, which name its formula and give its numbers: see [OptimizerOptions]. It is made with
/// them as it is, or by a subclass of your own, as ours are.
///
/// ```java
/// var optimizer = new Optimizer(model.parameters(), 1e-4, new Lion(0.9, 0.99, 0.1));
/// ```
public class Optimizer {

    private final OptimizerOptions options;
    private final double defaultRate;
    /// What was asked for.
    private ParameterGroups declared;
    private Group[] groups = {};
    private long steps;

    /// With all parameters in one group.
    ///
    /// @throws IllegalArgumentException if there are no parameters, one is there twice, or the rate is negative, infinite or NaN
    public Optimizer(List<Parameter> parameters, double learningRate, OptimizerOptions options) {
        this(ParameterGroups.of(ParameterGroup.of(parameters)), learningRate, options);
    }

    /// Over groups of parameters, each with options of its own.
    ///
    /// @param learningRate of the groups that say no other
    /// @param options      of the groups that say no others
    /// @throws IllegalArgumentException if a group's options are of another kind, or the rate is negative, infinite or NaN
    // each group remembers whose it is, and calls nothing of it
    @SuppressWarnings("this-escape")
    public Optimizer(ParameterGroups groups, double learningRate, OptimizerOptions options) {
        this.options = Checks.given("optimizer", "options", options);
        this.defaultRate = Checks.nonNegative("optimizer", "learning rate", learningRate);
        this.declared = Checks.given("optimizer", "groups", groups);
        var made = new ArrayList<Group>();
        int first = 0;
        for (var group : groups.groups()) {
            made.add(new Group(group, made.size(), first));
            first += group.parameters().size();
        }
        this.groups = made.toArray(Group[]::new);
    }

    /// Some of an optimizer's parameters, and the rate that their next step is made with.
    public final class Group {

        private final String name;
        private final Parameter[] parameters;
        private final Memory[] memories;
        private final OptimizerOptions options;
        private final UpdateRule rule;
        private final Elementwise loop;
        /// Of the parameters that have made as many steps as the first: used again in each.
        private final UpdateRule.Numbers numbers;
        /// The number of the first parameter.
        private final int first;
        private double learningRate;
        /// What the schedules start from; NaN before the first of them.
        private double initialRate = Double.NaN;

        private Group(ParameterGroup group, int number, int first) {
            this.name = ParameterGroups.name(group, number);
            this.first = first;
            this.parameters = group.parameters().toArray(Parameter[]::new);
            this.memories = new Memory[parameters.length];
            this.options = own(group);
            this.rule = Checks.given("optimizer", "rule of " + options, options.rule());
            this.loop = UpdateLoops.of(rule);
            this.numbers = rule.numbers();
            learningRate(group.learningRate().orElse(defaultRate));
        }

        private OptimizerOptions own(ParameterGroup group) {
            var defaults = Optimizer.this.options;
            var chosen = group.options().orElse(defaults);
            if (chosen.getClass() != defaults.getClass()) throw new IllegalArgumentException("optimizer: group " + name + " has "
                + chosen + ", but the optimizer " + defaults + "; give the group options of the same kind");
            return group.weightDecay().isEmpty() ? chosen : chosen.weightDecay(group.weightDecay().getAsDouble());
        }

        /// The one that was given, or the group's number.
        public String name() { return name; }

        /// All that it trains, group by group.
        public List<Parameter> parameters() { return List.of(parameters); }

        /// The group's own, or else the optimizer's, with the group's weight decay.
        public OptimizerOptions options() { return options; }

        /// What the next step is made with.
        public double learningRate() { return learningRate; }

        /// Takes effect with the next step.
        ///
        /// @throws IllegalArgumentException if it is negative, infinite or NaN
        public void learningRate(double learningRate) {
            this.learningRate = Checks.nonNegative("optimizer", "learning rate", learningRate);
        }

        /// The rate at hand when the first schedule was made, PyTorch's `initial_lr`: before any schedule changed it.
        double initialRate() {
            if (Double.isNaN(initialRate)) initialRate = learningRate;
            return initialRate;
        }

        /// Lets schedules that are made from here on start from another rate.
        void initialRate(double rate) { initialRate = rate; }

        /// All that takes memory, before the first parameter changes.
        private void prepare() {
            UpdateRule.Numbers current = null;
            long t = 0;
            for (int i = 0; i < parameters.length; i++) {
                var gradient = parameters[i].grad();
                if (gradient == null) continue;
                if (memories[i] == null) memories[i] = Memory.of(options, rule, parameters[i]);
                var memory = memories[i];
                // most often all parameters have made as many steps
                if (memory.steps + 1 != t) {
                    current = current == null ? numbers.clear() : rule.numbers();
                    options.numbers(current, t = memory.steps + 1, learningRate);
                    current.values();
                }
                memory.prepare(current, parameters[i].tensor(), gradient);
            }
        }

        private void step() { for (var memory : memories) if (memory != null && memory.isPrepared()) memory.step(loop); }

        private void letGo() { for (var memory : memories) if (memory != null) memory.letGo(); }

        private OptimizerState.Group save() {
            return new OptimizerState.Group(name, parameters.length, learningRate, initialRate);
        }

        /// @param number the group's, for messages
        private void check(OptimizerState.Group state, int number) {
            var path = "optimizer.group." + number;
            if (!name.equals(state.name())) throw new IllegalArgumentException(path + ".name: the state is of group "
                + Quote.of(state.name()) + ", but this optimizer's is " + Quote.of(name)
                + "; load the state of an optimizer of the same groups");
            if (parameters.length != state.parameters()) throw new IllegalArgumentException(path + ".parameters: the state is of "
                + state.parameters() + ", but this optimizer's group " + Quote.of(name) + " has " + parameters.length
                + "; load the state of an optimizer of the same groups");
        }
    }

    // ---- groups

    /// Without a copy, for schedules.
    final Group[] sharedGroups() { return groups; }

    /// In order.
    public final List<Group> groups() { return List.of(groups); }

    /// The group of this name.
    ///
    /// @throws IllegalArgumentException if there is none of this name
    public final Group group(String name) {
        for (var group : groups) if (group.name.equals(name)) return group;
        throw new IllegalArgumentException("optimizer: there is no group " + Quote.of(name) + ", but "
            + Quote.names(groups().stream().map(Group::name).toList()));
    }

    /// Trains more parameters from the next step on, as when a part of the model is thawed.
    ///
    /// Schedules that there are take them along, as in PyTorch: a group starts from the rate that it has now, its own or that of
    /// the optimizer's constructor, and changes with the others from there.
    ///
    /// @throws IllegalArgumentException if one of them, or the name, is another group's, or the options are of another kind;
    ///     nothing is changed then
    public final Group addGroup(ParameterGroup group) {
        var all = declared.with(group);
        var more = Arrays.copyOf(groups, groups.length + 1);
        var added = new Group(group, groups.length, parameterCount());
        more[groups.length] = added;
        declared = all;
        groups = more;
        return added;
    }

    /// Those of all groups, in order.
    public final List<Parameter> parameters() {
        var all = new ArrayList<Parameter>();
        for (var group : groups) Collections.addAll(all, group.parameters);
        return all;
    }

    private int parameterCount() {
        int count = 0;
        for (var group : groups) count += group.parameters.length;
        return count;
    }

    /// For several optimizers of one model: that no parameter is changed by two of them.
    ///
    /// @throws IllegalArgumentException if one is
    public static void requireDisjoint(Collection<? extends Optimizer> optimizers) {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Parameter, Boolean>());
        for (var optimizer : optimizers) for (var parameter : optimizer.parameters()) if (!seen.add(parameter))
            throw new IllegalArgumentException("optimizers: two of them have " + parameter
                + ", and would change it one after the other; leave it to one");
    }

    /// What the next step of the first group is made with: of all of them, unless they differ.
    public final double learningRate() { return groups[0].learningRate; }

    /// Gives all groups this rate, with the next step.
    ///
    /// @throws IllegalArgumentException if it is negative, infinite or NaN
    public final void learningRate(double learningRate) { for (var group : groups) group.learningRate(learningRate); }

    // ---- running

    /// How many steps were made.
    public final long steps() { return steps; }

    /// Changes every parameter that has a gradient; none, if memory for that runs out.
    public final void step() {
        try {
            for (var group : groups) group.prepare();
            for (var group : groups) group.step();
            steps++;
        } finally {
            for (var group : groups) group.letGo();
        }
    }

    /// Drops the gradients of all its parameters.
    public final void zeroGrad() {
        // without an iterator: a step makes little garbage
        for (var group : groups) for (var parameter : group.parameters) parameter.zeroGrad();
    }

    // ---- state

    /// What states and messages call it: the class's name, or of an optimizer that has no class of its own, that of its options;
    /// where they have none either, that of its rule.
    public final String kind() {
        var own = getClass() == Optimizer.class ? "" : getClass().getSimpleName();
        if (!own.isEmpty()) return own;
        var shared = options.getClass().getSimpleName();
        return !shared.isEmpty() ? shared : groups[0].rule.name();
    }

    /// Where it stands, such as `Adam[steps=100, rates=[0.001]]`.
    @Override
    public String toString() {
        return kind() + "[steps=" + steps + ", rates=" + groups().stream().map(Group::learningRate).toList() + "]";
    }

    /// All that the next steps depend on, copied.
    public final OptimizerState stateDict() {
        var remembered = new TreeMap<Integer, OptimizerState.Slot>();
        var saved = new ArrayList<OptimizerState.Group>();
        for (var group : groups) {
            saved.add(group.save());
            for (int i = 0; i < group.memories.length; i++)
                if (group.memories[i] != null) remembered.put(group.first + i, group.memories[i].save());
        }
        return new OptimizerState(steps, saved, remembered);
    }

    /// Goes on where the optimizer stood that gave this state: one of the same kind, options and groups of parameters.
    ///
    /// @throws IllegalArgumentException if a group's name or size, a parameter's number, a buffer's name or its shape is not this
    ///     optimizer's; then nothing is changed
    public final void loadStateDict(OptimizerState state) {
        Checks.given("optimizer", "state", state);
        if (state.groups().size() != groups.length) throw new IllegalArgumentException("optimizer: the state is of "
            + state.groups().size() + " groups, but there are " + groups.length
            + "; load the state of an optimizer of the same groups, those that were added included");
        for (int i = 0; i < groups.length; i++) groups[i].check(state.groups().get(i), i);
        int count = parameterCount();
        state.parameters().keySet().forEach(index -> {
            if (index < 0 || index >= count) throw new IllegalArgumentException("optimizer: the state remembers parameter "
                + index + ", but there are " + count + "; load the state of an optimizer of the same parameters");
        });
        var loaded = new Memory[groups.length][];
        for (int i = 0; i < groups.length; i++) loaded[i] = load(groups[i], state);
        for (int i = 0; i < groups.length; i++) {
            var group = groups[i];
            group.learningRate = state.groups().get(i).learningRate();
            group.initialRate = state.groups().get(i).initialRate();
            System.arraycopy(loaded[i], 0, group.memories, 0, loaded[i].length);
        }
        steps = state.steps();
    }

    private static Memory[] load(Group group, OptimizerState state) {
        var memories = new Memory[group.parameters.length];
        for (int i = 0; i < memories.length; i++) {
            var slot = state.parameters().get(group.first + i);
            if (slot != null) memories[i] = Memory.load(group.first + i, slot, group.options, group.rule, group.parameters[i]);
        }
        return memories;
    }
}
