package dev.lanewise.lab.initializers;

import dev.lanewise.file.Quote;
import dev.lanewise.file.WholeFile;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Terminal;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds initializers by the names that they have in papers and libraries: `initializers glorot_normal`.
public final class InitializerNames implements Command {

    private static final int WIDTH = 110;

    private static final Option<List<Path>> NAME = Option.operands("NAME",
        "An initializer's or a gain's name in a paper, PyTorch, Keras, JAX, Flax, DJL, DL4J, TensorFlow 1, Caffe, MXNet, or here;"
        + " all if there is none");
    private static final Option<Optional<Path>> PAGE = Option.output("--page", "FILE", "Writes all of it to a file in Markdown");

    @Override
    public String name() { return "initializers"; }

    @Override
    public String summary() { return "Finds initializers by the names that they have elsewhere, and what those draw."; }

    @Override
    public Optional<Option<List<Path>>> operands() { return Optional.of(NAME); }

    @Override
    public List<Option<?>> options() { return List.of(PAGE); }

    @Override
    public List<Output> outputs(Options options) {
        return options.get(PAGE).map(file -> new Output("--page", file)).stream().toList();
    }

    @Override
    public void run(Options options, PrintStream out) {
        var page = new VocabularyPage(Vocabulary.load());
        options.get(PAGE).ifPresent(file -> WholeFile.writeOrSend("initializers", file,
            to -> to.write(page.markdown().getBytes(StandardCharsets.UTF_8))));
        var asked = options.get(NAME).stream().map(Path::toString).collect(Collectors.joining(" "));
        if (asked.isEmpty()) {
            out.println(page.list());
            out.println("initializers NAME says what one is called elsewhere, and what it draws there.");
            return;
        }
        var hits = page.vocabulary().find(asked);
        if (hits.isEmpty()) throw new IllegalArgumentException("initializers: nothing is called " + Quote.of(asked)
            + "; try a part of the name, such as glorot or msra, or list all with: initializers");
        for (var hit : hits) out.println(Terminal.wrapped(VocabularyPage.sentence(hit), WIDTH));
        var related = page.vocabulary().related(asked, hits);
        if (!related.isEmpty()) out.println(Terminal.wrapped("See also " + related.stream()
            .map(entry -> entry.ours().getFirst()).distinct().collect(Collectors.joining(", ")) + ".", WIDTH));
        out.println();
        for (var entry : hits.stream().map(Vocabulary.Hit::entry).distinct().toList()) out.println(page.entry(entry));
    }
}
