package dev.lanewise.report;

import java.util.Objects;

/// A column of a [Table].
///
/// @param header what stands above it
/// @param align  to which side its cells are set
public record Column(String header, Align align) {

    /// To which side the cells of a column are set.
    public enum Align {
        /// For words.
        LEFT,
        /// For numbers.
        RIGHT
    }

    /// Refuses null.
    public Column {
        Objects.requireNonNull(header, "header");
        Objects.requireNonNull(align, "align");
    }

    /// {@return a column of words, set to the left}
    public static Column text(String header) {
        return new Column(header, Align.LEFT);
    }

    /// {@return a column of numbers, set to the right so that digits of one weight stand under each other}
    public static Column number(String header) {
        return new Column(header, Align.RIGHT);
    }
}
