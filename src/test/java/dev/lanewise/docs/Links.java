package dev.lanewise.docs;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The links of a page.
final class Links {

    private static final Pattern INLINE = Pattern.compile("\\[[^\\]]*]\\(<?([^)>\\s]*)>?(?: \"[^\"]*\")?\\)");
    private static final Pattern ATTRIBUTE = Pattern.compile("(?:src|href|srcset)=\"([^\"]*)\"");
    private static final Pattern REFERENCE = Pattern.compile("(?m)^ {0,3}\\[[^\\]]+]: +\\S+$|\\[[^\\]]+]\\[[^\\]]*]");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");

    /// @param line of the page, about
    record Link(String target, int line) {

        boolean isExternal() { return target.matches("[a-z]+:.*"); }
    }

    private Links() {}

    static List<Link> of(Page page) {
        var links = new ArrayList<Link>();
        texts(page).forEach(text -> {
            // a link's own text may be code, code is no link
            var rest = CODE.matcher(text.target())
                .replaceAll(code -> Matcher.quoteReplacement(code.group().replaceAll("[`\\[\\]()]", "")));
            Stream.of(INLINE, ATTRIBUTE).flatMap(pattern -> pattern.matcher(rest).results())
                .forEach(found -> links.add(new Link(found.group(1), text.line())));
        });
        return links;
    }

    private static Stream<Link> texts(Page page) {
        return page.blocks().stream().flatMap(block -> switch (block) {
            case Page.Prose prose -> Stream.of(new Link(prose.text(), prose.line()));
            case Page.Table table -> table.rows().stream().flatMap(List::stream).map(cell -> new Link(cell, table.line()));
            case Page.Heading heading -> Stream.of(new Link(heading.text(), heading.line()));
            case Page.Code _ -> Stream.empty();
        });
    }

    /// What is wrong with them.
    static List<String> faults(Page page) {
        var faults = new ArrayList<String>();
        for (var link : of(page)) {
            var why = fault(page, link);
            if (!why.isEmpty()) faults.add(page.at(link.line()) + ": (" + link.target() + ") " + why);
        }
        texts(page).forEach(text -> REFERENCE.matcher(CODE.matcher(text.target()).replaceAll("")).results()
            .forEach(found -> faults.add(page.at(text.line()) + ": " + found.group()
                + " is no link that is looked after; write [text](target)")));
        return faults;
    }

    private static String fault(Page page, Link link) {
        if (link.target().isEmpty()) return "leads nowhere";
        if (link.isExternal()) return isAddress(link.target()) ? "" : "is no address";
        var parts = link.target().split("#", 2);
        if (parts[0].isEmpty()) return anchored(page, parts[1]);
        var file = file(page, link);
        if (!Files.exists(file)) return "isn't there";
        if (!file.startsWith(Page.HOME)) return "leads out of the project";
        if (parts.length == 1) return "";
        if (!file.toString().endsWith(".md")) return "names a place in what is no page";
        return anchored(Page.read(file), parts[1]);
    }

    private static String anchored(Page page, String anchor) {
        var heading = page.anchors().get(anchor);
        if (heading == null) return "names none of the page's headings: " + page.anchors().keySet();
        // as the pom's profile "release" has links on the way to javadoc
        var javadocs = anchor + (anchor.startsWith("how-do-i-") ? "-" : "");
        return !page.file().startsWith(Page.DOCS) || heading.javadocs().equals(javadocs) ? "" : "isn't what javadoc calls "
            + heading.text() + ", " + heading.javadocs() + "; word the heading without apostrophes, brackets and dots";
    }

    /// Where a link within the project leads.
    static Path file(Page page, Link link) {
        var path = URLDecoder.decode(link.target().split("#", 2)[0], StandardCharsets.UTF_8);
        return path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
    }

    private static boolean isAddress(String text) {
        try {
            var address = URI.create(text);
            return address.getScheme().equals("mailto") || address.getScheme().equals("https") && address.getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
