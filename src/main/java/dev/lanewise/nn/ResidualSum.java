package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// Where what a branch makes is added to what skips it: skip · x + branch · f(x). Both numbers are fixed, and 1 unless they are
/// set: DeepNorm and Admin make the first larger, depth-muP the second smaller. They aren't trained, nor part of a state.
public final class ResidualSum {

    private double skip = 1;
    private double branch = 1;
    /// Of what is added, by what looks at a network before it is used; null for none.
    private Observer observer;

    /// Sees what is added.
    interface Observer {

        /// Before it is; it may change the factors yet.
        void adding(Tensor skipped, Tensor made);

        void added(Tensor sum);
    }

    /// What skips the branch is multiplied by.
    public double skip() { return skip; }

    /// Sets what the input is multiplied by where it skips the branch.
    ///
    /// @param factor positive and finite
    public ResidualSum skip(double factor) {
        skip = Multiplied.checked("residual sum: skip", factor);
        return this;
    }

    /// What the branch makes is multiplied by.
    public double branch() { return branch; }

    /// Sets what the branch's result is multiplied by.
    ///
    /// @param factor positive and finite
    public ResidualSum branch(double factor) {
        branch = Multiplied.checked("residual sum: branch", factor);
        return this;
    }

    /// The sum.
    ///
    /// @param skipped what skips the branch
    /// @param made    what the branch makes
    public Tensor of(Tensor skipped, Tensor made) {
        var watching = observer;
        if (watching != null) watching.adding(skipped, made);
        var sum = times(skipped, skip).add(times(made, branch));
        if (watching != null) watching.added(sum);
        return sum;
    }

    void observer(Observer observer) { this.observer = observer; }

    private static Tensor times(Tensor x, double factor) { return factor == 1 ? x : x.mul((float) factor); }
}
