package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.w3c.dom.Element;

class ImageGridTest {

    /// What is drawn is what was given, to the nearest of 32 steps.
    @Property(tries = 200)
    void drawsEveryPixel(@ForAll @Size(12) List<@FloatRange(min = -0.5f, max = 1.5f) Float> values) {
        var greys = new float[12];
        for (var i = 0; i < 12; i++) greys[i] = values.get(i);
        var image = Xml.withClass(Xml.parse(ImageGrid.titled("t").image("c", 3, 4, greys).html()), "image").getFirst();
        var drawn = pixels(image, 3, 4);
        for (var i = 0; i < 12; i++) assertEquals(Math.clamp(greys[i], 0f, 1f), drawn[i], 0.5 / 32 + 1.0 / 255, "pixel " + i);
    }

    private static double[] pixels(Element image, int height, int width) {
        var drawn = new double[height * width];
        Arrays.fill(drawn, Double.NaN);
        var paths = image.getElementsByTagName("path");
        for (var i = 0; i < paths.getLength(); i++) {
            var path = (Element) paths.item(i);
            var run = Pattern.compile("M(\\d+) (\\d+)\\.5h(\\d+)").matcher(path.getAttribute("d"));
            while (run.find()) {
                var from = Integer.parseInt(run.group(2)) * width + Integer.parseInt(run.group(1));
                for (var k = 0; k < Integer.parseInt(run.group(3)); k++) {
                    assertTrue(Double.isNaN(drawn[from + k]), "drawn once");
                    drawn[from + k] = Integer.parseInt(path.getAttribute("stroke").substring(1, 3), 16) / 255.0;
                }
            }
        }
        return drawn;
    }

    @Example
    void panelsStandSideBySideWithTheirImagesInRows() {
        var grid = ImageGrid.titled("t").columns(2).panel("before").image("a", 1, 1, new float[1]).image("b", 1, 1, new float[1])
                .image("c", 1, 1, new float[1]).panel("after <b>").image("d", 1, 1, new float[1]);
        var page = Xml.parse(grid.html());
        assertEquals(List.of("before", "a", "b", "c", "after <b>", "d"), Xml.texts(page, "text"));
        assertEquals(2, Xml.all(page, "svg").size());
        var places = Xml.all(page, "text").stream().filter(text -> "abc".contains(text.getTextContent()))
                .map(text -> text.getAttribute("x") + " " + text.getAttribute("y")).toList();
        assertEquals(places.get(0).split(" ")[1], places.get(1).split(" ")[1], "one row");
        assertEquals(places.get(0).split(" ")[0], places.get(2).split(" ")[0], "one column");
        assertEquals(List.of(), Xml.all(page, "image"));
    }

    @Example
    void onAPhoneThreeImagesOfLongNamesStandSideBySide() {
        var grid = ImageGrid.titled("t").columns(5);
        for (var i = 0; i < 6; i++) grid.image(i + "horseshoe, taken for zigzag", 28, 28, new float[784]);
        var page = Xml.parse(grid.html());
        assertEquals(List.of("images desk", "images phone"), Xml.all(page, "div").stream()
            .map(div -> div.getAttribute("class")).toList());
        var begins = Xml.all(page, "text").stream()
            .filter(text -> text.getTextContent().matches(".*horseshoe,.*(?<!zigzag)")).toList();
        assertEquals(3, begins.stream().map(text -> text.getAttribute("x")).distinct().count());
        assertEquals(2, begins.stream().map(text -> text.getAttribute("y")).distinct().count());
        assertEquals(6, Xml.texts(page, "text").stream().filter(text -> text.matches("(taken )?for zigzag")).count(), "below");
    }

    @Example
    void whatIsNoNumberIsSeen() {
        var page = Xml.parse(ImageGrid.titled("t").image("c", 1, 2, new float[] {Float.NaN, 0}).html());
        assertTrue(Xml.texts(page, "text").contains("c (1 NaN)"));
        assertTrue(Xml.all(page, "path").stream().anyMatch(path -> path.getAttribute("stroke").equals(Stroke.LIGHT.get(1))));
    }

    @Example
    void refusesWhatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> ImageGrid.titled("t").image("c", 2, 2, new float[3]));
        assertThrows(IllegalArgumentException.class, () -> ImageGrid.titled("t").columns(0));
        assertThrows(IllegalArgumentException.class, () -> ImageGrid.titled("t").zoom(Double.NaN));
    }
}
