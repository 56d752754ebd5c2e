package dev.lanewise.report;

import java.util.List;
import java.util.Objects;

/// Links to other pages of the same folder, each with some words about it and, where there is one, a small picture.
public record Links(List<Link> links) implements Block {

    /// A link to one page.
    ///
    /// @param file    the page's file name
    /// @param title   what the link says
    /// @param text    about the page
    /// @param picture the page's chart, which is shown small; null for none
    public record Link(String file, String title, String text, Pictured picture) {

        /// Refuses what isn't the name of a file beside the page.
        ///
        /// @throws IllegalArgumentException if the file is not beside the page: an address, or a path with a folder
        public Link {
            Objects.requireNonNull(title, "title");
            Objects.requireNonNull(text, "text");
            if (!file.matches("[A-Za-z0-9_-]+\\.html")) throw new IllegalArgumentException("link: \"" + file
                + "\" is no page beside this one; give a name of letters, digits, - and _ that ends in .html");
        }

        /// Without a picture.
        public Link(String file, String title, String text) {
            this(file, title, text, null);
        }
    }

    /// Keeps a copy of the links.
    public Links { links = List.copyOf(links); }

    @Override
    public String html() {
        var markup = new Markup().open("ul", "class", "links");
        for (var link : links) {
            markup.open("li").open("a", "href", link.file).raw(link.picture == null ? "" : link.picture.thumbnail())
                .element("b", link.title).close().open("p").prose(link.text).close().close();
        }
        return markup.close().toString();
    }
}
