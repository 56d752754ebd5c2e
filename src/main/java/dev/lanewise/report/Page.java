package dev.lanewise.report;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// One self-contained HTML page: no script, nothing loaded from elsewhere. It follows the reader's light or dark scheme, fits a
/// phone, and prints. All text given to it is escaped.
///
/// ```java
/// Page.titled("Which initialization learns?")
///         .lead("The same network, trained from eleven initializations.")
///         .section("Loss", new Paragraph("The first 100 batches."), chart)
///         .section("Results", table, new Facts().and("seed", 42))
///         .write(Path.of("report.html"));
/// ```
public final class Page {
    private record Section(String heading, List<Block> blocks) {}

    private final String title;
    private final List<Section> sections = new ArrayList<>();
    private String lead = "";
    private List<Links.Link> around = List.of();

    private Page(String title) {
        this.title = Objects.requireNonNull(title, "title");
    }

    /// {@return an empty page with this title}
    public static Page titled(String title) {
        return new Page(title);
    }

    /// Says under the title what the page shows.
    public Page lead(String text) {
        lead = Objects.requireNonNull(text, "text");
        return this;
    }

    /// {@return its title}
    public String title() {
        return title;
    }

    /// {@return what stands under the title}
    public String lead() {
        return lead;
    }

    /// Says above and below the page how to go on: to the pages around it.
    ///
    /// @param links whose titles say which each is, such as `All experiments`; their words are not shown
    public Page around(List<Links.Link> links) {
        around = List.copyOf(links);
        return this;
    }

    /// Adds a section; its blocks are rendered when the page is.
    public Page section(String heading, Block... blocks) {
        sections.add(new Section(Objects.requireNonNull(heading, "heading"), List.of(blocks)));
        return this;
    }

    /// {@return the whole document} It is well-formed XML, too.
    public String html() {
        var markup = new Markup().raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head")
                .empty("meta", "charset", "utf-8")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .element("title", title)
                .open("style").raw(PageStyle.CSS).close()
                .close().open("body").open("main");
        navigation(markup);
        markup.open("header").element("h1", title);
        if (!lead.isEmpty()) markup.open("p", "class", "lead").prose(lead).close();
        markup.close();
        for (var section : sections) {
            markup.open("section").element("h2", section.heading());
            section.blocks().forEach(block -> markup.raw(block.html()));
            markup.close();
        }
        navigation(markup);
        return markup.close().close().close().toString();
    }

    private void navigation(Markup markup) {
        if (around.isEmpty()) return;
        markup.open("nav");
        around.forEach(link -> markup.element("a", link.title(), "href", link.file()));
        markup.close();
    }

    /// Writes the page in UTF-8. The file appears whole or not at all; missing folders are made.
    ///
    /// @throws IllegalArgumentException if `file` is a folder
    /// @throws UncheckedIOException     if the file cannot be written
    public void write(Path file) {
        TextFiles.write("page", file, html());
    }
}
