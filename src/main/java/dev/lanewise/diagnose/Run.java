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
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A network's call as it was made: which modules took part, on what, what was computed between them, and how all hang together.
///
/// Theory takes some modules as a whole; of the others the parts are looked at, and they themselves only if they give something
/// that none of their parts gave. A module that gives what it got is passed over.
final class Run {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private final List<Trace.Step> steps;
    /// Of the whole call.
    private final List<Tensor> outputs;
    private final Recording recording;
    private final Wires wires;
    private final Wiring wiring;
    private final List<Tensor> signals;
    private final double[] gradients;

    private Run(List<Trace.Step> all, List<Tensor> outputs, Recording recording, long seed) {
        this.outputs = outputs;
        this.recording = recording;
        this.steps = parts(all);
        this.wires = new Wires(recording);
        for (var step : steps) wires.add(step);
        this.wiring = wires.closed(outputs);
        this.signals = signals(all);
        this.gradients = gradients(seed);
    }

    /// Runs the call in the mode in which the model is, and a standard normal gradient back. Nothing of it is left in the model,
    /// nor do other threads see it.
    ///
    /// @param seed of the gradient
    static Run of(Module model, Supplier<?> call, long seed) {
        var steps = new ArrayList<Trace.Step>();
        var opened = new ArrayList<Tensor>();
        var recording = new Recording();
        Object[] result = {null};
        try (var _ = Autograd.enableGrad(); var _ = Scope.outside(); var _ = TENSORS.witnessed(recording)) {
            Trace.watch(model, () -> result[0] = call.get(), step -> {
                steps.add(step);
                // behind what passes no gradient on, as what rounds does, gradients begin anew
                for (var output : step.call().outputs()) if (!output.requiresGrad() && !step.call().inputs().contains(output))
                    opened.add(output.requiresGrad(true));
            });
        }
        try (var _ = Autograd.enableGrad(); var _ = Scope.outside()) {
            var outputs = new Call(List.of(), result[0]).outputs();
            if (outputs.isEmpty() && !steps.isEmpty() && steps.getLast().module() == model) outputs = steps.getLast()
                .call().outputs();
            return new Run(steps, outputs, recording, seed);
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
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.',
            dot - 1)) if (whole.contains(path.substring(0, dot))) return true;
        return !path.isEmpty() && whole.contains("");
    }

    /// What enters the network: the inputs of its call, else those of the first one within; in place of indices what is made of
    /// them.
    private List<Tensor> signals(List<Trace.Step> all) {
        if (all.isEmpty()) return List.of();
        var entering = all.getLast().path().isEmpty() ? all.getLast().call().inputs() : List.<Tensor>of();
        var signals = Collections.newSetFromMap(new IdentityHashMap<Tensor, Boolean>());
        var ordered = new ArrayList<Tensor>();
        for (var input : entering.isEmpty() ? all.getFirst().call().inputs()
            : entering) if (signals.add(input)) ordered.add(input);
        for (int i = 0; i < wiring.size(); i++) if (wiring.stages().get(i) instanceof Stage.Rule rule && rule.theory().starts()) {
            int from = wiring.sources().get(i).getFirst();
            boolean fromOutside = ordered.removeIf(signal -> signal == output(from))
                || wiring.stages().get(from) instanceof Stage.Entry;
            if (fromOutside) ordered.add(output(i));
        }
        return ordered;
    }

    Wiring wiring() { return wiring; }

    /// What a part gives; of several tensors the first one. Null if it can't be looked at.
    Tensor output(int i) { return wires.output(i); }

    /// Along which dimension its units lie, from the end if negative.
    int unitDim(int i) { return wires.unitDim(i); }

    /// What all is said relative to.
    List<Tensor> entering() { return signals; }

    /// How many numbers the call gives.
    long count() { return outputs.stream().mapToLong(Tensor::numel).sum(); }

    /// The mean squares of the gradients at the parts' outputs, that of what is sent back being 1; NaN where they can't be looked
    /// at.
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
        var gradients = new double[wiring.size()];
        if (sum == null || count == 0) return gradients;
        double sent = squares / count;
        var reached = IntStream.range(0, gradients.length).filter(i -> output(i) != null
            && recording.hasPart(Recording.key(output(i)))).toArray();
        for (int i = 0; i < gradients.length; i++) if (output(i) == null) gradients[i] = Double.NaN;
        if (reached.length == 0) return gradients;
        // not accumulated in the parameters
        var arrived = Autograd.grad(sum, IntStream.of(reached).mapToObj(this::output).toList()).iterator();
        for (int i : reached) gradients[i] = Measurement.Numbers.of(arrived.next()).square() / sent;
        return gradients;
    }

    /// Whether the same modules ran, and the same was computed between them.
    boolean isAlike(Run other) { return paths().equals(other.paths()) && wiring.sources().equals(other.wiring.sources()); }

    private List<String> paths() { return steps.stream().map(Trace.Step::path).toList(); }

    @Override
    public String toString() { return Quote.set(paths()); }
}
