package dev.lanewise.spark;

import static dev.lanewise.spark.Digits.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.ml.feature.VectorAssembler;
import org.junit.jupiter.api.Test;

/// Whatever `spark.serializer` names.
class RecordSerializerTest {

    private record Inner(String text, double[] numbers) implements Serializable {}

    private record Outer(int whole, Inner inner, Object any, List<String> several, byte none) implements Serializable {}

    private static SparkConf conf() {
        return new SparkConf(false).setMaster("local[2]").setAppName("Lanewise's tests").set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1").set("spark.serializer", KryoSerializer.class.getName());
    }

    private static Object again(Kryo kryo, Object value) {
        var output = new Output(64, -1);
        kryo.writeClassAndObject(output, value);
        return kryo.readClassAndObject(new Input(output.toBytes()));
    }

    @Test
    void aRecordIsTheSameAgain() {
        var kryo = new KryoSerializer(conf()).newKryo();
        var key = new ContentKey(-1, 7);
        var several = new ArrayList<>(List.of("a", "b"));
        var outer = new Outer(3, new Inner("ä", new double[] {1, Double.NaN}), key, several, (byte) -1);
        var read = (Outer) ((Numbered<?>) again(kryo, new Numbered<>(key, outer))).row();
        assertEquals(List.of(3, "ä", key, several, (byte) -1),
            List.of(read.whole, read.inner.text, read.any, read.several, read.none));
        assertArrayEquals(outer.inner.numbers, read.inner.numbers);
        assertEquals(new Numbered<>(key, null), again(kryo, new Numbered<>(key, null)));
        var twice = new ArrayList<Object>(List.of(key, key, new Census(2, key)));
        assertEquals(twice, again(kryo, twice));
    }

    @Test
    void aRunIsTheSame() throws Exception {
        var points = Digits.points(140);
        var settings = Settings.DEFAULT.epochs(3).batchSize(32).shards(2);
        var here = new SparkTrainer<>(new Digits(), settings).fitHere(points);
        try (var session = SparkSession.builder().config(conf()).getOrCreate()) {
            var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
            spark.setLogLevel("WARN");
            var numbers = new ArrayList<Integer>();
            for (int i = 0; i < points.size(); i++) numbers.add(i);
            var rows = spark.parallelize(numbers, 3).map(i -> Digits.points(140).get(i));
            assertSame(here, new SparkTrainer<>(new Digits(), settings.processes(2)).fit(rows));
            var table = session.range(100).selectExpr("CAST(id AS DOUBLE) AS a", "CAST(id % 2 AS DOUBLE) AS label");
            var vectors = new VectorAssembler().setInputCols(new String[] {"a", "label"}).setOutputCol("features")
                .transform(table);
            var model = new LanewiseClassifier().setMaxIter(2).setProcesses(2).fit(vectors);
            assertEquals(100, model.transform(vectors).where("prediction >= 0").count());
        }
    }
}
