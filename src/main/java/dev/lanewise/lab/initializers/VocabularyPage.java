package dev.lanewise.lab.initializers;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.initializers.Vocabulary.Entry;
import dev.lanewise.lab.initializers.Vocabulary.Hit;
import dev.lanewise.lab.initializers.Vocabulary.Theirs;
import dev.lanewise.report.Column;
import dev.lanewise.report.Table;
import java.util.stream.Collectors;

/// How a [Vocabulary] is shown: in a terminal, and as the page of the documentation.
record VocabularyPage(Vocabulary vocabulary) {

    /// All laws.
    String list() {
        var table = new Table(Column.text("ours"), Column.text("law"), Column.text("also called"));
        for (var entry : vocabulary.entries()) table.row(String.join(", ", entry.ours()), entry.law(),
            entry.theirs().stream().limit(3)
            .map(each -> each.names().getFirst()).distinct().collect(Collectors.joining(", ")));
        return table.text();
    }

    /// What is to be known of a name, in a sentence or two.
    static String sentence(Hit hit) {
        var theirs = hit.theirs();
        var ours = hit.entry().ours().getFirst();
        if (theirs == null) return hit.name() + ": " + ours + ".";
        var whose = theirs.library() + ": " + hit.name();
        if (theirs.isTheLaw()) return whose + " is " + ours + (theirs.note().isEmpty() ? "." : "; " + theirs.note() + ".");
        return whose + " is not " + ours + ": " + theirs.note() + "." + (theirs.same().isEmpty() ? ""
            : " The same is " + theirs.same() + ".");
    }

    /// A law and its names.
    String entry(Entry entry) {
        var table = new Table(Column.text("library"), Column.text("name"), Column.text("draws"),
            Column.text("measured or read in"));
        for (var each : entry.theirs()) table.row(each.library(), String.join(", ", each.names()), draws(each), evidence(each));
        return entry.title() + "\n  law    " + entry.law() + "\n  paper  " + entry.paper() + "\n  ours   "
            + String.join(", ", entry.ours()) + "\n\n" + (entry.theirs().isEmpty() ? "" : table.text() + "\n");
    }

    private static String draws(Theirs theirs) {
        if (theirs.isTheLaw()) return "the same";
        return theirs.factor().isEmpty() ? theirs.same().isEmpty() ? "another law" : theirs.same()
            : "× " + Figures.format("%.4g", theirs.factor().getAsDouble()) + " variance: " + theirs.same();
    }

    private String evidence(Theirs theirs) {
        var measured = vocabulary.measured().get(theirs.measured());
        if (measured == null) return theirs.source();
        return Double.isNaN(measured.kurtosis()) ? "all " + Figures.format("%.4g", measured.mean())
            : Figures.format("std %.4g, kurtosis %.3g, within %.3g std", measured.std(), measured.kurtosis(),
                measured.greatest());
    }

    // ---- the documentation

    private static final String HEAD = """
        # Initializers by all their names

            initializers
            initializers glorot_normal
            initializers MSRA filler

        The first lists all laws; the others find one by its name in whatever library, and say where theirs isn't what its name says. This page has the
        same: it is written by `initializers --page FILE`, from [one text](../main/resources/dev/lanewise/lab/initializers/vocabulary.txt).

        *ours* is a name for `--init` and in contracts; in code they are the methods of `Initializers`, and where a class stands in front, a
        method of that. *draws* compares the variance with the law's,
        and has what of ours draws the same. Figures were [measured](../test/python/initializer_laws.py) with PyTorch 2.13, Keras 3.15, JAX 0.10 and Flax
        0.12 on a weight of 1,000 inputs and 3,000 outputs: the deviation, the kurtosis (3 for a normal law, 1.8 for a uniform one, 2.37 for a normal one
        that is cut at two deviations), and how many deviations the outermost value is away. DJL, DL4J, MXNet, Caffe and TensorFlow's contrib were read in
        their sources, whose files are named; what has neither is by its documentation. TF1 is TensorFlow before 2.
        """;

    private static final String WHOLE = """

        ## Starts of whole modules and models

        What takes more than a weight's law has no name in contracts. Each is one call.

        | name | call | what it starts | paper |
        |---|---|---|---|
        | LSUV | `LSUV.ofDefaults().run(model, batch, seed)` | weights by the deviation of what layers make | Mishkin and Matas, 2016 |
        | Admin | `Admin.run(model, batch)` | what skips the branches of normed sums, by the variances of branches | Liu and others, 2020 |
        | Mimetic | `Mimetic.ofDefaults().run(model, seed)` | self-attention: near the identity, values near a negative one | Trockman and Kolter, 2023 |
        | IRNN | `RNN.irnn(in, hidden)` | the identity, rectified, inputs normal with deviation 0.001 | Le, Jaitly and Hinton, 2015 |
        | unit forget bias | `RecurrentOptions.layers(1).forgetBias(1)` | an LSTM's forget gates, both biases in sum | Jozefowicz and others, 2015 |
        | chrono | `RecurrentOptions.layers(1).chrono(784)` | gates of an LSTM or GRU, both biases in sum | Tallec and Ollivier, 2018 |
        | orthogonal recurrence | `RecurrentOptions.layers(1).orthogonal()` | a matrix of each gate | Saxe and others, 2014 |
        | orthogonal heads | `attention.initializers(Initializers.orthogonalHeads(8), Initializers.orthogonal())` | a matrix of each head | Saxe and others' law |
        | ReZero, SkipInit | `new Residual(body, shortcut, Initializers.zeros())` | a branch's scale | Bachlechner and others, 2020; De and Smith, 2020 |
        | LoRA | `new LoRA(layer, 8, 16)` | a product of two narrow layers beside one that stays | Hu and others, 2021 |
        | muP, u-muP, NTK | `Parametrization.muP(base).apply(model, Steps.ADAM, rate)` | weights, multipliers and rates by the width | Yang and others, 2022 |
        """;

    /// In Markdown.
    String markdown() {
        var text = new StringBuilder(HEAD);
        for (var entry : vocabulary.entries()) {
            text.append("\n## ").append(entry.title()).append("\n\n").append("`").append(String.join("`, `", entry.ours()))
                .append("`: ").append(entry.law()).append(". Paper: ").append(entry.paper()).append(".\n");
            if (!entry.theirs().isEmpty()) text.append("\n| library | names | draws | to know | measured or read in"
                + " |\n|---|---|---|---|---|\n");
            for (var each : entry.theirs()) text.append("| ").append(each.library()).append(" | `")
                .append(String.join("`, `", each.names())).append("` | ")
                .append(draws(each)).append(" | ").append(each.note()).append(" | ").append(evidence(each)).append(" |\n");
        }
        return text.append(WHOLE).toString();
    }
}
