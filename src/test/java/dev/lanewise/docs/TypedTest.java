package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.io.Safetensors;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What pages have their readers type at the command line runs, in the pages' order, and prints what they show.
class TypedTest {

    /// What CI runs by itself, as it takes long.
    private static final List<String> ELSEWHERE = List.of("compare");

    private static List<Typed> typed() {
        return Page.all().stream().flatMap(page -> Typed.of(page).stream())
            .filter(each -> !ELSEWHERE.contains(String.join(" ", each.words()))).toList();
    }

    /// Else it would stand there unread.
    @Test
    void whatACommandPrintsStandsInABlockOfText() {
        var wrong = new ArrayList<String>();
        for (var page : Page.all()) page.blocks(Page.Code.class)
            .filter(code -> Commands.of(code, new HashMap<>()).stream()
                .anyMatch(line -> Commands.handed(line.words()).isPresent()))
            .filter(code -> Commands.others(code) > 0).forEach(code -> wrong.add(page.at(code.line())));
        assertEquals(List.of(), wrong, "beside commands there is something else");
    }

    @Test
    void whatIsTypedIsFound() {
        var page = Page.of(Page.DOCS.resolve("some.md"),
            List.of("    lanewise info", "", "It prints", "", "```text", "SIMD", "```", "", "    x=1",
                "    java -p lanewise.jar -m dev.lanewise lab list", "", "## B", "", "```text", "no", "```", "",
                "`lanewise info`"));
        var found = Typed.of(page);
        assertEquals(List.of(List.of("info"), List.of("lab", "list")), found.stream().map(Typed::words).toList());
        assertEquals("SIMD", found.getFirst().prints().orElseThrow().text().strip());
        assertTrue(found.getLast().prints().isEmpty());
        assertTrue(typed().stream().filter(each -> each.prints().isPresent()).count() > 2);
    }

    @TestFactory
    @Tag("machines")
    Stream<DynamicTest> commandsPrintWhatIsShown(@TempDir Path folder) throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (var page : Page.all()) {
            var all = typed().stream().filter(each -> each.page().equals(page)).toList();
            if (all.isEmpty()) continue;
            tests.add(DynamicTest.dynamicTest(page.name(), () -> {
                var here = Files.createDirectories(folder.resolve(page.name().replace('/', '-')));
                prepare(page, here);
                var answers = Typed.run(here, all);
                for (int i = 0; i < all.size(); i++) {
                    var each = all.get(i);
                    var answer = answers.get(i);
                    // an audit that finds something ends with 1
                    assertTrue(answer.status() <= (each.words().getFirst().equals("audit") ? 1 : 0),
                        () -> each.at() + ": " + answer);
                    each.prints().ifPresent(shown -> Shown.assertIs(page, shown, each.at(), answer.out()));
                }
            }));
        }
        return tests.stream();
    }

    /// What the reader has.
    private static void prepare(Page page, Path folder) throws IOException {
        if (!page.name().endsWith("contracts.md")) return;
        Safetensors.write(folder.resolve("model.safetensors"), gpt2(1, 0.02));
        for (int seed = 1; seed <= 2; seed++) Safetensors.write(folder.resolve("seed" + seed + ".safetensors"), gpt2(seed, 0.01));
        Files.writeString(folder.resolve("my.contract"), """
            prefix transformer.
            *.c_proj.weight: normal 0 0.02/sqrt(2 L) as in-out
            *ln_*.weight: ones
            else *.weight: normal 0 0.02 as in-out
            """);
    }

    /// A small GPT-2 as it starts.
    ///
    /// @param projections deviation of what should be 0.01
    private static Map<String, Tensor> gpt2(long seed, double projections) {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("wte.weight", normal(seed, "wte", 0.02, 200, 64));
        tensors.put("wpe.weight", normal(seed, "wpe", 0.02, 32, 64));
        for (int layer = 0; layer < 2; layer++) {
            var name = "h." + layer + ".";
            for (var norm : List.of("ln_1", "ln_2")) tensors.put(name + norm + ".weight", Tensor.ones(64));
            tensors.put(name + "attn.c_attn.weight", normal(seed, name + "attn", 0.02, 64, 192));
            tensors.put(name + "attn.c_proj.weight", normal(seed, name + "attn.c_proj", 0.01, 64, 64));
            tensors.put(name + "mlp.c_fc.weight", normal(seed, name + "fc", 0.02, 64, 256));
            tensors.put(name + "mlp.c_proj.weight", normal(seed, name + "c_proj", projections, 256, 64));
        }
        tensors.put("ln_f.weight", Tensor.ones(64));
        var prefixed = new LinkedHashMap<String, Tensor>();
        tensors.forEach((name, tensor) -> prefixed.put("transformer." + name, tensor));
        return prefixed;
    }

    private static Tensor normal(long seed, String name, double deviation, int... shape) {
        return Tensor.randn(new Threefry(seed).stream(name), shape).mul((float) deviation);
    }
}
