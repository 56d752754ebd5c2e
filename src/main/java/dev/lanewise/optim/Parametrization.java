package dev.lanewise.optim;

import dev.lanewise.nn.Branched;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Multiplied;
import java.util.List;
import java.util.Objects;

/// How a network's starts, multipliers and rates change with its width and depth, so that what was tuned at one size holds at
/// others. One call says all three:
///
/// ```java
/// var net = build(4096);
/// var groups = Parametrization.muP(build(128)).apply(net, Parametrization.Steps.ADAM, 1e-3);
/// net.initialize(42);
/// var optimizer = new Adam(groups, 1e-3, Adam.options());
/// ```
///
/// The base is the same network at the width where the rate was found; declared, it needs no values. By it each parameter is of a
/// [Kind], and n below is by how much a side grew. At the base's own width nothing changes.
///
/// | [#muP], of | deviation | multiplier | rate, SGD | rate, Adam |
/// |---|---|---|---|---|
/// | input weights, embeddings, biases, norms | base's | 1 | n out | 1 |
/// | hidden weights | base's / √(n in) | 1 | 1 | 1 / n in |
/// | output weights | base's | 1 / n in | n in | 1 |
/// | what didn't grow | base's | 1 | 1 | 1 |
///
/// Heads of attention that grew scale products by 1 / width, and as the base at its width. Sources: Yang, Hu, Babuschkin, Sidor,
/// Liu, Farhi, Ryder, Pachocki, Chen and Gao, "Tensor programs V: tuning large neural networks via zero-shot hyperparameter
/// transfer", 2022, table 8; for depths, [#branches(int)]: Yang, Yu, Zhu and Hayou, "Tensor programs VI: feature learning in
/// infinite-depth neural networks", 2023.
///
/// | [#unitScaled], of | deviation | multiplier | rate, Adam |
/// |---|---|---|---|
/// | embeddings | 1 | 1 | 1 / √out |
/// | other input weights, hidden weights | 1 | 1 / √in | 1 / √in |
/// | output weights | 1 | 1 / in | 1 |
/// | biases, norms | its own | 1 | 1 |
///
/// Source: Blake, Eichenberg, Dean, Balles, Prince, Deiseroth, Cruz-Salinas, Luschi, Weinbach and Orr, "u-μP: the unit-scaled
/// maximal update parametrization", 2024, table 2, and the authors' library unit-scaling, optim.py, which has the rate of input
/// weights that are no embeddings. Embeddings change by ever less in a step as the width grows, unlike muP's: the authors found
/// it best, and a coordinate check of theirs isn't flat there. Theirs scales gradients in each operation, too, so that they have
/// size 1 in formats of fewer bits (Blake, Orr and Luschi, "Unit scaling: out-of-the-box low-precision training", 2023). Here
/// they aren't: Adam divides by their size, so that steps are the same, and float32 has room for them. But hidden weights' shrink
/// like in^(-3/2), and what Adam adds to their size, `eps`, isn't scaled: where widths are in the ten thousands, make it smaller
/// than 1e-8 (Everett and others, below).
///
/// | [#ntk], of | deviation | multiplier | rate, SGD | rate, Adam |
/// |---|---|---|---|---|
/// | weights | its own · √in | 1 / √in | 1 | 1 / √in |
/// | biases, norms | its own | 1 | 1 | 1 |
///
/// The network starts as it would without, and its weights have deviation 1 where they had 1 / √in. Sources: Jacot, Gabriel and
/// Hongler, "Neural tangent kernel: convergence and generalization in neural networks", 2018; SGD's rate, which is the same for
/// all: Yang and Hu, "Feature learning in infinite-width neural networks", 2021, table 1; Adam's: Everett, Xiao, Wortsman, Alemi,
/// Novak, Liu, Gur, Sohl-Dickstein, Kaelbling, Lee and Pennington, "Scaling exponents across parameterizations and optimizers",
/// 2024, where updates are taken to be aligned with what they meet. That is as much as can be without growing, so Adam's features
/// learn here as in muP; SGD's don't, as the kernel's theory says.
public final class Parametrization {

    /// What a parameter is in a network that gets wider.
    public enum Kind {
        /// Neither side grew.
        FIXED,
        /// The outputs grew alone: input weights, embeddings, and whatever is a vector: biases, norms.
        INPUT,
        /// Both sides grew.
        HIDDEN,
        /// The inputs grew alone.
        OUTPUT
    }

    /// By what an optimizer's step is measured.
    public enum Steps {
        /// The gradient: SGD, with momentum or without.
        SGD,
        /// Its sign, more or less: Adam, AdamW, Lion, RMSprop and others that divide by its size.
        ADAM
    }

    /// What is said of a parameter.
    ///
    /// @param path       in the model
    /// @param deviation  the root of the mean square that its values start with
    /// @param multiplier of the module that it belongs to
    /// @param rate       what the learning rate is multiplied by
    public record Row(String path, Kind kind, double deviation, double multiplier, double rate) {}

    enum Rules {STANDARD, MU_P, UNIT, NTK}

    private final Rules rules;
    /// Null for none.
    private final Module base;
    /// 0 if depth changes nothing.
    private final int baseBranches;
    /// NaN for that of the optimizer.
    private final double decay;

    private Parametrization(Rules rules, Module base, int baseBranches, double decay) {
        this.rules = rules;
        this.base = base;
        this.baseBranches = baseBranches;
        this.decay = decay;
    }

    Rules rules() { return rules; }

    Module base() { return base; }

    int baseBranches() { return baseBranches; }

    double decay() { return decay; }

    private static Module given(String what, Module base) {
        return Objects.requireNonNull(base, what + ": no base; give the same network at the width where its rate was found");
    }

    /// Nothing changes with the width but what initializers make of the fan: what others are compared with.
    public static Parametrization standard() { return new Parametrization(Rules.STANDARD, null, 0, Double.NaN); }

    /// The maximal update parametrization.
    ///
    /// @param base the same network at the width where the rate was found
    public static Parametrization muP(Module base) { return new Parametrization(Rules.MU_P, given("muP", base), 0, Double.NaN); }

    /// The unit-scaled maximal update parametrization.
    ///
    /// @param base the same network at another width: it says what grows, and nothing more
    public static Parametrization unitScaled(Module base) {
        return new Parametrization(Rules.UNIT, given("u-muP", base), 0, Double.NaN);
    }

    /// The neural tangent kernel's.
    public static Parametrization ntk() { return new Parametrization(Rules.NTK, null, 0, Double.NaN); }

    /// For networks of other depths, too: what each branch makes is multiplied by √(`base` / branches), and Adam's rates of what
    /// it is made of likewise; SGD's stay. Branches are counted as [Branched#sums()] of the whole model.
    ///
    /// @param base how many there were where the rate was found, 1 for absolute rules, as [#unitScaled]'s
    public Parametrization branches(int base) {
        if (base < 1) throw new IllegalArgumentException("parametrization: " + base
            + " branches where the rate was found; give 1 or more");
        return new Parametrization(rules, this.base, base, decay);
    }

    /// With a weight decay of which each group gets so much that its product with the rate is the same in all: of decoupled
    /// decay, as AdamW's, a weight loses the same share in each step at every width.
    ///
    /// @param decay that of a group with the whole rate, 0 or more
    public Parametrization weightDecay(double decay) {
        return new Parametrization(rules, base, baseBranches, Checks.nonNegative("parametrization", "weight decay", decay));
    }

    /// Declares how the model's parameters start, sets its multipliers, and gives the groups for its optimizer: one for each
    /// rate, named by it. Initialize the model behind this call. Multipliers that there were are replaced, so that a second call
    /// changes nothing.
    ///
    /// @param learningRate the one that was found
    /// @throws IllegalArgumentException if the base's parameters aren't the model's, if a module that needs a multiplier isn't
    ///     [Multiplied], or if there are no rules for such steps
    public ParameterGroups apply(Module model, Steps steps, double learningRate) {
        Checks.nonNegative("parametrization", "learning rate", learningRate);
        return new ParametrizationPlan(this, model, steps).apply(learningRate);
    }

    /// What [#apply] says of each parameter, which this leaves as it is.
    ///
    /// @throws IllegalArgumentException as [#apply]
    public List<Row> table(Module model, Steps steps) { return new ParametrizationPlan(this, model, steps).rows(); }
}
