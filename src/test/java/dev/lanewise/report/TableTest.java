package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.w3c.dom.Element;

class TableTest {

    @Example
    void aPathIsBrokenBehindItsDotsAndANumberIsNot() {
        var html = new Table(Column.text("what")).row("layers.0.self_attn.weight")
            .row("after 200 steps, a rate of 0.03 1.5, or so.").html();
        assertTrue(html.contains("layers.<wbr/>0.<wbr/>self_attn.<wbr/>weight")
            && html.contains("rate of 0.03 1.5, or so.<"), html);
    }

    @Example
    void textIsAligned() {
        assertEquals("""
                init            accuracy
                ──────────────  ────────
                zeros              9.9 %
                kaimingUniform    85.4 %
                """, table().row("zeros", "9.9 %").row("kaimingUniform", "85.4 %").text());
    }

    @Example
    void aCharacterOfTwoCodeUnitsIsOnePlaceWide() {
        assertEquals("init  accuracy\n────  ────────\n😀            1\n", table().row("😀", "1").text());
    }

    @Property
    void everyCellIsOnItsLineWhateverItHolds(@ForAll List<String> names) {
        var table = table();
        names.forEach(name -> table.row(name, "|"));
        var lines = table.text().split("\n", -1);
        assertEquals(names.size() + 3, lines.length);
        var end = lines[0].codePointCount(0, lines[0].length());
        for (var i = 0; i < names.size(); i++) {
            var line = lines[i + 2];
            assertTrue(line.endsWith("|"), line);
            assertEquals(end, line.codePointCount(0, line.length()));
        }
    }

    /// Of one byte and of two, and what turns the reading direction.
    @Example
    void noTerminalObeysACell() {
        var text = table().row("a\u001b[2J\u009b2J\u202eb\u2028c\nd", "1").text();
        assertEquals("a [2J 2J b c d", text.lines().toList().getLast().substring(0, 14));
    }

    @Property
    void htmlHoldsEveryCell(@ForAll List<String> names) {
        var table = table();
        names.forEach(name -> table.row(name, "1"));
        var cells = Xml.texts(Xml.parse(table.html()), "td");
        for (var i = 0; i < names.size(); i++) {
            assertEquals(MarkupTest.carried(names.get(i)), cells.get(2 * i));
        }
    }

    @Example
    void numbersAreSetToTheRight() {
        var page = Xml.parse(table().row("zeros", "9.9 %").html());
        assertEquals(List.of("text", "number"), Xml.all(page, "td").stream()
            .map((Element cell) -> cell.getAttribute("class")).toList());
        assertTrue(PageStyle.CSS.contains(".number{text-align:right}"));
    }

    @Example
    void aRowOfTheWrongLengthIsRefused() {
        var failure = assertThrows(IllegalArgumentException.class, () -> table().row("zeros"));
        assertEquals("table: 1 cells for 2 columns: [zeros]; give one for each", failure.getMessage());
        assertThrows(IllegalArgumentException.class, Table::new);
    }

    /// What has more columns than a phone has room for becomes cards there, whose cells say what they are.
    @Example
    void cellsSayWhatTheyAre() {
        assertFalse(table().row("zeros", "9.9 %").html().contains("cards"));
        var eight = IntStream.range(0, 8).mapToObj(i -> Column.number("column " + i)).toArray(Column[]::new);
        var wide = Xml.parse(new Table(eight).row("1", "2", "3", "4", "5", "6", "7", "8").html());
        assertEquals(1, Xml.withClass(wide, "cards").size());
        assertEquals("column 3", Xml.all(wide, "td").get(3).getAttribute("data-of"));
        var long48 = new Table(Column.text("a"), Column.number("b")).row("some words that are broken between them", "1");
        assertFalse(long48.html().contains("cards"), "sentences are broken");
    }

    private static Table table() {
        return new Table(Column.text("init"), Column.number("accuracy"));
    }

    /// Eight columns, or a row of more than a hundred characters.
    @Example
    void whatIsWideIsSetCloser() {
        assertTrue(new Table(Column.text("a"), Column.text("b")).row("x".repeat(50), "y".repeat(50)).html().contains("plain"));
        assertFalse(new Table(Column.text("a"), Column.number("b")).row("x".repeat(48), "1".repeat(49)).html().contains(" long"));
        assertTrue(new Table(Column.text("a"), Column.text("b")).row("x", "y".repeat(49)).html().contains("\"text long\""));
        assertTrue(new Table(Column.text("a"), Column.text("b")).row("x".repeat(50), "y".repeat(51)).html().contains("dense"));
        var eight = IntStream.range(0, 8).mapToObj(i -> Column.text("" + i)).toArray(Column[]::new);
        assertTrue(new Table(eight).html().contains("dense"));
    }
}
