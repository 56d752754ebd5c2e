package dev.lanewise.report;

import java.util.stream.Stream;

/// A piece of an SVG image with its size in pixels.
record Drawing(double width, double height, String content) {

    /// A part of it as a small image, without its words, for those who see it.
    String thumbnail(double left, double top, double width, double height) {
        var viewBox = String.join(" ", Numbers.pixel(left), Numbers.pixel(top), Numbers.pixel(width), Numbers.pixel(height));
        var drawn = content.replaceAll("<(text|title|desc)\\b[^>]*>[^<]*</\\1>\\s*", "")
            .replaceAll(" class=\"(series|entry) k\\d+\"", "");
        return new Markup().open("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", viewBox,
            "class", "thumbnail", "aria-hidden", "true", "preserveAspectRatio", "xMidYMid meet").raw(drawn).close().toString();
    }

    /// An image of its own. It takes the colour of the text around it.
    String svg(String... attributes) {
        var viewBox = "0 0 " + Numbers.pixel(width) + " " + Numbers.pixel(height);
        var common = Stream.of("xmlns", "http://www.w3.org/2000/svg", "viewBox", viewBox, "width", width, "height", height,
                "font-family", "system-ui, sans-serif", "font-size", "13");
        var all = Stream.concat(common, Stream.of(attributes)).toArray();
        return new Markup().open("svg", all).raw(content).close().toString();
    }
}
