package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Trainer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Tables for networks with embeddings: two inputs, numbers and indices.
class SeparatedTest {

    private static final CsvTable TABLE = Csv.withHeader()
        .parse("city,area,kind,floor,price,sold\nA,10,flat,1,5,no\nB,20,house,2,9,yes\n"
        + "A,30,flat,3,11,yes\nC,40,flat,1,17,no\n");

    private static Columns columns() { return new Columns().index("city").numeric("area").oneHot("kind").index("floor"); }

    @Test
    void indicesStandApart() {
        var fitted = columns().targetClass("sold").fit(TABLE);
        var all = fitted.separated(TABLE);
        assertEquals(4, all.size());
        assertArrayEquals(new float[] {10, 1, 0, 20, 0, 1, 30, 1, 0, 40, 1, 0}, all.numbers().toArray());
        assertEquals(List.of("city", "floor"), List.copyOf(all.indices().keySet()));
        assertArrayEquals(new int[] {0, 1, 0, 2}, all.indices("city"));
        var data = fitted.separatedClassification(TABLE);
        assertEquals(List.of("no", "yes"), data.classNames());
        var batch = data.subset(3, 1).batch(1, 0, 1);
        assertEquals(3, batch.size());
        assertArrayEquals(new int[] {1, 2, 1}, batch.inputs().indices("city"));
        assertArrayEquals(new int[] {1, 0, 1}, batch.inputs().indices("floor"));
        assertArrayEquals(new float[] {20, 0, 1, 40, 1, 0, 20, 0, 1}, batch.inputs().numbers().toArray());
        assertArrayEquals(new int[] {1, 0, 1}, batch.targets());
        var one = fitted.separated(Map.of("city", "C", "area", "7", "kind", "house", "floor", "3"));
        assertArrayEquals(new int[] {2}, one.indices("city"));
        assertArrayEquals(new float[] {7, 0, 1}, one.numbers().toArray());
    }

    @Test
    void numbersArePredictedToo() {
        var data = new Columns().index("city").targetNumbers("price").fit(TABLE).separatedRegression(TABLE);
        var batch = data.batch(2, 3);
        assertEquals(Shape.of(2, 0), batch.inputs().numbers().shape());
        assertArrayEquals(new float[] {11, 17}, batch.targets().toArray());
        assertEquals(Shape.of(2, 1), batch.targets().shape());
        assertEquals(Map.of(), new Columns().numeric("area").targetNumbers("price").fit(TABLE).separatedRegression(TABLE)
            .batch(0).inputs().indices());
    }

    @Test
    void whatIsNotThereIsRefused() {
        var fitted = columns().targetClass("sold").fit(TABLE);
        Rejected.argument(() -> fitted.separatedRegression(TABLE), "separatedRegression", "no number");
        Rejected.argument(() -> columns().targetNumbers("price").fit(TABLE).separatedClassification(TABLE),
            "separatedClassification", "no class");
        Rejected.argument(() -> fitted.separatedClassification(TABLE).batch(4), "row 4");
        Rejected.argument(() -> fitted.separatedClassification(TABLE).batch(), "no rows");
        Rejected.argument(() -> fitted.separated(TABLE).indices("area"), "\"area\"", "\"city\", \"floor\"");
        Rejected.argument(() -> fitted.separated(Map.of("city", "D", "area", "7", "kind", "house", "floor", "3")), "\"D\"",
            "is none of the 3");
    }

    /// Price by city and area, through an embedding.
    private static final class Prices extends Module {

        private final Embedding city;
        private final Linear output = register("output", new Linear(1 + 2, 1));

        Prices(int cities) { city = register("city", new Embedding(cities, 2)); }

        Tensor call(TableInputs inputs) {
            return output.call(Tensor.cat(1, inputs.numbers(), city.call(inputs.indices("city"), inputs.size())));
        }
    }

    @Test
    void aNetworkWithAnEmbeddingLearnsFromIt() {
        var fitted = new Columns().index("city").standardized("area").targetNumbers("price").fit(TABLE);
        var model = new Prices(fitted.categoryCount("city"));
        model.initialize(1);
        var trainer = new Trainer<>(model, (TableBatch<Tensor> batch) -> model.call(batch.inputs()),
            (prices, batch) -> Loss.mseLoss(prices, batch.targets()), new Adam(model.parameters(), 0.2));
        var history = trainer.fit(new DataLoader<>(fitted.separatedRegression(TABLE), 4), 100);
        float[] losses = history.stepLosses();
        assertTrue(losses[99] < 0.05 * losses[0], () -> losses[0] + " to " + losses[99]);
    }
}
