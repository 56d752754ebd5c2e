package dev.lanewise.io;

import dev.lanewise.file.Quote;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/// What one line of a [Receipt] says. Digests are SHA-256 in hexadecimal digits: see [Digest].
public sealed interface ReceiptEntry {

    /// What decides a run's bits: a setting, the version of the library; or what its user put down.
    ///
    /// @param name 1 to 100 letters, digits, `.`, `-` and `_` of ASCII
    record Fact(String name, String text) implements ReceiptEntry {

        private static final String NAME = "[A-Za-z0-9_.-]{1,100}";

        /// Refuses a name or a text that a line can't hold.
        public Fact {
            Objects.requireNonNull(name, "receipt: a fact without a name");
            if (!name.matches(NAME)) throw new IllegalArgumentException("receipt: fact " + Quote.of(name)
                + "; its name must be of 1 to 100 letters, digits, dots, - and _");
            if (text == null) throw new NullPointerException("receipt: the fact " + name + " has no text");
        }

        /// The fact itself, of one line.
        @Override
        public String text() { return text; }

        @Override
        public String line() { return "fact " + name + " " + quoted(text); }
    }

    /// The values of a parameter or buffer.
    ///
    /// @param step how many steps were made by then
    /// @param name its path
    record Weights(long step, String name, String digest) implements ReceiptEntry {

        /// Refuses a negative step, what is no digest, and no name.
        public Weights {
            requireCount("step", step);
            requireDigest(digest, Digest.LENGTH);
            Objects.requireNonNull(name, "receipt: weights without a name");
        }

        @Override
        public String line() { return "weights " + step + " " + digest + " " + quoted(name); }
    }

    /// One step of training.
    ///
    /// @param number counted from 1
    /// @param epoch  counted from 0
    /// @param loss   before it; NaN if nothing counted
    /// @param data   the digest of its batches, as they were seen, or of a sample of them
    record Step(long number, int epoch, float loss, String data) implements ReceiptEntry {

        /// Refuses negative counts and what is no digest.
        public Step {
            requireCount("step", number);
            requireCount("epoch", epoch);
            requireDigest(data, Digest.SHORT);
        }

        @Override
        public String line() { return "step " + number + " " + epoch + " " + loss + " " + data; }
    }

    /// What an operation made in a step, or the gradient that arrived at that.
    ///
    /// @param step   that it is part of, counted from 1
    /// @param number counted from 0 in each step and pass; a gradient has that of its operation
    /// @param name   the operation, the shape of what it made, and the parameters that it took
    record Operation(long step, Pass pass, int number, String digest, String name) implements ReceiptEntry {

        /// Refuses negative counts, what is no digest, and no pass.
        public Operation {
            requireCount("step", step);
            requireCount("operation", number);
            requireDigest(digest, Digest.LENGTH);
            Objects.requireNonNull(pass, "receipt: an operation without a pass");
            Objects.requireNonNull(name, "receipt: an operation without a name");
        }

        @Override
        public String line() {
            return "operation " + step + " " + pass.word() + " " + number + " " + digest + " " + quoted(name);
        }
    }

    /// Which way an operation was met.
    enum Pass {
        /// When it was computed.
        FORWARD,
        /// When its gradient was.
        BACKWARD;

        private String word() { return name().toLowerCase(Locale.ROOT); }
    }

    /// The end of an epoch.
    ///
    /// @param number     counted from 0
    /// @param loss       the mean of its steps
    /// @param validation the loss of its validation; NaN without one
    /// @param metric     NaN without one
    record Epoch(int number, double loss, double validation, double metric) implements ReceiptEntry {

        /// Refuses a negative number.
        public Epoch { requireCount("epoch", number); }

        @Override
        public String line() { return "epoch " + number + " " + loss + " " + validation + " " + metric; }
    }

    /// The end of the run.
    ///
    /// @param steps  how many were made
    /// @param epochs how many were finished
    record End(long steps, int epochs) implements ReceiptEntry {

        /// Refuses negative counts.
        public End {
            requireCount("steps", steps);
            requireCount("epochs", epochs);
        }

        @Override
        public String line() { return "end " + steps + " " + epochs; }
    }

    /// Its text in the file, in ASCII, without the chain's digest.
    String line();

    /// Longer texts are no line of a receipt.
    int LONGEST_LINE = 1 << 16;

    /// What [#line] wrote, to the letter.
    ///
    /// @throws IllegalArgumentException if it is anything else; the message says what
    static ReceiptEntry parse(String line) {
        Objects.requireNonNull(line, "receipt: no line");
        ReceiptEntry entry;
        try {
            entry = read(line);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(Quote.of(line) + " is no line of a receipt", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Quote.of(line) + " is no line of a receipt: " + e.getMessage(), e);
        }
        if (!entry.line().equals(line)) throw new IllegalArgumentException(Quote.of(line)
            + " is no line of a receipt; it would say " + Quote.of(entry.line()));
        return entry;
    }

    private static ReceiptEntry read(String line) {
        int kind = line.indexOf(' ');
        switch (kind < 0 ? line : line.substring(0, kind)) {
            case "fact" -> {
                var parts = line.split(" ", 3);
                return new Fact(parts[1], unquoted(parts[2]));
            }
            case "weights" -> {
                var parts = line.split(" ", 4);
                return new Weights(count(parts[1]), unquoted(parts[3]), parts[2]);
            }
            case "step" -> {
                var parts = line.split(" ", 6);
                return new Step(count(parts[1]), (int) count(parts[2]), Float.parseFloat(parts[3]), parts[4]);
            }
            case "operation" -> {
                var parts = line.split(" ", 6);
                return new Operation(count(parts[1]), pass(parts[2]), (int) count(parts[3]),
                    parts[4], unquoted(parts[5]));
            }
            case "epoch" -> {
                var parts = line.split(" ", 6);
                return new Epoch((int) count(parts[1]), Double.parseDouble(parts[2]), Double.parseDouble(parts[3]),
                    Double.parseDouble(parts[4]));
            }
            case "end" -> {
                var parts = line.split(" ", 4);
                return new End(count(parts[1]), (int) count(parts[2]));
            }
            default -> throw new NumberFormatException(line);
        }
    }

    private static Pass pass(String text) {
        for (var pass : Pass.values()) if (pass.word().equals(text)) return pass;
        throw new NumberFormatException(text);
    }

    private static long count(String text) {
        long value = Long.parseLong(text);
        if (value < 0 || value > Checkpoint.Progress.MOST_STEPS) throw new NumberFormatException(text);
        return value;
    }

    // what is written must be what is read
    private static void requireCount(String what, long value) {
        if (value < 0 || value > Checkpoint.Progress.MOST_STEPS) throw new IllegalArgumentException("receipt: " + what
            + " " + value + "; it must be from 0 to " + Checkpoint.Progress.MOST_STEPS);
    }

    private static void requireDigest(String text, int length) {
        Objects.requireNonNull(text, "receipt: no digest");
        if (text.length() != length || !text.chars()
            .allMatch(HexFormat::isHexDigit)) throw new IllegalArgumentException("receipt: the digest "
            + Quote.of(text) + "; it must be of " + length + " hexadecimal digits, as Digest makes them");
    }

    /// In quotes, in printable ASCII.
    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') Quote.escape(quoted, c);
            else quoted.append(c);
        }
        return quoted.append('"').toString();
    }

    private static String unquoted(String text) {
        if (text.length() < 2 || text.charAt(0) != '"'
            || text.charAt(text.length() - 1) != '"') throw new NumberFormatException(text);
        var plain = new StringBuilder();
        for (int i = 1; i < text.length() - 1; i++) {
            if (text.charAt(i) != '\\') plain.append(text.charAt(i));
            else if (i + 6 < text.length() && text.charAt(i + 1) == 'u') {
                plain.append((char) HexFormat.fromHexDigits(text, i + 2, i + 6));
                i += 5;
            } else throw new NumberFormatException(text);
        }
        return plain.toString();
    }
}
