package dev.lanewise.text;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.io.onnx.OnnxModel;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Finds and reads what belongs to a [SentenceEncoder].
final class EncoderFiles {

    private static final String OPERATION = "SentenceEncoder.read";
    private static final String ONNX = ".onnx";
    /// Of strangers' names in a message.
    private static final int MOST_NAMED = 10;
    private static final List<String> TOKENIZERS = List.of("tokenizer.json", "vocab.txt");

    private EncoderFiles() {}

    static SentenceEncoder read(Path path) {
        try {
            if (Files.isDirectory(path)) return ofFolder(path);
            var name = path.getFileName() == null ? "" : path.getFileName().toString();
            if (name.endsWith(".jar") || name.endsWith(".zip")) return ofArchive(path);
            if (name.endsWith(ONNX)) return ofFiles(tokenizerOf(path), path, path.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(OPERATION + ": " + path + " can't be read, " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(OPERATION + ": " + path + (Files.exists(path)
            ? " is no folder, and no .jar, .zip or .onnx file" : " is not there; name a folder, a .jar, .zip or .onnx file"));
    }

    // ---- folders

    private static SentenceEncoder ofFolder(Path folder) throws IOException {
        for (var name : List.of("model.onnx", "onnx/model.onnx")) {
            if (Files.exists(folder.resolve(name))) return ofFiles(tokenizerIn(folder, ""), folder.resolve(name), folder);
        }
        try (var files = Files.list(folder)) {
            var model = only("" + folder, "network in .onnx", "networks", files.map(Path::toString), file -> file.endsWith(ONNX));
            return ofFiles(tokenizerIn(folder, ""), Path.of(model), folder);
        }
    }

    private static Path tokenizerIn(Path folder, String prefix) {
        return TOKENIZERS.stream().map(name -> folder.resolve(prefix + name)).filter(Files::exists).findFirst()
            .orElseThrow(() -> new IllegalArgumentException(OPERATION + ": there is no " + prefix
                + String.join(" and no " + prefix, TOKENIZERS) + " in " + folder));
    }

    /// Beside the network: of the same name, or by itself; or in the folder above that of the network.
    private static Path tokenizerOf(Path model) {
        var folder = model.toAbsolutePath().getParent();
        var name = model.getFileName().toString();
        var own = folder.resolve(name.substring(0, name.length() - ONNX.length()) + "-tokenizer.json");
        if (Files.exists(own)) return own;
        boolean above = folder.endsWith("onnx") && TOKENIZERS.stream().noneMatch(each -> Files.exists(folder.resolve(each)));
        return tokenizerIn(above ? folder.getParent() : folder, "");
    }

    private static SentenceEncoder ofFiles(Path tokenizer, Path model, Path folder) throws IOException {
        var longest = json(folder.resolve("sentence_bert_config.json")).flatMap(file -> file.field("max_seq_length"))
            .map(JsonValue::count);
        var pooling = json(folder.resolve("1_Pooling").resolve("config.json")).map(EncoderFiles::pooling).orElse(Pooling.MEAN);
        return sideBySide(() -> TokenizerFile.read(OPERATION, tokenizer), () -> OnnxModel.read(model),
            (read, network) -> new SentenceEncoder(longest.map(read::maxTokens).orElse(read), network, pooling));
    }

    private static Optional<JsonValue> json(Path file) throws IOException {
        return Files.exists(file) ? Optional.of(JsonParser.parse(new Origin(OPERATION, file, ""), Files.readAllBytes(file)))
            : Optional.empty();
    }

    /// Sentence Transformers names each kind in a field of its own.
    static Pooling pooling(JsonValue config) {
        var on = config.fields().keySet().stream().filter(name -> name.startsWith("pooling_mode_"))
            .filter(name -> config.need(name).truth()).toList();
        if (on.equals(List.of("pooling_mode_mean_tokens"))) return Pooling.MEAN;
        if (on.equals(List.of("pooling_mode_cls_token"))) return Pooling.CLS;
        throw config.malformed("it asks for " + on.stream().limit(MOST_NAMED).map(Quoted::of).toList()
            + "; read are pooling_mode_mean_tokens and pooling_mode_cls_token, one of them");
    }

    // ---- archives

    private static SentenceEncoder ofArchive(Path file) throws IOException {
        try (var zip = new ZipFile(file.toFile())) {
            var names = zip.stream().map(ZipEntry::getName).toList();
            var model = only("" + file, "network in .onnx", "networks", names.stream(), name -> name.endsWith(ONNX));
            var tokenizer = only("" + file, "tokenizer.json or vocab.txt", "tokenizers", names.stream(),
                name -> TOKENIZERS.stream().anyMatch(name::endsWith));
            var origin = new Origin(OPERATION, file, tokenizer);
            var bytes = bytes(zip, tokenizer);
            return sideBySide(() -> tokenizer.endsWith(".txt") ? TokenizerFile.ofVocabulary(origin, bytes)
                : TokenizerFile.ofJson(origin, bytes),
                () -> OnnxModel.read(Source.of(bytes(zip, model)).named(file + "!" + model)),
                (read, network) -> new SentenceEncoder(read, network, Pooling.MEAN));
        } catch (ZipException e) {
            throw new MalformedFileException(OPERATION, file, "it is no archive, or was damaged: " + e.getMessage()).because(e);
        }
    }

    private static byte[] bytes(ZipFile zip, String name) throws IOException {
        var entry = zip.getEntry(name);
        if (entry.getSize() < 0 || entry.getSize() > Integer.MAX_VALUE - 8) throw new ZipException(name + " has "
            + entry.getSize() + " bytes");
        var bytes = new byte[(int) entry.getSize()];
        try (var in = zip.getInputStream(entry)) {
            if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) throw new ZipException(name + " is cut off");
        } catch (EOFException e) {
            throw new ZipException(name + " is cut off");
        }
        return bytes;
    }

    // ---- both at a time

    private interface Reading<T> {
        T read() throws IOException;
    }

    /// Each takes a third of the time of a process that embeds one text. What is wrong with the tokenizer is said first.
    private static SentenceEncoder sideBySide(Supplier<WordPieceTokenizer> tokenizer, Reading<OnnxModel> model,
        BiFunction<WordPieceTokenizer, OnnxModel, SentenceEncoder> both) throws IOException {
        var reading = new FutureTask<>(tokenizer::get);
        Thread.ofPlatform().daemon().name("lanewise-text-tokenizer").start(reading);
        OnnxModel network = null;
        Throwable fault = null;
        try {
            network = model.read();
        } catch (Throwable e) {
            fault = e;
        }
        var read = await(reading);
        if (fault instanceof IOException e) throw e;
        if (fault != null) throw unchecked(fault);
        return both.apply(read, network);
    }

    /// However often this thread is interrupted meanwhile: reading ends soon, and leaves it interrupted.
    private static <T> T await(FutureTask<T> task) {
        boolean interrupted = false;
        try {
            while (true) try {
                return task.get();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        } catch (ExecutionException e) {
            throw unchecked(e.getCause());
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException unchecked(Throwable fault) {
        if (fault instanceof Error e) throw e;
        return (RuntimeException) fault;
    }

    private static String only(String where, String one, String several, Stream<String> names, Predicate<String> which) {
        var found = names.filter(which).sorted().toList();
        if (found.isEmpty()) throw new IllegalArgumentException(OPERATION + ": " + where + " has no " + one);
        if (found.size() > 1) throw new IllegalArgumentException(OPERATION + ": " + where + " has several " + several + ": "
            + found + "; name one file");
        return found.getFirst();
    }
}
