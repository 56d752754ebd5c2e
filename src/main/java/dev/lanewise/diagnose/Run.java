package dev.lanewise.diagnose;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.file.Quote;
import dev.lanewise.nn.Call;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Trace;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// A network's call as it was made: which modules took part, on what, and how their outputs hang together.
///
/// Theory takes some modules as a whole; of the others the parts are looked at, and they themselves only if they give something
/// that none of their parts gave. A module that gives what it got is passed over.
final class Run {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private final List<Trace.Step> steps;
    /// Of the whole call.
    private final List<Tensor> outputs;
    private final Wiring wiring;
    private final TensorBridge.Lineage lineage;
    private final List<Tensor> signals;
    private final double[] gradients;

    private Run(List<Trace.Step> all, List<Tensor> outputs, long seed) {
        this.outputs = outputs;
        this.steps = parts(all);
        this.lineage = TENSORS.lineage(outputs, steps.stream().map(step -> step.call().output()).toList());
        this.wiring = wire();
        this.signals = signals(all);
        this.gradients = gradients(seed);
    }

    /// Runs the call in the mode in which the model is, and a standard normal gradient back. Nothing of it is left in the model, nor
    /// do other threads see it.
    ///
    /// @param seed of the gradient
    static Run of(Module model, Supplier<?> call, long seed) {
        var steps = new ArrayList<Trace.Step>();
        var opened = new ArrayList<Tensor>();
        Object[] result = {null};
        try (var _ = Autograd.enableGrad(); var _ = Scope.outside()) {
            Trace.watch(model, () -> result[0] = call.get(), step -> {
                steps.add(step);
                // behind what passes no gradient on, as what rounds does, gradients begin anew
                for (var output : step.call().outputs()) if (!output.requiresGrad() && !step.call().inputs().contains(output))
                    opened.add(output.requiresGrad(true));
            });
            var outputs = new Call(List.of(), result[0]).outputs();
            if (outputs.isEmpty() && !steps.isEmpty() && steps.getLast().module() == model) outputs = steps.getLast().call().outputs();
            return new Run(steps, outputs, seed);
        } finally {
            for (var tensor : opened) tensor.requiresGrad(false);
        }
    }

    private static List<Trace.Step> parts(List<Trace.Step> all) {
        var whole = new HashSet<String>();
        for (var step : all) if (Stage.isWhole(step.module())) whole.add(step.path());
        var given = Collections.newSetFromMap(new IdentityHashMap<Tensor, Boolean>());
        var parts = new ArrayList<Trace.Step>();
        for (var step : all) {
            if (isWithin(step.path(), whole) || step.call().outputs().isEmpty()) continue;
            var output = step.call().output();
            if (step.call().inputs().stream().anyMatch(input -> input == output) || !given.add(output)) continue;
            parts.add(step);
        }
        return parts;
    }

    private static boolean isWithin(String path, Set<String> whole) {
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) if (whole.contains(path.substring(0, dot))) return true;
        return !path.isEmpty() && whole.contains("");
    }

    private Wiring wire() {
        var numbers = new IdentityHashMap<Tensor, Integer>();
        for (int i = 0; i < steps.size(); i++) numbers.put(steps.get(i).call().output(), i);
        var stages = new ArrayList<Stage>();
        var sources = new ArrayList<Integer>();
        var consumers = new ArrayList<Integer>();
        for (var step : steps) {
            var inputs = step.call().inputs();
            // theory is of one input
            stages.add(inputs.size() == 1 ? Stage.of(step.path(), step.module()) : new Stage.Gap(step.path(), step.module()));
            sources.add(inputs.size() == 1 ? numbers.getOrDefault(inputs.getFirst(), Wiring.OUTSIDE) : Wiring.OUTSIDE);
            consumers.add(consumer(step.call().output(), numbers));
        }
        return new Wiring(stages, sources, consumers);
    }

    private int consumer(Tensor output, Map<Tensor, Integer> numbers) {
        var behind = lineage.gatesBehind(output);
        if (behind.size() != 1) return Wiring.OTHERS;
        var next = behind.iterator().next();
        if (next == output) return Wiring.END;
        int number = numbers.get(next);
        var inputs = steps.get(number).call().inputs();
        return inputs.size() == 1 && inputs.getFirst() == output ? number : Wiring.OTHERS;
    }

    /// What enters the network: the inputs of its call, else those of the first one within; in place of indices what is made of them.
    private List<Tensor> signals(List<Trace.Step> all) {
        if (all.isEmpty()) return List.of();
        var entering = all.getLast().path().isEmpty() ? all.getLast().call().inputs() : List.<Tensor>of();
        var signals = Collections.newSetFromMap(new IdentityHashMap<Tensor, Boolean>());
        var ordered = new ArrayList<Tensor>();
        for (var input : entering.isEmpty() ? all.getFirst().call().inputs() : entering) if (signals.add(input)) ordered.add(input);
        for (int i = 0; i < steps.size(); i++) if (wiring.stages().get(i) instanceof Stage.Passage passage && passage.theory().starts()) {
            var call = steps.get(i).call();
            boolean fromOutside = ordered.removeIf(signal -> signal == call.input()) || wiring.sources().get(i) == Wiring.OUTSIDE;
            if (fromOutside) ordered.add(call.output());
        }
        return ordered;
    }

    Wiring wiring() { return wiring; }

    /// Of each of the modules, the first one.
    List<Tensor> moduleOutputs() { return steps.stream().map(step -> step.call().output()).toList(); }

    /// What the module gets that has no [Wiring#sources].
    Tensor input(int i) { return steps.get(i).call().input(); }

    boolean hasInput(int i) { return !steps.get(i).call().inputs().isEmpty(); }

    /// What all is said relative to.
    List<Tensor> entering() { return signals; }

    /// How many numbers the call gives.
    long count() { return outputs.stream().mapToLong(Tensor::numel).sum(); }

    /// The mean squares of the gradients at the modules' outputs, that of what is sent back being 1.
    double[] gradients() { return gradients; }

    private double[] gradients(long seed) {
        var random = new Threefry(seed).stream("output gradient");
        double squares = 0;
        long count = 0;
        Tensor sum = null;
        for (var output : outputs) {
            var gradient = Tensor.randn(random, output.shape().toArray());
            squares += Measurement.Numbers.of(gradient).square() * gradient.numel();
            count += gradient.numel();
            if (!output.requiresGrad()) continue;
            var part = output.mul(gradient).sum();
            sum = sum == null ? part : sum.add(part);
        }
        var gradients = new double[steps.size()];
        if (sum == null || count == 0) return gradients;
        double sent = squares / count;
        var reached = moduleOutputs().stream().filter(lineage::hasPart).toList();
        if (reached.isEmpty()) return gradients;
        // not accumulated in the parameters
        var arrived = Autograd.grad(sum, reached).iterator();
        for (int i = 0; i < gradients.length; i++)
            if (lineage.hasPart(steps.get(i).call().output())) gradients[i] = Measurement.Numbers.of(arrived.next()).square() / sent;
        return gradients;
    }

    /// Whether the same modules ran.
    boolean isAlike(Run other) { return paths().equals(other.paths()); }

    private List<String> paths() { return steps.stream().map(Trace.Step::path).toList(); }

    @Override
    public String toString() { return Quote.set(paths()); }
}
