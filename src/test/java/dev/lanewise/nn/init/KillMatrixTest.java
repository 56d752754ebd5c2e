package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.MomentPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Each wrong initializer is found out within a run, by the clauses that are said to find it, whatever the seed; a
/// mutant that survives is a failing test. The table lies among the tests' resources, and is held to what the run prints.
class KillMatrixTest {

    private static final String KEPT = "kill-matrix.md";
    private static final int LEAST = 45;
    /// Of 16,384 weights: 16 million.
    private static final int POOLED = 1024;

    private final SplittableRandom seeds = new SplittableRandom();

    @Test
    void everyMutantIsKilledByWhatShouldKillIt() throws IOException {
        assertTrue(Mutants.ALL.size() >= LEAST, "mutants: " + Mutants.ALL.size());
        var survivors = new TreeMap<String, String>();
        for (var mutant : Mutants.ALL) {
            var broken = broken(mutant);
            if (!broken.containsAll(mutant.killers()))
                survivors.put(mutant.mistake(), "should break " + mutant.killers() + ", breaks " + broken);
        }
        assertEquals(Map.of(), survivors);
        var table = table();
        IO.print(table);
        Files.writeString(Path.of("target", KEPT), table);
        try (var kept = KillMatrixTest.class.getResourceAsStream(KEPT)) {
            assertEquals(table, new String(kept.readAllBytes(), StandardCharsets.UTF_8),
                KEPT + " is not what the run prints; copy target/" + KEPT);
        }
    }

    /// What it breaks in one try; the pool is asked only where it has to tell.
    private Set<Clause> broken(Mutant mutant) {
        var broken = EnumSet.noneOf(Clause.class);
        broken.addAll(Contract.judge(mutant.candidate(), Draw.typical(seeds.nextLong())).broken().keySet());
        if (mutant.killers().stream().anyMatch(Clause::isPooled)) {
            var pool = new MomentPool();
            Contract.pool(pool, mutant.candidate(), seeds.nextLong(), POOLED);
            broken.addAll(Contract.judge(pool).broken().keySet());
        }
        return broken;
    }

    /// Under the same conditions what is right passes.
    @Test
    void whatTheyAreWrongFormsOfPasses() {
        var schemes = Mutants.ALL.stream().map(mutant -> mutant.candidate().scheme).collect(Collectors.toSet());
        for (var scheme : schemes)
            assertEquals(Map.of(), Contract.judge(new Candidate(scheme), Draw.typical(seeds.nextLong())).broken(), scheme.name());
    }

    @Test
    void everyMistakeIsItsOwn() {
        var mistakes = new HashSet<String>();
        for (var mutant : Mutants.ALL) {
            assertTrue(mistakes.add(mutant.mistake()), mutant.mistake());
            assertTrue(!mutant.killers().isEmpty(), mutant.mistake());
        }
    }

    /// A clause that kills nothing has no proof that it can.
    @Test
    void everyClauseKillsSomething() {
        var idle = EnumSet.allOf(Clause.class);
        for (var mutant : Mutants.ALL) mutant.killers().forEach(idle::remove);
        assertEquals(Set.of(), idle);
    }

    private static String table() {
        var table = new StringBuilder("""
            # Wrong initializers, and what finds them out

            %d mistakes. Each is rejected in every run, with random seeds, by the clauses that stand beside it, cheapest first; others
            may join in. Tiers: A exact targets, B exact relations under one seed, C structure and support, D statistics.
            `KillMatrixTest` prints this page, and fails if a mistake survives or the page is another.

            | mistake | in place of | killed by | tier |
            |---|---|---|---|
            """.formatted(Mutants.ALL.size()));
        for (var mutant : Mutants.ALL) {
            var killers = EnumSet.copyOf(mutant.killers());
            table.append("| ").append(mutant.mistake()).append(" | ").append(mutant.candidate().scheme.name()).append(" | ")
                .append(killers.stream().map(clause -> clause.title).collect(Collectors.joining(", "))).append(" | ")
                .append(killers.stream().map(clause -> "" + clause.tier).distinct().collect(Collectors.joining(" ")))
                .append(" |\n");
        }
        return table.toString();
    }
}
