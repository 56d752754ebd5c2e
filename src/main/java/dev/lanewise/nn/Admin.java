package dev.lanewise.nn;

import dev.lanewise.figures.Statistics;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Adaptive model initialization: of networks whose residual sums are normed, what skips the i-th branch is multiplied by the
/// deviation that the sum before would have without norms, ω_1 = 1 and ω_(i+1)² = ω_i² Var x_i + Var f_i(x_i). So a sum depends
/// on its branch the less, the deeper it lies, and a step of training changes the output by some log(depth) in place of depth.
/// Source: Liu, Liu, Gao, Chen and Han, "Understanding the difficulty of training transformers", 2020, 4; the recursion is their
/// code's, which of normed x_i comes to the paper's sum of the variances of all branches before.
///
/// ```java
/// model.initialize(42);
/// Admin.run(model, batch).orThrow();
/// ```
///
/// All weights stay as they start. A batch is run once; the sums are those of modules that are [Branched], in the order in which
/// they are made, and a sum that is made more than once is measured the first time. Modules of one class are one chain, so that
/// an encoder's layers and a decoder's are two. While it measures, the model is in evaluation, and nothing is recorded for
/// backward.
///
/// The factors are no part of a state: give a model that loads one [Report#applyTo] of the report. They aren't trained; in the
/// paper they are.
public final class Admin {

    /// A norm leaves a variance of 1; a norm of own making may have it otherwise.
    private static final double MOST_VARIANCE = 2;
    /// Of a variance that is measured once more, relative: what rounding may change.
    private static final double TOLERANCE = 1e-5;

    private Admin() {}

    /// What became of a sum.
    ///
    /// @param path     of its module
    /// @param index    among the sums of that module
    /// @param skip     what skips the branch is multiplied by now
    /// @param skipped  the variance of what skips it, before that
    /// @param branch   the variance of what the branch makes
    /// @param expected what skip² should be, by the sums before as they are measured once more; NaN of one that wasn't
    public record Outcome(String path, int index, double skip, double skipped, double branch, double expected) {

        /// The part of the sum's variance that is the branch's.
        public double share() { return branch / (skip * skip * skipped + branch); }

        boolean holds() { return Math.abs(skip * skip - expected) <= TOLERANCE * expected; }
    }

    /// What became of the sums, in the order in which they are made.
    ///
    /// @param unseen paths of modules whose sums the batch doesn't come by
    public record Report(List<Outcome> sums, List<String> unseen) {

        /// Keeps copies of the lists.
        public Report {
            sums = List.copyOf(sums);
            unseen = List.copyOf(unseen);
        }

        /// Whether all sums were seen, and are, measured once more, as they should be.
        public boolean converged() { return unseen.isEmpty() && sums.stream().allMatch(Outcome::holds); }

        /// The sum of the branches' shares: how much a step changes the output, in the paper's measure. Of a chain that begins
        /// with a variance of 1 it is at most the logarithm of 1 plus the variances of all its branches.
        public double dependency() { return sums.stream().mapToDouble(Outcome::share).sum(); }

        /// This report, if every sum was reached and measured: for a program that goes on only then.
        ///
        /// @throws IllegalStateException if it isn't so; its message is the whole report
        public Report orThrow() {
            if (!converged()) throw new IllegalStateException(toString());
            return this;
        }

        /// Multiplies what skips the branches of another model of the same modules by the same: of one that loads a state.
        ///
        /// @throws IllegalArgumentException if it has no such sums; nothing is changed then
        public void applyTo(Module model) {
            var modules = model.namedModules();
            for (var sum : sums) if (!(modules.get(sum.path) instanceof Branched branched && sum.index < branched.sums().size()))
                throw new IllegalArgumentException("Admin: the model has no residual sum " + sum.index + " at \"" + sum.path
                    + "\"; give one of the same modules as that of the report");
            for (var sum : sums) ((Branched) modules.get(sum.path)).sums().get(sum.index).skip(sum.skip);
        }

        /// A table for a log.
        @Override
        public String toString() {
            return String.format(Locale.ROOT,
                "Admin: %d of %d residual sums are as they should be; branches' shares come to %.4g\n%-28s %10s %12s %12s %8s\n",
                sums.stream().filter(Outcome::holds).count(), sums.size() + unseen.size(), dependency(), "sum", "skip",
                "var skipped", "var branch", "share")
                + sums.stream().map(sum -> String.format(Locale.ROOT, "%-28s %10.5g %12.5g %12.5g %8.4f   %s",
                    sum.path + "[" + sum.index + "]", sum.skip, sum.skipped, sum.branch, sum.share(), sum.holds() ? "ok"
                    : "measured once more, it should be " + Math.sqrt(sum.expected))).collect(Collectors.joining("\n"))
                + unseen.stream().map(path -> "\n" + path + ": FAILED, the batch doesn't come by").collect(Collectors.joining());
        }
    }

    /// Of a model that takes one tensor.
    ///
    /// @param batch what the model takes; some dozens of rows or more
    /// @throws IllegalArgumentException as [#run(Module, Runnable)]
    public static Report run(Layer model, Tensor batch) {
        Objects.requireNonNull(model, "Admin: no model");
        Objects.requireNonNull(batch, "Admin: no batch");
        return run(model, () -> model.call(batch));
    }

    /// As [#run(Layer, Tensor)], for models of any call: `Admin.run(model, () -> model.call(question, context))`. If anything is
    /// thrown, all sums are as they were.
    ///
    /// @param call runs the model, always the same
    /// @throws IllegalStateException    if a parameter has no values yet: call initialize(seed) first
    /// @throws IllegalArgumentException if the model has no residual sums, or they aren't normed, or a variance isn't finite
    public static Report run(Module model, Runnable call) {
        Objects.requireNonNull(model, "Admin: no model");
        Objects.requireNonNull(call, "Admin: no call");
        var places = places(model);
        if (places.isEmpty()) throw new IllegalArgumentException("Admin: the model has no residual sums; give one of"
            + " TransformerEncoderLayer, Residual or other modules that are Branched");
        var before = new IdentityHashMap<ResidualSum, Double>();
        places.forEach(place -> before.put(place.sum, place.sum.skip()));
        try {
            var found = new Pass(places, true).of(call);
            var again = new Pass(places, false).of(call);
            var outcomes = new ArrayList<Outcome>();
            for (int i = 0; i < found.size(); i++) {
                double expected = i < again.size() ? again.get(i).expected : Double.NaN;
                var one = found.get(i);
                outcomes.add(new Outcome(one.path, one.index, one.skip, one.skipped, one.branch, expected));
            }
            var unseen = places.stream().filter(place -> found.stream().noneMatch(place::isOf)).map(Place::path)
                .distinct().toList();
            return new Report(outcomes, unseen);
        } catch (RuntimeException | Error e) {
            before.forEach(ResidualSum::skip);
            throw e;
        }
    }

    /// @param chain what sums follow each other in
    private record Place(String path, int index, ResidualSum sum, Object chain) {

        boolean isOf(Outcome outcome) { return outcome.path.equals(path) && outcome.index == index; }
    }

    private static List<Place> places(Module model) {
        var places = new ArrayList<Place>();
        var seen = new HashSet<ResidualSum>();
        model.namedModules().forEach((path, module) -> {
            if (!(module instanceof Branched branched)) return;
            for (int i = 0; i < branched.sums().size(); i++)
                if (seen.add(branched.sums().get(i))) places.add(new Place(path, i, branched.sums().get(i), module.getClass()));
        });
        return places;
    }

    /// What each chain has come to.
    private static final class Pass {

        private final List<Place> places;
        private final boolean setting;
        private final Map<Object, Double> variances = new HashMap<>();
        private final Map<Object, Tensor> last = new HashMap<>();
        private final List<Outcome> outcomes = new ArrayList<>();

        /// @param setting whether it multiplies what skips, or looks alone
        Pass(List<Place> places, boolean setting) {
            this.places = places;
            this.setting = setting;
        }

        List<Outcome> of(Runnable call) {
            try (var _ = Autograd.noGrad(); var _ = Module.evaluating()) {
                places.forEach(place -> place.sum.observer(observer(place)));
                call.run();
            } finally {
                places.forEach(place -> place.sum.observer(null));
            }
            return outcomes;
        }

        private ResidualSum.Observer observer(Place place) {
            return new ResidualSum.Observer() {
                @Override
                public void adding(Tensor skipped, Tensor made) {
                    if (outcomes.stream().noneMatch(place::isOf)) measure(place, skipped, made);
                }

                @Override
                public void added(Tensor sum) { last.put(place.chain, sum); }
            };
        }

        private void measure(Place place, Tensor skipped, Tensor made) {
            double direct = variance(skipped);
            double branch = place.sum.branch() * place.sum.branch() * variance(made);
            var what = "Admin: residual sum " + place.index + " of \"" + place.path + "\" adds a branch of variance " + branch
                + " to what has " + direct;
            if (!Double.isFinite(direct + branch) || direct == 0) throw new IllegalArgumentException(what
                + "; both must be finite, and the second more than 0: give another batch, or start the model's weights"
                + " otherwise");
            double square = variances.getOrDefault(place.chain, 1.0);
            boolean first = !variances.containsKey(place.chain);
            if (!first && (skipped == last.get(place.chain) || direct > MOST_VARIANCE
                || direct < 1 / MOST_VARIANCE)) throw new IllegalArgumentException(what
                + (skipped == last.get(place.chain) ? ", which is the sum before" : "")
                + ": it isn't normed; Admin is for networks with a norm behind each sum, as TransformerOptions.normFirst(false)"
                + " has them");
            if (setting) place.sum.skip(Math.sqrt(square));
            double skip = place.sum.skip();
            outcomes.add(new Outcome(place.path, place.index, skip, direct, branch, square));
            variances.put(place.chain, skip * skip * direct + branch);
        }

        private static double variance(Tensor x) {
            double deviation = Statistics.deviation(x.toArray());
            return deviation * deviation;
        }
    }
}
