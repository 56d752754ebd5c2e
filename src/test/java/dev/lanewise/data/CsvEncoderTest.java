package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.tensor.Rejected;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CsvEncoderTest {
    private static final String SHELLS = """
            sex,length,weight,id,rings
            M,0.455, 0.5140 ,a,15
            I,-3.5e-1,.25,b,7
            F,1,+2.,c,9
            M,2,0.5,d,10
            """;

    private static CsvTable shells() {
        return Csv.withHeader().parse(SHELLS);
    }

    @Test
    void regressionPredictsAColumnFromTheOthers() {
        var encoder = shells().encode().categorical("sex").without("id");
        assertEquals(List.of("sex=M", "sex=I", "sex=F", "length", "weight"), encoder.featureNames("rings"));
        var batch = encoder.regression("rings").batch(1, 2, 0);
        assertArrayEquals(new float[] {0, 1, 0, -0.35f, 0.25f, 0, 0, 1, 1, 2, 1, 0, 0, 0.455f, 0.514f}, batch.inputs().toArray());
        assertArrayEquals(new float[] {7, 9, 15}, batch.targets().toArray());
        assertEquals("[3, 1]", batch.targets().shape().toString());
    }

    @Test
    void severalColumnsMayBeTargets() {
        var data = shells().encode().without("id", "sex").regression("rings", "length");
        assertArrayEquals(new float[] {7, -0.35f, 15, 0.455f}, data.batch(1, 0).targets().toArray());
        assertArrayEquals(new float[] {0.25f, 0.514f}, data.batch(1, 0).inputs().toArray());
    }

    @Test
    void classificationLabelsInTheOrderAskedFor() {
        var encoder = shells().encode().without("id");
        var found = encoder.classification("sex");
        assertEquals(List.of("M", "I", "F"), found.classNames());
        assertArrayEquals(new int[] {0, 1, 2, 0}, found.batch(0, 1, 2, 3).targets());
        assertArrayEquals(new float[] {0.455f, 0.514f, 15}, found.batch(0).inputs().toArray());
        var sorted = encoder.categorical(CsvEncoder.Order.SORTED, "sex");
        assertEquals(List.of("F", "I", "M"), sorted.classification("sex").classNames());
        assertArrayEquals(new int[] {2, 1, 0, 2}, sorted.classification("sex").batch(0, 1, 2, 3).targets());
        assertEquals(List.of("sex=F", "sex=I", "sex=M", "length", "weight"), sorted.featureNames("rings"));
    }

    @Test
    void missingNumbersAreFilledOnlyWhenAskedFor() {
        var table = Csv.withHeader().parse("x,c,y\n1,a,1\n,b,2\n4,,3\nNA,a,4\n");
        Rejected.argument(() -> table.encode().without("c").regression("y"), "row 2, on line 3, column \"x\"",
                "\"\" is missing", "fillMissing");
        Rejected.argument(() -> table.encode().without("c").fillMissing(0).regression("y"), "line 5", "column \"x\"",
                "\"NA\" is not a number");
        Rejected.argument(() -> table.encode().without("x").categorical("c").regression("y"), "line 4", "column \"c\"",
                "names no category");
        var filled = table.encode().without("c").fillMissing(-1, "", "NA").regression("y").batch(0, 1, 2, 3);
        assertArrayEquals(new float[] {1, -1, 4, -1}, filled.inputs().toArray());
        var mean = table.encode().without("c").fillMissingWithMean("", "NA").regression("y").batch(0, 1, 2, 3);
        assertArrayEquals(new float[] {1, 2.5f, 4, 2.5f}, mean.inputs().toArray());
        assertEquals(List.of("c=a", "c=b", "c="),
                table.encode().without("x").categorical("c").fillMissing(0).featureNames("y"));
    }

    @Test
    void aMissingTargetIsRefusedEvenWhereFeaturesAreFilled() {
        var table = Csv.withHeader().parse("x,y\n1,2\n2,\n3,?\n");
        Rejected.argument(() -> table.encode().fillMissing(0).regression("y"), "line 3", "column \"y\"", "is missing");
        Rejected.argument(() -> table.encode().classification("y"), "line 3", "names no class");
        Rejected.argument(() -> table.encode().fillMissing(0, "?").classification("y"), "line 3", "names no class");
        var rest = Csv.withHeader().parse("x,y\n1,2\n3,?\n");
        Rejected.argument(() -> rest.encode().fillMissing(0, "?").classification("y"), "line 3", "\"?\" names no class");
    }

    /// Java's parser takes more than what a number is in a table.
    @Test
    void onlyDecimalNumbersAreNumbers() {
        for (var text : List.of("1f", "0x1p3", "NaN", "Infinity", "1,5", "1 2", "--1", "1e", ".", "abc")) {
            var table = Csv.withHeader().separator(';').parse("x;y\n1;1\n" + text + ";2");
            Rejected.argument(() -> table.encode().regression("y"), "line 3", "column \"x\"", '"' + text + '"', "not a number");
        }
        var huge = Csv.withHeader().parse("x,y\n1e39,1");
        Rejected.argument(() -> huge.encode().regression("y"), "line 2", "1e39", "largest float");
    }

    @Property
    void everyFloatComesBack(@ForAll @Size(min = 1, max = 20) List<Float> numbers) {
        var text = new StringBuilder("x,y\n");
        numbers.forEach(number -> text.append(number).append(",0\n"));
        var data = Csv.withHeader().parse(text.toString()).encode().regression("y");
        for (int row = 0; row < numbers.size(); row++) {
            assertEquals(numbers.get(row), data.batch(row).inputs().item());
        }
    }

    @Test
    void columnsMustBeThere() {
        var encoder = shells().encode();
        Rejected.argument(() -> encoder.categorical("colour"), "no column \"colour\"", "sex, length, weight, id, rings");
        Rejected.argument(() -> encoder.without("colour"), "no column \"colour\"");
        Rejected.argument(() -> encoder.regression("colour"), "no column \"colour\"");
        Rejected.argument(() -> encoder.classification("colour"), "no column \"colour\"");
        Rejected.argument(encoder::regression, "no column to predict");
        Rejected.argument(() -> encoder.categorical("sex").regression("sex"), "\"sex\" is categorical", "classification");
        Rejected.argument(() -> encoder.without("sex", "length", "weight", "id").regression("rings"), "no column is left");
        Rejected.argument(() -> encoder.fillMissing(Double.NaN), "NaN");
        var empty = Csv.withHeader().parse("x,y\n,1\n,2");
        Rejected.argument(() -> empty.encode().fillMissingWithMean().regression("y"), "\"x\" has no number");
    }
}
