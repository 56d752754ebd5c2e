package dev.lanewise.lab.compare;

import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Statistics;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Which of several starts learn, and which of those can't be told from the one in front. The order in which they are given makes
/// no difference, and none is called ahead of another that chance may have put there.
///
/// A start learns if its network is right more often than one that always gives the most frequent answer, and two are told apart
/// by [Contrast]; both at a level of 5 % for all tests of the kind together (Bonferroni).
final class Ranking {

    private static final double LEVEL = 0.05;
    /// Names that a sentence lists with their figures.
    private static final int MOST_NAMES = 12;

    /// @param right    whether the trained network is right, image by image, for each seed
    /// @param constant whether the most frequent label is, likewise
    record Entry(String name, List<boolean[]> right, List<boolean[]> constant) {

        double accuracy() { return mean(right); }

        /// For each seed.
        double[] accuracies() { return right.stream().mapToDouble(Statistics::share).toArray(); }

        /// Of the accuracy: of one seed the binomial one, which is of the images' luck; of several that of their mean.
        double standardError() {
            if (right.size() > 1)
                return Statistics.sampleDeviation(accuracies()) / Math.sqrt(right.size());
            return Statistics.standardError(accuracy(), right.getFirst().length);
        }
    }

    /// Where an entry stands.
    enum Standing {
        /// Beyond chance ahead of all others that learn.
        AHEAD("ahead"),
        /// Not to be told from the one in front.
        FRONT("in front"),
        BEHIND("behind"),
        /// From some seeds it learns, from others it doesn't.
        SOMETIMES("learns sometimes"),
        NOT("does not learn");

        private final String word;

        Standing(String word) { this.word = word; }

        String word() { return word; }
    }

    private final List<Entry> entries;
    private final List<Standing> standings;

    /// @param entries at least one, all on the same images
    Ranking(List<Entry> entries) {
        this.entries = List.copyOf(entries);
        var learners = entries.stream().filter(entry -> timesLearned(entry) == seeds()).toList();
        double most = learners.stream().mapToDouble(Entry::accuracy).max().orElse(Double.NaN);
        var first = learners.stream().filter(entry -> entry.accuracy() == most).toList();
        var front = learners.stream().filter(entry -> first.stream().anyMatch(leader -> !areApart(leader, entry))).toList();
        standings = entries.stream().map(entry -> timesLearned(entry) == 0 ? Standing.NOT
            : timesLearned(entry) < seeds() ? Standing.SOMETIMES
            : !front.contains(entry) ? Standing.BEHIND
            : front.size() == 1 && learners.size() > 1 ? Standing.AHEAD : Standing.FRONT).toList();
    }

    List<Entry> entries() { return entries; }

    Standing standing(int index) { return standings.get(index); }

    int seeds() { return entries.getFirst().right().size(); }

    int images() { return entries.getFirst().right().getFirst().length; }

    /// The accuracy of the most frequent answer.
    double constant() { return mean(entries.getFirst().constant()); }

    private static double mean(List<boolean[]> seeds) {
        return seeds.stream().mapToDouble(Statistics::share).average().orElseThrow();
    }

    /// Of the seeds.
    int timesLearned(Entry entry) {
        return (int) IntStream.range(0, seeds()).filter(seed -> learns(entry.right().get(seed), entry.constant().get(seed)))
            .count();
    }

    private boolean learns(boolean[] right, boolean[] constant) {
        return Statistics.share(right) > Statistics.share(constant)
            && Contrast.againstRule(right, constant) < LEVEL / entries.size() / seeds();
    }

    private boolean areApart(Entry one, Entry other) {
        double pairs = entries.size() * (entries.size() - 1) / 2.0;
        return one != other && Contrast.of(one.right(), other.right()).p() < LEVEL / pairs;
    }

    /// By accuracy, the most first; of the same, by name.
    private List<Entry> of(Standing... wanted) {
        return IntStream.range(0, entries.size()).filter(i -> List.of(wanted).contains(standings.get(i))).mapToObj(entries::get)
            .sorted(Comparator.comparingDouble(Entry::accuracy).reversed().thenComparing(Entry::name)).toList();
    }

    // ---- what it says

    /// Who learns, who is in front, how sure that is.
    String words() {
        return Stream.of(learning(), front(), behind(), sureness()).filter(sentence -> !sentence.isEmpty())
            .collect(Collectors.joining(" "));
    }

    /// Who learns, and who is in front, without figures.
    String brief() {
        var not = of(Standing.NOT, Standing.SOMETIMES);
        var learn = " learn" + (seeds() == 1 ? "" : " from every seed");
        if (entries.size() == 1) return not.isEmpty() ? "It learns." : "It doesn't" + learn + ".";
        if (not.size() == entries.size()) return "None of them does" + learn + ".";
        var words = not.isEmpty() ? "All" + learn : "Of these, " + names(not) + (not.size() == 1 ? " doesn't" : " don't") + learn;
        var ahead = of(Standing.AHEAD);
        var front = of(Standing.FRONT);
        return words + (!ahead.isEmpty() ? "; " + ahead.getFirst().name() + " is ahead of the others."
            : front.size() < 2 ? "." : "; which of " + names(front) + " is best, these runs can't tell.");
    }

    private String learning() {
        var not = of(Standing.NOT);
        var sometimes = of(Standing.SOMETIMES);
        int learn = entries.size() - not.size() - sometimes.size();
        if (entries.size() == 1) return entries.getFirst().name() + (learn == 1 ? " learns" : not.size() == 1 ? " doesn't learn"
            : sometimes(entries.getFirst())) + ": " + range(entries) + ", where " + constantWords() + ".";
        var words = new StringBuilder();
        if (learn == entries.size()) words.append("All ").append(number(learn)).append(" initializations learn");
        else if (not.size() == entries.size()) words.append("None of the ").append(number(entries.size()))
            .append(" initializations learns: they have ").append(range(not)).append(", and ").append(constantWords());
        else {
            words.append(capital(number(learn))).append(" of ").append(number(entries.size())).append(" initializations ")
                .append(learn == 1 ? "learns" : "learn");
            if (learn == 1) words.append(", ").append(figures(of(Standing.FRONT)));
            if (!not.isEmpty()) words.append("; ").append(names(not))
                .append(not.size() == 1 ? " doesn't: it has " : " don't: they have ")
                .append(range(not)).append(", and ").append(constantWords());
        }
        for (var entry : sometimes) words.append("; ").append(entry.name()).append(sometimes(entry));
        return words.append('.').toString();
    }

    private String sometimes(Entry entry) { return " learns from " + timesLearned(entry) + " of " + seeds() + " seeds"; }

    private String constantWords() { return "always giving the most frequent answer has " + percent(constant()); }

    private String front() {
        if (entries.size() == 1) return "";
        var ahead = of(Standing.AHEAD);
        if (!ahead.isEmpty()) return ahead.getFirst().name() + " is ahead of the others by more than chance explains: "
            + figures(of(Standing.AHEAD, Standing.BEHIND)) + ".";
        var front = of(Standing.FRONT);
        if (front.size() < 2) return ""; // its figure stands beside its name
        boolean alike = front.stream().noneMatch(one -> front.stream().anyMatch(other -> areApart(one, other)));
        return (of(Standing.BEHIND).isEmpty() ? "Those that learn" : "The " + number(front.size()) + " in front")
            + (alike ? " are alike within chance, " : " can't be told from the first among them by more than chance explains, ")
            + range(front) + ": " + names(front) + ".";
    }

    private String behind() {
        var behind = of(Standing.BEHIND);
        return behind.isEmpty() || !of(Standing.AHEAD).isEmpty() ? "" : "Behind them: " + figures(behind) + ".";
    }

    private String sureness() {
        return seeds() == 1
            ? Figures.format("± is one standard error on %,d held-out images; another seed would move each figure, too:"
                + " --seeds 5 measures by how much.", images())
            : Figures.format("Means over %d seeds, each with weights, order and held-out images (%,d) of its own; ± is one"
                + " standard error of the mean, more seeds make it smaller.", seeds(), images());
    }

    private static String figures(List<Entry> entries) {
        var shown = entries.stream().limit(MOST_NAMES).map(entry -> entry.name() + " " + figure(entry))
            .collect(Collectors.joining(", "));
        return shown + (entries.size() > MOST_NAMES ? " and " + (entries.size() - MOST_NAMES) + " more" : "");
    }

    static String figure(Entry entry) {
        return Figures.format("%.2f ± %.2f %%", 100 * entry.accuracy(), 100 * entry.standardError());
    }

    /// From the least to the greatest.
    private static String range(List<Entry> entries) {
        var sorted = entries.stream().sorted(Comparator.comparingDouble(Entry::accuracy)).map(Ranking::figure).distinct()
            .toList();
        return sorted.size() == 1 ? sorted.getFirst() : sorted.getFirst().replace(" %", "") + " to " + sorted.getLast();
    }

    /// In the order of the alphabet: it claims nothing.
    private static String names(List<Entry> entries) {
        var names = entries.stream().map(Entry::name).sorted().toList();
        return names.size() == 1 ? names.getFirst()
            : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }

    static String number(int count) {
        var words = List.of("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve");
        return count < words.size() ? words.get(count) : "" + count;
    }

    private static String capital(String text) { return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1); }

    static String percent(double share) { return Figures.percent(share, 2); }
}
