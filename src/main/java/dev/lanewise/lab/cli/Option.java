package dev.lanewise.lab.cli;

import dev.lanewise.file.Decimal;
import dev.lanewise.file.Quote;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// An option of a command, declared once: what it is called, what it takes, what holds where it isn't given. Help, messages,
/// JSON's settings and the page of experiments say it from here; [Options#get] reads it.
///
/// @param <T>      what it is read as
/// @param name     with its dashes
/// @param word     a word for its value, in capitals; empty for a switch
/// @param help     what it is for, without the full stop
/// @param allowed  which values, for the help; empty if any
/// @param standard what holds where it isn't given, for the help; empty if there is no such value
/// @param absent   that
/// @param read     a value from what was given; complains with what is allowed
/// @param isInput  whether it names what is going to be read
public record Option<T>(String name, String word, String help, String allowed, String standard,
    Supplier<T> absent, Function<String, T> read,
                        boolean isInput) {

    private static final int LONG = 30;
    /// What no argument holds.
    static final String BETWEEN = "\0";

    /// Its being given is its value.
    public static Option<Boolean> flag(String name, String help) {
        return new Option<>(name, "", help, "", "", () -> false, _ -> true, false);
    }

    /// A whole number from `least` to `most`.
    public static Option<Integer> count(String name, int standard, int least, int most, String help) {
        return whole(name, standard, least, most, help).map(Math::toIntExact);
    }

    /// Like the other, without a value where it isn't given; `help` says what holds then.
    public static Option<Optional<Integer>> count(String name, int least, int most, String help) {
        return whole(name, least, most, help).map(number -> number.map(Math::toIntExact));
    }

    /// Like a count, in the range of longs.
    public static Option<Long> whole(String name, long standard, long least, long most, String help) {
        return new Option<>(name, "N", help, range(least, most), "" + standard, () -> standard,
            text -> number(name, text, least, most), false);
    }

    /// Like the other, without a value where it isn't given; `help` says what holds then.
    public static Option<Optional<Long>> whole(String name, long least, long most, String help) {
        return optional(name, "N", help, range(least, most), text -> number(name, text, least, most), false);
    }

    /// A decimal number from `least` to `most`.
    public static Option<Double> number(String name, double standard, double least, double most, String help) {
        return new Option<>(name, "X", help, plain(least) + " to " + plain(most), plain(standard), () -> standard,
            text -> decimal(name, text, least, most), false);
    }

    /// @param read complains of what isn't allowed by an [IllegalArgumentException]
    public static <T> Option<T> text(String name, String word, String standard, String help, Function<String, T> read) {
        return new Option<>(name, word, help, "", standard, () -> read.apply(standard), read, false);
    }

    /// What is going to be read.
    public static Option<Optional<Path>> input(String name, String word, String help) {
        return optional(name, word, help, "", text -> path(name, text), true);
    }

    /// Like the other, read also where it isn't given.
    public static Option<Path> input(String name, String word, Path standard, String help) {
        return new Option<>(name, word, help, "", "" + standard, () -> standard, text -> path(name, text), true);
    }

    /// Files that are going to be read, as many as are given without a name.
    ///
    /// @param word for one of them
    public static Option<List<Path>> operands(String word, String help) {
        return new Option<>(word + " …", "", help, "", "", List::of,
            text -> Arrays.stream(text.split(BETWEEN)).map(each -> path(word, each)).toList(), true);
    }

    /// Without a value where it isn't given.
    public static Option<Optional<String>> optionalText(String name, String word, String help) {
        return optional(name, word, help, "", text -> text, false);
    }

    /// Without a value where it isn't given.
    ///
    /// @param read complains of what isn't allowed by an [IllegalArgumentException]
    public static <T> Option<Optional<T>> optionalText(String name, String word, String help, Function<String, T> read) {
        return optional(name, word, help, "", read, false);
    }

    /// A file or folder that is going to be written.
    public static Option<Path> output(String name, String word, Path standard, String help) {
        return new Option<>(name, word, help, "", "" + standard, () -> standard, text -> written(name, text), false);
    }

    /// Like the other, written only where it is given.
    public static Option<Optional<Path>> output(String name, String word, String help) {
        return optional(name, word, help, "", text -> written(name, text), false);
    }

    private static <T> Option<Optional<T>> optional(String name, String word, String help, String allowed,
        Function<String, T> read,
                                                    boolean isInput) {
        return new Option<>(name, word, help, allowed, "", Optional::empty, text -> Optional.of(read.apply(text)), isInput);
    }

    /// With another word for its value.
    public Option<T> word(String word) { return new Option<>(name, word, help, allowed, standard, absent, read, isInput); }

    /// With a value where it isn't given that is known only when it is asked for.
    ///
    /// @param standard what to call it
    public Option<T> otherwise(String standard, Supplier<T> absent) {
        return new Option<>(name, word, help, allowed, standard, absent, read, isInput);
    }

    private <U> Option<U> map(Function<T, U> further) {
        return new Option<>(name, word, help, allowed, standard, () -> further.apply(absent.get()),
            read.andThen(further), isInput);
    }

    public boolean isSwitch() { return word.isEmpty(); }

    /// As it is typed, with a word for its value.
    public String usage() { return isSwitch() ? name : name + " " + word; }

    /// As it is typed, with what holds where it isn't given, where that is short; else with a word for its value.
    public String example() { return standard.isEmpty() || standard.length() > LONG ? usage() : name + " " + standard; }

    /// For the help: broken into lines, the further ones under the first one's words.
    String line() {
        var limits = allowed + (allowed.isEmpty() || standard.isEmpty() ? "" : "; ")
            + (standard.isEmpty() ? "" : standard + " by default");
        return Terminal.hanging(String.format("  %-18s ", usage()), help + (limits.isEmpty() ? "" : " (" + limits + ")") + ".");
    }

    private static String range(long least, long most) {
        return least == Long.MIN_VALUE && most == Long.MAX_VALUE ? "" : least
            + (most == Integer.MAX_VALUE ? " or more" : " to " + most);
    }

    private static long number(String name, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException e) {
            // said below, with what is allowed
        }
        throw new IllegalArgumentException(name + ": " + Quote.of(text) + " is not allowed; give a whole number from " + least
            + " to " + most);
    }

    private static double decimal(String name, String text, double least, double most) {
        double number = Decimal.is(text) ? Double.parseDouble(text) : Double.NaN;
        if (number >= least && number <= most) return number;
        throw new IllegalArgumentException(name + ": " + Quote.of(text) + " is not allowed; give a number from "
            + plain(least) + " to " + plain(most));
    }

    private static String plain(double number) { return number == (long) number ? "" + (long) number : "" + number; }

    /// Other programs write to the terminal where they are given a dash.
    private static Path written(String name, String text) {
        if (text.equals("-")) throw new IllegalArgumentException(name
            + ": \"-\" is no name for what is printed, where tables go; name a file, or a device such as"
            + " /dev/stdout, or say ./- if that is the file's name");
        return path(name, text);
    }

    private static Path path(String name, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + ": " + Quote.of(text) + " is no path: " + e.getReason(), e);
        }
    }
}
