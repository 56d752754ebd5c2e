package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Tensor;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Something besides a model, its optimizers and schedules that has a state and is to be kept in a [Checkpoint]: an average of
/// weights, a callback that counts.
///
/// ```java
/// public State state() { return State.of(Map.of("seen", Long.toString(seen))); }
///
/// public void load(State state) { seen = state.count("seen"); }
/// ```
public interface Stateful {

    /// All that it takes to go on; nothing in it changes afterwards.
    State state();

    /// Goes on from a state, which a file that anybody may have written can have held.
    ///
    /// @throws IllegalArgumentException if it is another object's; nothing may be changed then
    /// @throws MalformedFileException   if it is damaged, as the state's own methods say; nothing may be changed then
    void load(State state);

    /// Looks at the state of a file before any of it is taken over, and before anything else in it is compared: what tells most
    /// of whose it is is said first. By default all states pass.
    ///
    /// @throws IllegalArgumentException if it is another object's
    /// @throws MalformedFileException   if it is damaged
    default void check(State state) {}

    /// What is kept, and found again under the same names.
    ///
    /// @param texts   by name; numbers of double precision are in [Double#toString], which loses nothing
    /// @param tensors by name
    record State(Map<String, String> texts, Map<String, Tensor> tensors) {

        /// The most characters of names and texts together: a checkpoint's header must hold those of all.
        public static final int MOST_TEXT = 1 << 24;

        /// Beyond it a count is no longer exact as a double.
        private static final long MOST_COUNT = 1L << 53;
        private static final int LONGEST_NUMBER = 25;

        /// Refuses more text than a checkpoint takes; keeps copies of both maps.
        ///
        /// @throws IllegalArgumentException if names and texts have more than [#MOST_TEXT] characters
        public State {
            texts = Collections.unmodifiableMap(new TreeMap<>(Objects.requireNonNull(texts,
                "state: no texts; Map.of() has none")));
            tensors = Collections.unmodifiableMap(new TreeMap<>(Objects.requireNonNull(tensors,
                "state: no tensors; Map.of() has none")));
            long length = tensors.keySet().stream().mapToLong(String::length).sum();
            for (var text : texts.entrySet()) length += text.getKey().length() + text.getValue().length();
            if (length > MOST_TEXT) throw new IllegalArgumentException("state: " + length
                + " characters of text, but " + MOST_TEXT + " are the most; keep long lists of numbers as a tensor");
        }

        /// A state of texts alone.
        public static State of(Map<String, String> texts) { return new State(texts, Map.of()); }

        /// The text of this name.
        ///
        /// @throws MalformedFileException if it is missing
        public String text(String name) {
            var text = texts.get(Objects.requireNonNull(name, "state: no name"));
            if (text == null) throw damaged(Quote.of(name) + " is missing; it has " + Quote.set(texts.keySet()));
            return text;
        }

        /// The tensor of this name.
        ///
        /// @throws MalformedFileException if it is missing
        public Tensor tensor(String name) {
            var tensor = tensors.get(Objects.requireNonNull(name, "state: no name"));
            if (tensor == null) throw damaged("tensor " + Quote.of(name) + " is missing; it has "
                + Quote.set(tensors.keySet()));
            return tensor;
        }

        /// A whole number from 0 to 2^53.
        ///
        /// @throws MalformedFileException if it is missing or no such number
        public long count(String name) { return whole(name, 0, MOST_COUNT); }

        /// The text of this name as a whole number.
        ///
        /// @throws MalformedFileException if it is missing or no whole number from `least` to `most`
        public long whole(String name, long least, long most) {
            var text = text(name);
            try {
                long value = text.length() > LONGEST_NUMBER ? least - 1 : Long.parseLong(text);
                if (value >= least && value <= most && text.equals(Long.toString(value))) return value;
            } catch (NumberFormatException e) {
                // said below
            }
            throw damaged(Quote.of(name) + " is " + Quote.of(text) + "; it must be a whole number from " + least
                + " to " + most);
        }

        /// The text of this name as a number.
        ///
        /// @throws MalformedFileException if it is missing or no number of double precision
        public double number(String name) { return number(name, text(name)); }

        /// As [#number(String)], of a text that stands in a list.
        static double number(String name, String text) {
            try {
                if (text.length() <= LONGEST_NUMBER) return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                // said below
            }
            throw damaged(Quote.of(name) + " is " + Quote.of(text) + ", which is no number of double precision");
        }

        /// Numbers with spaces between, as [#text(double\[\])] writes them.
        ///
        /// @throws MalformedFileException if it is missing or one is no number of double precision
        public double[] numbers(String name) {
            var text = text(name);
            if (text.isEmpty()) return new double[0];
            var parts = text.split(" ", -1);
            var numbers = new double[parts.length];
            for (int i = 0; i < parts.length; i++) numbers[i] = number(name, parts[i]);
            return numbers;
        }

        /// What [#numbers(String)] reads.
        public static String text(double... numbers) {
            Objects.requireNonNull(numbers, "state: no numbers");
            var text = new StringBuilder();
            for (double number : numbers) text.append(text.isEmpty() ? "" : " ").append(number);
            return text.toString();
        }

        private static MalformedFileException damaged(String fault) { return new MalformedFileException("state", null, fault); }
    }
}
