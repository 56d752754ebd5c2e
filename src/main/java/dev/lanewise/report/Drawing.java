package dev.lanewise.report;

import java.util.stream.Stream;

/// A piece of an SVG image with its size in pixels.
record Drawing(double width, double height, String content) {

    /// An image of its own. It takes the colour of the text around it.
    String svg(String... attributes) {
        var viewBox = "0 0 " + Numbers.pixel(width) + " " + Numbers.pixel(height);
        var common = Stream.of("xmlns", "http://www.w3.org/2000/svg", "viewBox", viewBox, "width", width, "height", height,
                "font-family", "system-ui, sans-serif", "font-size", "13");
        var all = Stream.concat(common, Stream.of(attributes)).toArray();
        return new Markup().open("svg", all).raw(content).close().toString();
    }
}
