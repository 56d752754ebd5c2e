package dev.lanewise.report;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.helpers.DefaultHandler;

/// Reads what the package writes with the JDK's own parser, which rejects anything that is not well-formed.
final class Xml {
    private Xml() {}

    static Document parse(String text) {
        try {
            var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            return builder.parse(new InputSource(new StringReader(text)));
        } catch (Exception e) {
            throw new AssertionError("not well-formed: " + e.getMessage() + "\n" + text, e);
        }
    }

    /// A figure as it is on a wide screen, or on a phone.
    static Document on(Format format, String figure) {
        var document = parse(figure);
        for (var other : withClass(document, format == Format.DESK ? "phone" : "desk")) other.getParentNode().removeChild(other);
        return document;
    }

    static List<Element> all(Document document, String element) {
        var found = document.getElementsByTagName(element);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
    }

    static List<Element> withClass(Document document, String name) {
        return all(document, "*").stream().filter(e -> List.of(e.getAttribute("class").split(" ")).contains(name)).toList();
    }

    static List<String> texts(Document document, String element) {
        return all(document, element).stream().map(Element::getTextContent).toList();
    }
}
