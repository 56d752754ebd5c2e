package dev.lanewise.lab.initializers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.Audit;
import dev.lanewise.check.Contract;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.initializers.Vocabulary.Entry;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The names that initializers have elsewhere.
class InitializerNamesTest {

    private static final Vocabulary VOCABULARY = Vocabulary.load();
    private static final Path PAGE = Path.of(System.getProperty("user.dir"), "src/docs/initializers.md");
    private static final int IN = 1000;
    private static final int OUT = 3000;
    /// Of a measured deviation, of 3,000,000 values: 1,000 of a bias, so 3 times what those have.
    private static final double ERROR = 0.03;

    private static Distribution law(String ours, int in, int out) {
        return Scheme.named(ours).weight().distribution(Fan.linear(in, out), Shape.of(out, in));
    }

    @Test
    void allOfOursHaveAnEntry() {
        var named = VOCABULARY.entries().stream().flatMap(entry -> entry.ours().stream()).toList();
        assertEquals(List.of(), Scheme.ALL.stream().map(Scheme::name).filter(name -> !named.contains(name)).toList());
        assertEquals(List.of(), VOCABULARY.entries().stream().map(Entry::title).filter(title -> VOCABULARY.entries().stream()
            .filter(entry -> entry.title().equals(title)).count() > 1).toList());
    }

    /// A contract works the entry's variance out, as the text has it; ours has it.
    @Test
    void oursHaveTheVarianceThatIsWritten(@TempDir Path folder) {
        var entries = VOCABULARY.entries().stream().filter(entry -> !List.of("-", "0").contains(entry.variance())).toList();
        var tensors = new LinkedHashMap<String, Tensor>();
        var rules = new StringBuilder();
        for (int i = 0; i < entries.size(); i++) {
            tensors.put("w" + i + "_", Tensor.zeros(30, 20));
            rules.append("w").append(i).append("_: normal 0 sqrt(").append(entries.get(i).variance()).append(")")
                .append(" fan 20 30\n");
        }
        var file = folder.resolve("w.safetensors");
        Safetensors.write(file, tensors);
        var should = Audit.of(Contract.parse(rules.toString()), List.of(file), Map.of()).lines().stream()
            .collect(Collectors.toMap(Audit.Line::tensor, Audit.Line::should));
        for (int i = 0; i < entries.size(); i++) {
            var ours = entries.get(i).ours().getFirst();
            assertEquals(should.get("w" + i + "_"), Math.sqrt(law(ours, 20, 30).variance()),
                1e-9 * should.get("w" + i + "_"), ours);
        }
        for (var entry : VOCABULARY.entries()) if (entry.variance().equals("0")) assertEquals(0,
            law(entry.ours().getFirst(), 20, 30).variance());
    }

    @Test
    void whatIsTheSameAsTheirsHasTheirVariance() {
        for (var entry : VOCABULARY.entries()) for (var theirs : entry.theirs()) {
            if (theirs.same().isEmpty()) {
                assertTrue(theirs.factor().isEmpty() || theirs.isTheLaw(), () -> theirs.names()
                    + " has another variance, and nothing of ours");
                continue;
            }
            assertFalse(theirs.isTheLaw(), () -> theirs.names().toString());
            assertFalse(theirs.note().isEmpty(), () -> theirs.names() + " isn't the law, and nothing says why");
            double same = law(theirs.same(), IN, OUT).variance();
            if (theirs.factor().isPresent()) assertEquals(theirs.factor().getAsDouble(),
                same / law(entry.ours().getFirst(), IN, OUT).variance(), 1e-6, () -> theirs.names().toString());
        }
    }

    /// What was measured has the deviation and the kurtosis of what is said to be the same.
    @Test
    void whatWasMeasuredIsWhatIsSaid() {
        int compared = 0;
        for (var entry : VOCABULARY.entries()) for (var theirs : entry.theirs()) {
            if (theirs.measured().isEmpty()) continue;
            var measured = VOCABULARY.measured().get(theirs.measured());
            assertTrue(measured != null, () -> theirs.measured() + " is no line of measured.txt");
            if (!theirs.isTheLaw() && theirs.same().isEmpty() || entry.variance().equals("-")) continue;
            var law = law(theirs.isTheLaw() ? entry.ours().getFirst() : theirs.same(), IN, OUT);
            double std = Math.sqrt(law.variance());
            assertEquals(std, measured.std(), ERROR * std, () -> theirs.measured());
            if (std == 0) continue;
            assertEquals(law.kurtosis(), measured.kurtosis(), ERROR * 3, () -> theirs.measured());
            compared++;
        }
        assertTrue(compared > 35, "compared: " + compared);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"glorot_normal | Keras: GlorotNormal is xavier-truncated",
        "MSRA filler | Caffe: MSRAFiller is kaiming-normal", "keras GlorotUniform | is xavier-uniform",
            "lecun_uniform | DL4J: LECUN_UNIFORM is not lecun-uniform: its bound is 3/√in for √(3/in). The same is"
            + " kaiming-uniform:1.7320508075688772",
        "XavierInitializer | DJL: XavierInitializer() is not xavier-uniform", "nn.Linear | PyTorch",
        "caffe xavier | is lecun-uniform; Glorot's by name alone", "variance_scaling_initializer | 0.879625",
        "kaiming-normal | He's normal law: kaiming-normal", "calculate_gain('tanh') | is kaiming-normal:tanh",
        "saxe 2014 | Orthogonal: orthogonal", "XAVIER | DL4J: XAVIER is xavier-normal"})
    void aNameIsFound(String asked, String sentence) {
        var sentences = VOCABULARY.find(asked.strip()).stream().map(VocabularyPage::sentence).collect(Collectors.joining(" "));
        assertTrue(sentences.contains(sentence.strip()), () -> asked + ": " + sentences);
    }

    /// As people type them, and what they are to find.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"xavier | lecun-uniform", "kaiming_normal_ | kaiming-normal",
        "he_uniform | kaiming-uniform", "lecun | lecun-truncated", "XavierFiller | lecun-uniform",
            "tf.contrib.layers.xavier_initializer | xavier-uniform", "MSRAPrelu | kaiming-normal",
            "trunc_normal_ | truncated-normal",
        "variance_scaling_initializer | lecun-truncated", "nn.initializers.delta_orthogonal | delta-orthogonal",
        "WeightInit.RELU | kaiming-normal", "torch.nn.init.orthogonal_ | orthogonal",
        "keras.initializers.HeNormal | kaiming-truncated", "tf.keras.initializers.GlorotUniform() | xavier-uniform",
        "tf.initializers.he_normal | kaiming-truncated", "jax.nn.initializers.variance_scaling | lecun-truncated",
        "mx.init.Xavier | xavier-uniform", "mxnet.init.MSRAPrelu() | kaiming-normal", "glorot | xavier-truncated",
        "He initialization | kaiming-normal", "Kaiming He | kaiming-uniform-out", "Glorot & Bengio | xavier-normal",
        "lecun normal | lecun-normal", "identity | eye", "truncated normal | truncated-normal", "ones_ | ones",
        "tf.uniform_unit_scaling_initializer | lecun-uniform", "RandomNormal | normal", "nn.Embedding | normal",
        "GPT-2 | gpt-residual", "muP | Parametrization.muP", "μP | Parametrization.muP", "u-muP | Parametrization.unitScaled",
        "NTK parametrization | Parametrization.ntk", "peft lora_A | uniform-rule", "SIREN | siren", "T-Fixup | t-fixup-decoder",
        "DeepNet | deep-norm", "init.kaiming_uniform_(w, a=math.sqrt(5)) | kaiming-uniform",
        "kaiming_uniform_(a=sqrt(5)) | torch-default", "calculate_gain | kaiming-normal:tanh", "LSUV | LSUV",
        "forget bias | RecurrentOptions.forgetBias", "VarianceScaling(2, fan_out, uniform) | kaiming-uniform-out",
        "flax zeros_init | zeros", "Admin | Admin.run", "mimetic initialization | Mimetic.run", "IRNN | RNN.irnn",
        "ReZero | Residual", "SkipInit | Residual", "LoRA | LoRA", "orthogonal recurrence | RecurrentOptions.orthogonal",
        "DeepNorm | deep-norm", "IDInit | idinit", "chrono | chrono", "Nguyen-Widrow | nguyen-widrow",
        "random walk | random-walk", "unit forget | RecurrentOptions.forgetBias", "Fixup | fixup", "saxe | orthogonal",
        "xavier initializer | xavier-uniform", "msra | kaiming-normal", "depth-muP | Parametrization.branches"})
    void aStrangerFindsIt(String asked, String ours) {
        var hits = VOCABULARY.find(asked.strip());
        assertTrue(hits.stream().anyMatch(hit -> hit.entry().ours().contains(ours.strip())),
            () -> asked + ": " + hits.stream().map(VocabularyPage::sentence).toList());
        assertTrue(hits.size() <= 16, () -> asked + " finds " + hits.size());
    }

    /// Beside what is called so stands what has the word in its name.
    @Test
    void whatIsRelatedIsNamed() {
        var said = said("xavier");
        assertTrue(said.contains("Caffe: xavier is lecun-uniform") && said.contains("See also")
            && said.contains("xavier-truncated"), said);
    }

    /// By any of its names, alone and behind its library's.
    @Test
    void everyNameIsFound() {
        for (var entry : VOCABULARY.entries()) for (var theirs : entry.theirs()) for (var name : theirs.names())
            for (var asked : List.of(name, theirs.library() + " " + name)) assertTrue(VOCABULARY.find(asked).stream()
                .anyMatch(hit -> hit.theirs() == theirs), asked);
    }

    @Test
    void thePageIsWhatTheTextSays() throws Exception {
        assertEquals(new VocabularyPage(VOCABULARY).markdown(), Files.readString(PAGE),
            "write it anew: initializers --page src/docs/initializers.md");
    }

    private static String said(String... args) {
        var command = new InitializerNames();
        var out = new ByteArrayOutputStream();
        command.run(Options.parse(command, args), new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theCommandListsAllAndFindsOne(@TempDir Path folder) throws Exception {
        for (var scheme : Scheme.ALL) assertTrue(said().contains(scheme.name()), scheme.name());
        assertTrue(said("MSRA", "filler").contains("MSRAFiller"));
        Rejected.argument(() -> said("nonesuch"), "nothing is called \"nonesuch\"", "initializers");
        // letters of a formula are no names
        Rejected.argument(() -> said("%s%n"), "nothing is called \"%s%n\"", "initializers");
        said("--page", folder.resolve("page.md").toString());
        assertEquals(new VocabularyPage(VOCABULARY).markdown(), Files.readString(folder.resolve("page.md")));
    }
}
