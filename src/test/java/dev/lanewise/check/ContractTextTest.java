package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.testing.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What contracts say, and what is no contract.
class ContractTextTest {

    private static final Map<String, Shape> MODEL = new LinkedHashMap<>();

    static {
        MODEL.put("net.h.0.up.weight", Shape.of(8, 4));
        MODEL.put("net.h.11.up.weight", Shape.of(8, 4));
        MODEL.put("net.h.0.bias", Shape.of(8));
        MODEL.put("net.lstm.weight_hh_l0", Shape.of(12, 3));
        MODEL.put("net.conv", Shape.of(6, 2, 3, 5));
        MODEL.put("net.scale", Shape.of());
    }

    private static Assignment assignment(String text, Map<String, Double> given) {
        return Assignment.of(Contract.parse(text), new LinkedHashMap<>(MODEL), given);
    }

    /// What holds for a tensor.
    private static ContractLaw.Stated stated(String tensor, String text) {
        return assignment("prefix net.\n" + text + "\nelse *: any", Map.of()).places().stream()
            .filter(place -> place.tensor().equals("net." + tensor)).findFirst().orElseThrow().stated().orElseThrow();
    }

    private static void assertDeviation(double expected, String tensor, String text) {
        assertEquals(expected, Math.sqrt(stated(tensor, text).law().variance()), 1e-12 * expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"2 + 3 * 4 | 14", "(2 + 3) 4 | 20", "2^3^2 | 512", "-2^2 | -4", "10/4/5 | 0.5",
        "1/2 4 | 2", "sqrt(2 8) | 4", "min(3, 2) max(1, 5) | 10", "1e-3 + 2.5E2 | 250.001", "ln(exp(3)) | 3", "abs(-3) - -2 | 5",
            "floor(2.7)|2", ".5 4 | 2", "2 (1 + 2)|6"})
    void arithmeticIsTheUsualOne(String text,
        double value) { assertEquals(value, Expression.of(text.strip()).value(null), 1e-12); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"2 + | ends too early", "(2 | ends too early", "2) | character 2",
        "sqrt 2 3 & | character 10", "sin(2) | character 4", "min(2) | character 4", "1.2.3 | character 1",
            "size(a) | a dimension", "count(a, 2) | a pattern", "x ' y | character 3"})
    void whatIsNoExpressionIsSaidWithItsPlace(String text,
        String fault) { Rejected.argument(() -> Expression.of(text.strip()), fault); }

    @Test
    void bracesAndSignsDoNotEndTheStack() {
        Rejected.argument(() -> Expression.of("(".repeat(100_000)), "parentheses within each other");
        Rejected.argument(() -> Expression.of("-".repeat(100_000) + "1"), "signs and powers");
    }

    @Test
    void wordsEndAtSpacesOutsideOfExpressions() {
        assertEquals(List.of("normal", "0", "0.02/sqrt(2 L)"), ContractParser.words("normal 0 0.02/sqrt(2 L)"));
        assertEquals(List.of("uniform", "-1/sqrt(H)", "1 / sqrt(H)", "in", "4", "blocks"),
            ContractParser.words("uniform -1/sqrt(H)  1 / sqrt(H) in 4 blocks"));
        assertEquals(List.of("normal", "0", "-0.5"), ContractParser.words("normal 0 -0.5"));
        assertEquals(List.of("constant", "2 - 1"), ContractParser.words("constant 2 - 1"));
    }

    @Test
    void variablesComeFromTheModelAndAreReplaced() {
        var text = "let L = count(h.*.up.weight)\nlet H = size(lstm.*, 1)\nlet unused = 1/count(nothing)\n";
        assertDeviation(0.02 / 2, "conv", text + "conv: normal 0 0.02/sqrt(2 L)");
        assertDeviation(0.5 / 3, "h.0.bias", text + "h.0.bias: normal 0 0.5/H");
        var replaced = assignment("prefix net.\n" + text + "conv: normal 0 1/L\nelse *: any", Map.of("L", 8.0));
        assertEquals(1 / 64.0, replaced.places().get(4).stated().orElseThrow().law().variance(), 1e-12);
    }

    @Test
    void aRuleKnowsItsTensor() {
        assertDeviation(0.1 / Math.sqrt(12), "h.11.up.weight", "h.*.up.weight: normal 0 0.1/sqrt($1 + 1)");
        assertDeviation(1 / Math.sqrt(30), "conv", "conv: normal 0 1/sqrt(fan_in)");
        assertDeviation(1 / Math.sqrt(90), "conv", "conv: normal 0 1/sqrt(fan_out)");
        assertDeviation(1 / Math.sqrt(6 * 30 * 180.0), "conv", "conv: normal 0 1/sqrt(rows*columns*numel)");
        assertDeviation(Math.sqrt(2 / 4.0), "h.0.up.weight", "h.*.weight: kaiming-normal");
        assertDeviation(Math.sqrt(1 / (3 * 4.0)), "h.0.bias", "h.*.bias: torch-default like h.$1.up.weight");
        assertDeviation(Math.sqrt(2 / 24.0), "h.0.bias", "h.*.bias: xavier-normal fan 8 16");
    }

    @Test
    void shapesAreReadAsTheLayoutSays() {
        assertDeviation(Math.sqrt(1 / 4.0), "h.0.up.weight", "h.*.weight: lecun-normal as out-in");
        assertDeviation(Math.sqrt(1 / 8.0), "h.0.up.weight", "h.*.weight: lecun-normal as in-out");
        // [kernel 6 x 2, in 3, out 5], and [in 6, out 2, kernel]
        assertDeviation(Math.sqrt(1 / 36.0), "conv", "conv: lecun-normal as in-out");
        assertDeviation(Math.sqrt(2 / 60.0), "conv", "conv: kaiming-normal-out as in-out");
        assertDeviation(Math.sqrt(1 / 90.0), "conv", "conv: lecun-normal as conv-transpose");
        assertDeviation(Math.sqrt(2 / 45.0), "conv", "conv: kaiming-normal-out groups 2");
        assertDeviation(1, "h.0.up.weight", "h.*.weight: lecun-normal as embedding");
    }

    @Test
    void blocksHaveAFanEach() {
        assertDeviation(Math.sqrt(2 / (3 + 3.0)), "lstm.weight_hh_l0", "lstm.weight_hh*: xavier-uniform in blocks of 3");
        assertDeviation(Math.sqrt(2 / (3 + 12.0)), "lstm.weight_hh_l0", "lstm.weight_hh*: xavier-uniform");
        assertEquals(new Structure.Stacked(4, new Structure.Orthogonal(1)),
            stated("lstm.weight_hh_l0", "lstm.*: orthogonal in 4 blocks").structure());
        assertEquals(new Structure.Stacked(2, new Structure.Orthogonal(1.5)),
            stated("lstm.weight_hh_l0", "lstm.*: orthogonal 3/2 in blocks of 6").structure());
        Rejected.malformed(() -> stated("lstm.weight_hh_l0", "lstm.*: orthogonal in 5 blocks"), "line 2", "12 outputs",
            "5 equal blocks");
    }

    @Test
    void anArrayThatIsTurnedStandsAsTheStructureTakesIt() {
        var stated = stated("h.0.up.weight", "h.*.weight: eye as in-out");
        var values = new float[32];
        for (int i = 0; i < 32; i++) values[i] = i;
        // [8 in, 4 out] becomes [4, 8]
        assertEquals(Shape.of(4, 8), stated.shape());
        assertEquals(4 * 7 + 2, stated.turned(values)[2 * 8 + 7]);
    }

    @Test
    void gainsAreSaidAsElsewhere() {
        assertDeviation(5 / 3.0 / Math.sqrt(4), "h.0.up.weight", "h.*.weight: kaiming-normal tanh");
        assertDeviation(Math.sqrt(2 / 6.0) / Math.sqrt(4), "h.0.up.weight", "h.*.weight: kaiming-uniform leaky_relu(sqrt(5))");
        assertDeviation(Math.sqrt(3) / Math.sqrt(4), "h.0.up.weight", "h.*.weight: kaiming-uniform sqrt(3)");
    }

    @Test
    void rowsHaveRulesOfTheirOwn() {
        var parts = assignment("let H = 3\nnet.lstm.*[H:2 H]: ones\nelse net.lstm.*: zeros\nelse *: any", Map.of())
            .places().stream().filter(place -> place.tensor().contains("lstm")).toList();
        assertEquals(List.of("net.lstm.weight_hh_l0[0:3]", "net.lstm.weight_hh_l0[3:6]", "net.lstm.weight_hh_l0[6:12]"),
            parts.stream().map(Assignment.Place::name).toList());
        assertEquals(List.of(0.0, 1.0, 0.0), parts.stream().map(place -> place.stated().orElseThrow().law().mean()).toList());
        Rejected.malformed(() -> assignment("net.lstm.*[11:13]: ones", Map.of()), "line 1", "row 13 of 12");
        Rejected.malformed(() -> assignment("net.lstm.*[3:3]: ones", Map.of()), "rows 3 to 3");
    }

    @Test
    void whatIsOpenAndWhatIsSaidTwiceIsSaid() {
        var rules = "net.h.*: any\n*.weight: any\nabsent.*: zeros\noptional gone: zeros\nnet.lstm.*[0:2]: zeros\n";
        var problems = assignment(rules, Map.of()).problems();
        assertTrue(problems.stream().anyMatch(problem ->
            problem.contains("\"net.h.0.up.weight\" is named by two rules, in line 1 and line 2")), problems::toString);
        assertTrue(problems.stream().anyMatch(problem -> problem.contains("line 3: \"absent.*: zeros\" is for no tensor")),
            problems::toString);
        assertTrue(problems.stream().anyMatch(problem -> problem.contains("\"net.lstm.weight_hh_l0[2:12]\" is named by no rule")),
            problems::toString);
        assertTrue(problems.stream().anyMatch(problem -> problem.contains("\"net.scale\" is named by no rule")),
            problems::toString);
        assertEquals(List.of(), problems.stream().filter(problem -> problem.contains("gone")
            || problem.contains("net.h.0.bias")).toList());
        assertEquals(List.of(), assignment("else *: any", Map.of()).problems());
        assertEquals(List.of(), assignment("net*: any\noptional else *: any", Map.of()).problems());
    }

    @Test
    void layersThatNoRuleNamesAreOneProblem() {
        var problems = assignment("prefix net.\nlstm*: any\nconv: any\nscale: any\n*.bias: any", Map.of()).problems();
        assertEquals(List.of("\"net.h.0.up.weight\" and 1 other of such names are named by no rule; add one, or \"h.*.up.weight:"
            + " any\""), problems);
    }

    @Test
    void aTiedWeightMayBeDrawnInstead() {
        var place = assignment("net.h.0.up.weight: same as net.h.11.up.weight or normal 0 0.02\nelse *: any", Map.of()).places()
            .getFirst();
        assertEquals("net.h.11.up.weight", place.same());
        assertEquals(0.02, Math.sqrt(place.stated().orElseThrow().law().variance()), 1e-12);
    }

    @Test
    void aGivenValueIsForAVariableOfTheContract() {
        Rejected.argument(() -> assignment("let std = 1\n*: normal 0 std", Map.of("sdt", 2.0)),
            "no variable \"sdt\"; it has std");
        assertEquals(4, assignment("*: normal 0 mine", Map.of("mine", 2.0)).places().getFirst().stated().orElseThrow().law()
            .variance());
    }

    @Test
    void theMarkAtTheStartOfAFileIsNoPartOfAPattern() {
        assertEquals("net.*", Contract.parse("\ufeffnet.*: any").rules().getFirst().pattern().text());
    }

    @Test
    void aPatternIsAWildcardWithAlternatives() {
        assertEquals(List.of("0.attn", "x"), NamePattern.of("h.*.{a|b}.*").match("h.0.attn.b.x").orElseThrow());
        assertTrue(NamePattern.of("a.b").match("axb").isEmpty());
        assertTrue(NamePattern.of("*").match("").isPresent());
        assertTrue(NamePattern.of("{a|}b").match("b").isPresent());
        assertEquals(List.of("3"), NamePattern.of("{bn1|layer*.bn2}.weight").match("layer3.bn2.weight").orElseThrow());
        assertEquals(List.of("x"), NamePattern.of("{bn*1|layer*.bn2}.weight").match("bnx1.weight").orElseThrow());
        assertTrue(NamePattern.of("\\Q.\\E").match("\\Q.\\E").isPresent());
    }

    /// As the JDK's expressions have it, which go back over the same characters again.
    @Test
    void patternsTakeTheNamesThatExpressionsTake() {
        var random = new SplittableRandom(7);
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            var text = made(random, "aab.*", 1 + random.nextInt(4));
            for (int braces = random.nextInt(4); braces > 0; braces--)
                text += "{" + made(random, "ab*||", random.nextInt(6)) + "}" + made(random, "ab.", random.nextInt(3));
            if (text.chars().filter(c -> c == '*').count() > 6) continue;
            var name = made(random, "aab.", random.nextInt(9));
            var matcher = Pattern.compile(text.replace(".", "\\.").replace("*", "(.*)").replace("{", "(?:").replace("}", ")"))
                .matcher(name);
            var stars = NamePattern.of(text).match(name);
            assertEquals(matcher.matches(), stars.isPresent(), text + " " + name);
            if (stars.isEmpty()) continue;
            taken++;
            assertEquals(IntStream.rangeClosed(1, matcher.groupCount()).mapToObj(matcher::group).filter(Objects::nonNull)
                .toList(), stars.get(), text + " " + name);
        }
        assertTrue(taken > 1000, taken + " names");
    }

    private static String made(SplittableRandom random, String of, int length) {
        return random.ints(length, 0, of.length()).mapToObj(i -> of.substring(i, i + 1)).collect(Collectors.joining());
    }

    /// However many ways there are to part a name.
    @ParameterizedTest
    @ValueSource(strings = {"*a*a*a*a*a*ab", "*{a|aa}*{a|aa}*{a|aa}*b",
        "{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}{a|a}*b",
            "{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}b"})
    void aNameIsHeldAgainstAPatternInProportionToBoth(String text) {
        for (int length : new int[] {10, 100, 1000}) {
            int steps = NamePattern.of(text).steps("a".repeat(length));
            assertTrue(steps <= 4 * text.length() * (length + 1), length + ": " + steps + " steps");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"'{net|{conv|scale}}*: any' | braces within braces",
        "net}*: any | without its opening one", "*.bias zeros | neither", "*.bias: | no law",
            "*.bias: zeroes | no law \"zeroes\"; there are any",
            "*: kaiming_normal_ | no law \"kaiming_normal_\"; here it is kaiming-normal",
        "*: XavierUniform | here it is xavier-uniform", "*.bias:zeros | followed by a space",
        "let = 3 | a variable can't be named", "let x 3 | \"let\" without", "let rows = 3 | can't be named \"rows\"",
        "let x = 3 + | ends too early", "a: zeros in | needs more behind it", "a: zeros as is | shapes are read as one of out-in",
        "a: zeros like | needs more", "{a: zeros | closing", "a: same as | write same as NAME",
        "a: same as b and c | write same as NAME", "a: same as b or | write same", "a: any any | nothing stands behind any",
        "a: zeros like b like c | \"like\" stands twice", "a: orthogonal in 2 blocks in blocks of 3 | \"in\" stands twice",
        "a: lecun-normal fan 1 2 like b | said twice", "a: lecun-normal fan 1 2 groups 2 | said twice",
        "a: lecun-normal groups 2 as torch | said twice", "a: lecun-normal in 2 blocks as embedding | no blocks",
        "let x = $1.5 | not expected", "let x = $12 | not expected", "a: same as b or any | no law \"any\"",
        "a: zeros fan 1 | needs more", "a: zeros in 3 parts | not expected here", "*******: zeros | more than 6 stars",
        "{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}: any | more than 20 opening braces",
        "a[1:(]: zeros | too early"})
    void whatIsNoContractIsRefusedWithLineAndRemedy(String text, String fault) {
        Rejected.malformed(() -> Contract.parse("# comment\n\nb: zeros\n" + text.strip()), "line 4: ", fault);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "net.conv: lecun-normal groups 0 | not made of 0 equal groups",
            "net.conv: lecun-normal groups 4 | 6 outputs are not made of 4 equal groups",
        "net.conv: lecun-normal groups 1/2 | not made of 0.5 equal groups",
        "net.conv: lecun-normal groups 4 as conv-transpose | 6 inputs are not",
        "net.conv: lecun-normal groups 0/0 | equal groups", "net.scale: kaiming-normal | scales by fans",
        "net.h.0.bias: orthogonal | fit; it takes two dimensions", "net.conv: eye | not for shape",
        "net.conv: normal 0 | has 1 of the arguments", "net.conv: normal 0 L | no variable \"L\"",
        "net.conv: normal 0 0 | normal: mean 0", "net.conv: xavier-normal fan 0 3 | both must be above 0",
       
        "net.conv: normal 0 1/0 | is Infinity here", "net.conv: normal 0 $1 | the pattern has 0 stars",
        "net.*: constant $1 | begins with no number", "net.conv: constant size(net.*.weight, 5) | count from 0",
        "net.conv: constant count(none) | no tensor has a name like",
        "net.conv: constant size(net.*0*, 0) | not the same for all", "net.conv: same as net.none | no tensor \"net.none\"",
        "net.conv: same as net.scale | can't be the same", "net.conv: same as net.conv | the same as itself",
        "*: same as $1 | the same as itself", "net.conv[0:2]: same as net.scale | can't be the same",
        "net.h.0.bias: torch-default like net.scale | no fans"})
    void whatMakesNoSenseForTheModelIsRefusedWithLineAndTensor(String text, String fault) {
        Rejected.malformed(() -> assignment("# comment\n" + text.strip(), Map.of()), "line 2: ", "at tensor \"net.", fault);
    }

    @Test
    void aVariableThatIsMadeOfItselfIsFound() {
        Rejected.malformed(() -> assignment("let a = b\nlet b = 2 a\nnet.conv: constant a", Map.of()), "line 3",
            "made of itself");
    }

    /// However often they use each other, and however many there are.
    @Test
    void variablesOfVariablesEndNeitherTheStackNorTheDay() {
        var doubled = new StringBuilder("let a0 = 1/1024\n");
        for (int i = 1; i <= 20; i++) doubled.append("let a").append(i).append(" = a").append(i - 1).append(" + a").append(i - 1)
            .append('\n');
        assertDeviation(1024, "conv", doubled + "conv: normal 0 a20");
        var row = new StringBuilder("let a0 = 1\n");
        for (int i = 1; i <= 10_000; i++) row.append("let a").append(i).append(" = a").append(i - 1).append('\n');
        Rejected.malformed(() -> stated("conv", row + "conv: normal 0 a10000"), "made of the next; write fewer");
        assertDeviation(1, "conv", row + "conv: normal 0 a25");
        Rejected.argument(() -> Expression.of("1" + "+1".repeat(100_000)), "more than 100 operations");
        Rejected.argument(() -> Expression.of("2^".repeat(101) + "1"), "more than 100");
        assertEquals(100, Expression.of("1" + "+1".repeat(99)).value(null));
    }

    @Test
    void tabsAreSpaces() {
        assertDeviation(3, "conv", "let\tx\t=\t1\t+ 2\noptional\tconv:\tnormal\t0 (x\t+\t0)\tas\tin-out");
        assertEquals(3, Expression.of("1\t+\t2").value(null));
    }

    @Test
    void namesAreFilledAtOnce() {
        var scope = new TensorScope(null, Shape.of(), List.of("a$2", "b"), null);
        assertEquals("x.a$2.b.a$20", scope.filled("x.$1.$2.$10"));
        Rejected.argument(() -> scope.filled("$3"), "the pattern has 2 stars");
    }

    @Test
    void namesThatAreOneWithoutTheirPrefixesAreSaid() {
        assertEquals(List.of("\"net.scale\" and \"scale\" are one name without the contract's prefixes; take out a prefix, and"
            + " have the rules name both"),
            Assignment.of(Contract.parse("prefix net.\n*: any"),
                new LinkedHashMap<>(Map.of("scale", Shape.of(), "net.scale", Shape.of())), Map.of())
                .problems().stream().map(problem -> problem.replace("\"scale\" and \"net.scale\"", "\"net.scale\" and \"scale\""))
                .toList());
    }

    @Test
    void allOfTheLibrarysAreRead() {
        for (var name : Contract.names()) assertFalse(Contract.named(name).rules().isEmpty());
        Rejected.argument(() -> Contract.named("gpt3"), "there are gpt2, bert");
    }

    @Test
    void aFileIsNamedInErrors(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("my.contract"), "a: zeros\nb: nothing");
        Rejected.malformed(() -> Contract.read(file), file + ": line 2: ");
        Files.write(file, new byte[] {(byte) 0xff, 'a'});
        Rejected.malformed(() -> Contract.read(file), "not UTF-8");
        Rejected.malformed(() -> Contract.parse("# nothing"), "no rule");
        assertEquals(new Distribution.Constant(0), stated("conv", "conv: zeros").law());
    }

    // ---- hostile ones

    private static String library(String name) throws IOException {
        try (var in = Contract.class.getResourceAsStream(name + ".contract")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// A text that is a contract is held against a model, too.
    private static Fuzz fuzz() throws IOException {
        var texts = new ArrayList<String>();
        for (var name : Contract.names()) texts.add(library(name));
        return Fuzz.ofText(text -> {
            var contract = Contract.parse(text);
            Assignment.of(contract, new LinkedHashMap<>(MODEL), Map.of()).places().forEach(place -> place.stated());
        }, texts.toArray(String[]::new)).memory(1 << 20, 4096);
    }

    /// Each took seconds to hours: time in the square of spaces, of rules for one tensor's rows, of prefixes and rules; braces
    /// by the ways to go through them.
    @Test
    void longContractsTakeTimeInProportion() throws IOException {
        var rows = new StringBuilder("*.bias: any\n");
        for (int i = 0; i < 15_000; i++) rows.append(i % 2 == 0 ? "" : "else ").append("*[").append(i % 6).append(":]: any\n");
        var texts = List.of("*: !" + " ".repeat(250_000) + "!", "*: zeros" + " ".repeat(250_000) + "in" + " ".repeat(10_000)
            + "2 blocks",
            "*: any\n".repeat(37_000), "else *: any\n".repeat(20_000), rows.toString(),
            "prefix q\n".repeat(14_000) + "q: any\n".repeat(18_000), "{" + "|".repeat(250_000) + "}*x: any",
            "{|}".repeat(20) + "x: any\n*: any", "*: constant 0" + " 0".repeat(120_000),
            "*: normal 0 1/count(*)" + "+count(*)".repeat(98));
        fuzz().corpus(texts.stream().map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
            .toArray(String[]::new)).run(0);
    }

    /// Of every second row, each with one of its own; what is left, others have.
    @Test
    void asManyRulesAsRowsMayBe() {
        int count = 20_000;
        var text = new StringBuilder();
        for (int i = count - 2; i >= 0; i -= 2) text.append("w[").append(i).append(':').append(i + 1).append("]: constant ")
            .append(i).append('\n');
        text.append("else w[").append(count / 2).append(":]: ones\nelse w: zeros\n");
        var made = Assignment.of(Contract.parse(text.toString()), new LinkedHashMap<>(Map.of("w", Shape.of(count, 1))), Map.of());
        assertEquals(List.of(), made.problems());
        assertEquals(count, made.places().size());
        for (int i = 0; i < count; i++) {
            var place = made.places().get(i);
            assertEquals(List.of(i, i + 1), List.of(place.from(), place.to()));
            assertEquals(i % 2 == 0 ? i : i > count / 2 ? 1 : 0, place.stated().orElseThrow().law().mean());
        }
    }

    @Test
    void damagedContractsAreReadOrRefused() throws IOException { fuzz().run(5_000); }

    @Test
    @Tag("exhaustive")
    void manyDamagedContractsAreReadOrRefused() throws IOException { fuzz().run(1_000_000, System.nanoTime()); }
}
