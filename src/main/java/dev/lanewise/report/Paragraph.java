package dev.lanewise.report;

import java.util.Objects;

/// A paragraph of plain text; markup in it is shown, not obeyed.
public record Paragraph(String text) implements Block {

    /// Refuses null.
    public Paragraph {
        Objects.requireNonNull(text, "text");
    }

    @Override
    public String html() {
        return new Markup().open("p").prose(text).close().toString();
    }
}
