package dev.lanewise.tensor;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A program in training: from step to step its parameters change in place, as an optimizer changes them. Two runs of a
/// program have the same bits in each step.
final class ProgramRun {

    /// v becomes v / 2 + g, p becomes p - rate v; a slope that is steep or NaN is left out, since it would spoil all later steps.
    private static final Elementwise UPDATE = update();
    private static final float RATE = 0x1p-7f;

    final RandomProgram program;
    /// All leaves but one.
    final List<Tensor> parameters = new ArrayList<>();
    final Tensor constant;
    private final List<Tensor> momenta;
    private int steps;

    ProgramRun(RandomProgram program) {
        this.program = program;
        for (var leaf : program.leaves()) parameters.add(leaf.clone().requiresGrad(true));
        this.constant = parameters.removeLast().requiresGrad(false);
        this.momenta = parameters.stream().map(p -> Tensor.zeros(p.shape().toArray())).toList();
    }

    private static Elementwise update() {
        var g = Expr.slot(1);
        var tame = Expr.select(Comparison.LE, g.abs(), Expr.constant(1f), g, Expr.constant(0f));
        var v = Expr.slot(2).fma(Expr.constant(0.5f), tame);
        return new Elementwise(new Formula("update", List.of(
            new Formula.Output(0, Expr.scalar(0).fma(v, Expr.slot(0))), new Formula.Output(2, v))));
    }

    /// Runs the program, takes gradients and changes the parameters.
    ///
    /// @param seen is given each result and each gradient as soon as it is there
    void step(Consumer<Tensor> seen) {
        // now and then gradients of several steps add up
        if (steps % 4 != 3) parameters.forEach(Tensor::zeroGrad);
        var leaves = new ArrayList<>(parameters);
        leaves.add(constant);
        var values = program.run(leaves, seen);
        var loss = loss(values, seen);
        if (steps % 2 == 0) gradientsAsValues(loss, values, seen);
        if (steps % 3 == 2) slopesOfSlopes(loss, seen);
        else plainly(loss, values, seen);
        for (int i = 0; i < momenta.size(); i++)
            InPlace.apply(UPDATE, new float[] {-RATE}, parameters.get(i), parameters.get(i).grad(), momenta.get(i));
        steps++;
    }

    @Override
    public String toString() { return "step " + steps + " of " + program; }

    /// A number that each value has a part in.
    private Tensor loss(List<Tensor> values, Consumer<Tensor> seen) {
        var sum = Tensor.scalar(0f);
        for (var end : program.ends(values)) {
            var term = end.sin();
            seen.accept(term);
            sum = sum.add(term.mean());
            seen.accept(sum);
        }
        return sum;
    }

    private static void gradientsAsValues(Tensor loss, List<Tensor> values, Consumer<Tensor> seen) {
        Autograd.grad(loss, values.stream().filter(Tensor::requiresGrad).toList(), null, true, false).forEach(seen);
    }

    private void plainly(Tensor loss, List<Tensor> values, Consumer<Tensor> seen) {
        for (int i = 0; i < values.size(); i += 3) if (values.get(i).requiresGrad()) values.get(i).retainGrad();
        loss.backward();
        for (var value : values) if (value.grad() != null) seen.accept(value.grad());
    }

    /// The squares of the first gradients are part of what is descended.
    private void slopesOfSlopes(Tensor loss, Consumer<Tensor> seen) {
        loss.backward(null, false, true);
        var sum = Tensor.scalar(0f);
        for (var parameter : parameters) {
            seen.accept(parameter.grad());
            sum = sum.add(parameter.grad().square().mean());
            seen.accept(sum);
        }
        if (sum.requiresGrad()) sum.backward();
        for (var parameter : parameters) seen.accept(parameter.grad());
    }

    /// Whether a tensor shows a parameter's own memory, and so changes with it.
    boolean isOfParameter(Tensor x) { return parameters.stream().anyMatch(parameter -> parameter.storage == x.storage); }
}
