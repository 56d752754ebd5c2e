package dev.lanewise.lab.table;

import dev.lanewise.data.Csv;
import dev.lanewise.data.CsvTable;
import dev.lanewise.figures.Figures;
import dev.lanewise.random.RandomSource;
import java.util.List;

/// Customers that are made up: numbers and categories, of which some are missing, and what each customer does next, which follows
/// from them but for noise. A row depends on the source and its number alone, on every machine.
final class MixedTable {

    static final String TARGET = "choice";

    private static final List<String> CHOICES = List.of("stays", "upgrades", "leaves");
    private static final List<String> PLANS = List.of("basic", "family", "premium");
    private static final List<String> REGIONS = List.of("north", "east", "south", "west", "islands");
    private static final List<String> CHANNELS = List.of("shop", "phone", "web", "friend", "partner", "fair", "letter", "other");
    /// How a channel's customers lean.
    private static final double[] LOYALTY = {0.6, -0.4, 0, 1.2, 0.2, -0.8, -1.0, 0};
    /// Shares of fields that are missing.
    private static final double GAPS = 0.08;
    private static final double NOISE = 0.5;

    private MixedTable() {}

    static CsvTable of(int rows, RandomSource source) {
        var text = new StringBuilder("age,income,months,visits,plan,region,channel," + TARGET + "\n");
        for (int row = 0; row < rows; row++) {
            var uniform = new float[12];
            source.stream("uniform").stream(row).uniform(uniform, 0, uniform.length);
            var normal = new float[6];
            source.stream("normal").stream(row).normal(normal, 0, normal.length);
            double age = 18 + 60 * uniform[0];
            double income = 30 * StrictMath.exp(0.5 * normal[0]);
            double months = 96 * uniform[1] * uniform[1];
            double visits = Math.floor(20 * uniform[2] * uniform[3]);
            int plan = index(uniform[4], PLANS);
            int region = index(uniform[5], REGIONS);
            int channel = index(uniform[6], CHANNELS);
            double stays = 0.5 + LOYALTY[channel] + months / 40 + NOISE * normal[1];
            double upgrades = (plan == PLANS.size() - 1 ? -2 : 0.2) + (income - 30) / 15 + visits / 8 + NOISE * normal[2];
            double leaves = (region == 4 ? 1.5 : 0) + (months < 12 ? 1.2 : 0)
                + (plan == 1 ? 0.8 - age / 60 : 0) - LOYALTY[channel] + NOISE * normal[3];
            int choice = stays >= upgrades && stays >= leaves ? 0 : upgrades >= leaves ? 1 : 2;
            text.append(gap(uniform[7], Figures.fixed(age, 0))).append(',').append(gap(uniform[8], Figures.fixed(income, 1)))
                .append(',').append(Figures.fixed(months, 1)).append(',').append(Figures.fixed(visits, 0)).append(',')
                .append(gap(uniform[9], PLANS.get(plan))).append(',').append(REGIONS.get(region)).append(',')
                .append(gap(uniform[10], CHANNELS.get(channel))).append(',').append(CHOICES.get(choice)).append('\n');
        }
        return Csv.withHeader().parse(text.toString());
    }

    private static int index(double share, List<String> names) { return (int) (share * names.size()); }

    private static String gap(double share, String field) { return share < GAPS ? "" : field; }
}
