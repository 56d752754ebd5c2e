package dev.lanewise.check;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// How a model's parameters should start, by their names: a small text that people write and share, and that [Audit] holds files
/// to.
///
/// ```
/// # GPT-2, as Hugging Face's names have it
/// prefix transformer.
/// let L = count(h.*.ln_1.weight)
/// h.*.c_proj.weight:      normal 0 0.02/sqrt(2 L)
/// *.bias:                 zeros
/// {wte|wpe}.weight:       normal 0 0.02
/// else *ln_*.weight:      ones
/// else *.weight:          normal 0 0.02
/// ```
///
/// The grammar stands in `src/docs/contracts.md`. The contracts of this library are such texts: [#names].
public final class Contract {

    private static final List<String> NAMES = List.of("gpt2", "bert", "llama", "vit", "resnet", "lstm", "lora", "mup");
    private static final int LONGEST = 1_000_000;
    private static final String OPERATION = "Contract.read";

    /// @param line     in which it stands, from 1
    /// @param isElse   whether it takes only what no other rule takes
    /// @param optional whether there may be no such tensor
    /// @param from     the first row; empty for the tensor's
    /// @param to       the row behind the last; empty for the tensor's end
    /// @param text     as it was written, without what stands in front of the pattern, and with one space for several
    record Rule(int line, boolean isElse, boolean optional, NamePattern pattern,
        Optional<Expression> from, Optional<Expression> to,
                ContractLaw law, String text) {}

    /// @param line in which it stands, from 1
    record Variable(int line, Expression expression) {}

    private final Path source;
    private final List<String> prefixes;
    private final Map<String, Variable> variables;
    private final List<Rule> rules;

    Contract(Path source, List<String> prefixes, Map<String, Variable> variables, List<Rule> rules) {
        this.source = source;
        this.prefixes = List.copyOf(prefixes);
        this.variables = Map.copyOf(variables);
        this.rules = List.copyOf(rules);
    }

    /// Those that come with the library.
    public static List<String> names() { return NAMES; }

    /// One of [#names].
    ///
    /// @throws IllegalArgumentException if there is none of that name
    public static Contract named(String name) {
        Objects.requireNonNull(name, "contract: no name; there are " + String.join(", ", NAMES));
        if (!NAMES.contains(name)) throw new IllegalArgumentException("there is no contract " + Quote.of(name) + "; there are "
            + String.join(", ", NAMES) + ", or write one in a file");
        try (var in = Contract.class.getResourceAsStream(name + ".contract")) {
            return parse(Path.of(name + ".contract"), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("contract " + name, e);
        }
    }

    /// A text in UTF-8.
    ///
    /// @throws MalformedFileException if it is no contract; the message says in which line, and what to do
    /// @throws UncheckedIOException   if it is missing or can't be read
    public static Contract read(Path file) {
        try {
            return parse(file, StandardCharsets.UTF_8.newDecoder()
                .decode(ByteBuffer.wrap(RegularFile.bytes(OPERATION, file, LONGEST))).toString());
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(OPERATION, file, "it is not UTF-8; save it as such").because(e);
        }
    }

    /// A text that is in no file.
    ///
    /// @throws MalformedFileException if it is no contract
    public static Contract parse(String text) { return parse(null, text); }

    private static Contract parse(Path source, String text) { return new ContractParser(source, text).contract(); }

    static MalformedFileException malformed(Path source, int line, String fault) {
        return MalformedFileException.inLine(OPERATION, source, line, fault);
    }

    /// What is wrong where a rule or a variable meets a model.
    MalformedFileException malformed(int line, String fault) { return malformed(source, line, fault); }

    List<Rule> rules() { return rules; }

    Map<String, Variable> variables() { return variables; }

    /// A tensor's name without the prefix that it begins with, if it begins with one; of several the first that is declared.
    String stripped(String name) {
        return prefixes.stream().filter(name::startsWith).findFirst().map(prefix -> name.substring(prefix.length())).orElse(name);
    }

    /// The file's name; empty for a text that is in none.
    @Override
    public String toString() { return source == null ? "" : source.toString(); }
}
