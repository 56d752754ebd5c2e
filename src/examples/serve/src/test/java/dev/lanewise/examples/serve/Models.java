package dev.lanewise.examples.serve;

import dev.lanewise.data.Columns;
import dev.lanewise.data.Csv;
import dev.lanewise.data.CsvTable;
import dev.lanewise.random.Threefry;
import dev.lanewise.serve.TableFormat;
import dev.lanewise.serve.TableModel;
import dev.lanewise.serve.TableNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Models of tables that nothing has been learned from: their weights are as they start, which is as good for whoever asks.
final class Models {

    static final List<String> PLANS = List.of("basic", "family, large", "\"premium\"");

    private Models() {}

    /// Numbers, of which one may be missing, and categories, of which some may be new.
    static TableModel classes() {
        return model(new Columns().standardized("age", "income").fillMissingWithMean("income").index("plan", PLANS)
            .oneHot("region").other("region").targetClass("what next"));
    }

    static TableModel numbers() {
        return model(new Columns().numeric("age").standardized("income").fillMissing(7, "income").index("plan", PLANS)
            .other("plan").oneHot("region").targetStandardized("age next"));
    }

    private static TableModel model(Columns columns) {
        var preprocessing = columns.fit(training());
        var network = new TableNetwork(preprocessing, List.of(24, 10), 0);
        network.initialize(new Threefry(5));
        return new TableModel(preprocessing, List.of(24, 10), new TableFormat(List.of(), ','), network);
    }

    private static CsvTable training() {
        return Csv.withHeader().parse("age,income,plan,region,what next,age"
            + " next\n31,1e3,basic,north,stays,32\n45.5,,basic,south,leaves,46\n62,250.25,basic,north,stays,70\n");
    }

    /// @param fields of age, income, plan and region; null is missing
    static CsvTable table(List<List<String>> rows) {
        var text = new StringBuilder("age,income,plan,region\n");
        for (var row : rows) text.append(String.join(",",
            row.stream().map(field -> field == null ? "" : '"' + field.replace("\"", "\"\"") + '"').toList())).append('\n');
        return Csv.withHeader().parse(text.toString());
    }

    static List<String> row(SplittableRandom random) {
        var fields = new ArrayList<String>();
        fields.add("" + (18 + random.nextInt(560) / 8f));
        fields.add(random.nextInt(4) == 0 ? null : "" + random.nextInt(2000) / 8f);
        fields.add(PLANS.get(random.nextInt(PLANS.size())));
        fields.add(random.nextBoolean() ? "north" : "south");
        return fields;
    }

    /// As JSON has it; numbers are written as such.
    static String json(List<String> row) {
        return "{\"age\": " + row.get(0) + ", \"income\":" + row.get(1) + ",\"plan\":\"" + row.get(2)
            .replace("\"", "\\\"") + "\", \"region\":\"" + row.get(3)
            + "\", \"not a column\": true}";
    }
}
