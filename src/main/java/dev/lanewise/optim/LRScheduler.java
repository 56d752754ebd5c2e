package dev.lanewise.optim;

import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// Changes an optimizer's learning rates as training goes on: [#step()] after each epoch, or after each batch where that is
/// what the schedule counts. One that goes by what was measured, as [ReduceLROnPlateau] does, is told it by [#step(double)],
/// which all take: whoever runs schedules need not tell them apart.
///
/// As PyTorch's, a schedule derives each rate from the one before, so that two schedules of one optimizer multiply: a
/// [LinearLR] that warms up, and an [ExponentialLR] that decays. They act one after another, each on what the one before left;
/// a rate that is set in between is what they go on from. One after another in time they come by [SequentialLR]. A schedule that
/// needs the rate of the beginning, as [CosineAnnealingLR] does, takes the one that the group of parameters had when its first
/// schedule was made, whatever that has made of it since. Each group goes its own way: from its own rate, by the same factors.
///
/// One of your own says what a rate becomes; if that is a function of the epoch alone, [LambdaLR] takes it:
///
/// ```java
/// final class InverseRoot extends LRScheduler {
///     InverseRoot(Optimizer optimizer) { super(optimizer); }
///
///     @Override
///     protected double rate(long epoch, double rate, double base) { return base / Math.sqrt(1 + epoch); }
/// }
/// ```
public abstract class LRScheduler {

    private final Optimizer optimizer;
    private long epoch;
    /// What each group starts from.
    private double[] bases;
    /// Of a step at work: used again in each.
    private double[] next;

    /// Takes each group's rate as what the schedule starts from, unless another schedule was made before, and lets [#start]
    /// change it.
    ///
    /// To be called after the arguments' check: what is refused leaves the optimizer as it was.
    // what start reads is set before super(…), as its comment says
    @SuppressWarnings("this-escape")
    protected LRScheduler(Optimizer optimizer) {
        this.optimizer = Checks.given("schedule", "optimizer", optimizer);
        this.bases = optimizer.groups().stream().mapToDouble(Optimizer.Group::initialRate).toArray();
        this.next = new double[bases.length];
        begin();
    }

    // ---- what a schedule says

    /// A group's rate after a step of the schedule.
    ///
    /// @param epoch counts the steps from 1
    /// @param rate  the rate before
    /// @param base  the rate of the beginning
    /// @return 0 or more, and finite
    protected abstract double rate(long epoch, double rate, double base);

    /// As [#rate(long, double, double)], for schedules that know the groups by their number.
    double rate(int group, long epoch, double rate, double base) { return rate(epoch, rate, base); }

    /// A group's rate before the first step, as the schedule is made: `rate`, if it doesn't begin with another. The constructor
    /// calls this: what it reads must be set before `super(…)`.
    ///
    /// @param rate what another schedule has made of it
    /// @param base the rate of the beginning
    protected double start(double rate, double base) { return rate; }

    /// As [#start(double, double)], for schedules that know the groups by their number.
    double start(int group, double rate, double base) { return start(rate, base); }

    /// Which way the measure is better that the schedule goes by; empty if it goes by none.
    public Optional<Mode> mode() { return Optional.empty(); }

    /// Looks at what was measured, before the rates are asked for. NaN was not measured well.
    protected void observe(double measure) {}

    /// What the rates depend on besides the ones before, the epoch, the bases and the arguments of the constructor.
    protected Map<String, Double> values() { return Map.of(); }

    /// Takes over what [#values()] gave: of the same names. Checks all of it before the first changes.
    ///
    /// @throws IllegalArgumentException if a value can't be
    protected void load(Map<String, Double> values) {}

    // ---- running

    /// Goes on by one.
    ///
    /// @throws IllegalStateException if the schedule goes by a measure
    public final void step() {
        if (mode().isPresent()) throw new IllegalStateException(kind()
            + ": step() without what was measured, which it goes by; say" + " step(measure), as the loss of a validation");
        advance(Double.NaN);
    }

    /// Goes on by one, with what was measured after the epoch; most schedules don't look at it.
    public final void step(double measure) { advance(measure); }

    void advance(double measure) {
        observe(measure);
        var groups = groups();
        for (int i = 0; i < groups.length; i++) next[i] = checked(groups[i], epoch + 1,
            rate(i, epoch + 1, groups[i].learningRate(), bases[i]));
        setRates(groups);
        epoch++;
    }

    /// Gives each group the rate before the first step.
    final void begin() {
        var groups = groups();
        for (int i = 0; i < groups.length; i++) next[i] = checked(groups[i], 0, start(i, groups[i].learningRate(), bases[i]));
        setRates(groups);
    }

    /// Begins anew from the bases, whatever other schedules made of them.
    void restart() {
        var groups = groups();
        for (int i = 0; i < groups.length; i++) next[i] = checked(groups[i], 0, start(i, bases[i], bases[i]));
        setRates(groups);
        epoch = 0;
    }

    /// Begins anew from the rates at hand: as one of several that act together, behind the first.
    void again() {
        epoch = 0;
        begin();
    }

    private double checked(Optimizer.Group group, long epoch, double rate) {
        if (rate >= 0 && rate < Double.POSITIVE_INFINITY) return rate;
        throw new IllegalArgumentException(kind() + ": the rate of group " + group.name() + " after step " + epoch + " is " + rate
            + "; a schedule must give 0 or more, and finite");
    }

    private void setRates(Optimizer.Group[] groups) { for (int i = 0; i < groups.length; i++) groups[i].learningRate(next[i]); }

    /// With a place for each of those that were added since.
    private Optimizer.Group[] groups() {
        var groups = optimizer.sharedGroups();
        if (groups.length > bases.length) {
            int known = bases.length;
            bases = Arrays.copyOf(bases, groups.length);
            for (int i = known; i < groups.length; i++) bases[i] = groups[i].initialRate();
            next = new double[groups.length];
        }
        return groups;
    }

    // ---- state

    /// How many steps the schedule made.
    public final long epoch() { return epoch; }

    final void epoch(long epoch) { this.epoch = epoch; }

    /// Whose rates it changes.
    public final Optimizer optimizer() { return optimizer; }

    /// What the next step of the optimizer's first group is made with.
    public final double learningRate() { return optimizer.learningRate(); }

    /// All that the next rates depend on, but the options.
    public final ScheduleState stateDict() {
        var rates = new ArrayList<Double>();
        for (var group : groups()) rates.add(group.learningRate());
        return new ScheduleState(kind(), epoch, rates, Arrays.stream(bases).boxed().toList(), values());
    }

    /// Goes on where the schedule stood that gave this state, one of the same kind and options; and so do the optimizer's
    /// learning rates, whether its own state was loaded before, is loaded later or not at all.
    ///
    /// @throws IllegalArgumentException if the state is of another kind of schedule, or of other groups; then nothing is changed
    public final void loadStateDict(ScheduleState state) {
        var groups = groups();
        state.check(kind(), values().keySet(), groups.length);
        load(state.values());
        for (int i = 0; i < groups.length; i++) {
            bases[i] = state.baseRates().get(i);
            groups[i].learningRate(state.learningRates().get(i));
        }
        epoch = state.epoch();
    }

    /// What states and messages call it: the class's name.
    final String kind() { return getClass().isAnonymousClass() ? "schedule" : getClass().getSimpleName(); }

    /// Where it stands, such as `StepLR[epoch=3, rates=[0.01]]`.
    @Override
    public String toString() {
        return kind() + "[epoch=" + epoch + ", rates=" + optimizer.groups().stream().map(Optimizer.Group::learningRate)
            .toList() + "]";
    }

    /// A number of times among the values of a state.
    final long count(Map<String, Double> values, String name) {
        double value = values.get(name);
        if (!(value >= 0 && value <= Checks.MOST_STEPS && value == (long) value)) throw new IllegalArgumentException(
            kind() + ": " + name + " " + value + " in the state; it must be a whole number from 0 to 2^53");
        return (long) value;
    }
}
