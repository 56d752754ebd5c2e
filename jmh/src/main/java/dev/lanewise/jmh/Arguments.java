package dev.lanewise.jmh;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/// The words of a request. Whatever doesn't fit is an [IllegalArgumentException] that says what is expected.
final class Arguments {

    private final String request;
    private final String[] words;

    Arguments(String request) {
        this.request = request;
        this.words = request.strip().split("\\s+");
    }

    /// The request's name.
    String name() { return words[0]; }

    int count() { return words.length - 1; }

    /// Checks how many words follow the name.
    Arguments expect(int least, int most, String usage) {
        if (count() < least || count() > most) throw wrong("is expected as \"" + usage + "\"");
        return this;
    }

    /// Word `index`, counted from 1, as it is.
    String word(int index) { return words[index]; }

    /// A size: 1 or more.
    int size(int index) { return size(words[index]); }

    /// The sizes from word `first` on, as a shape.
    int[] sizesFrom(int first, int count) { return IntStream.range(first, first + count).map(this::size).toArray(); }

    private int size(String word) {
        try {
            int size = Integer.parseInt(word);
            if (size >= 1) return size;
        } catch (NumberFormatException _) {
            // said below
        }
        throw wrong("\"" + word + "\" is no size; use a whole number of 1 or more");
    }

    /// Sizes with hyphens between, two at the least.
    int[] sizes(int index) {
        var sizes = Arrays.stream(words[index].split("-", -1)).mapToInt(this::size).toArray();
        if (sizes.length < 2) throw wrong("\"" + words[index] + "\" is no network; use two sizes or more, as in 784-128-10");
        return sizes;
    }

    /// A constant of an enum, in small letters.
    <E extends Enum<E>> E choice(int index, Class<E> kinds) {
        for (var kind : kinds.getEnumConstants()) if (kind.name().toLowerCase(Locale.ROOT).equals(words[index])) return kind;
        throw wrong("\"" + words[index] + "\" is not known; use one of " + Arrays.toString(kinds.getEnumConstants())
            .toLowerCase(Locale.ROOT));
    }

    /// Whether it is `causal` rather than `full`.
    boolean isCausal(int index) {
        return switch (words[index]) {
            case "full" -> false;
            case "causal" -> true;
            default -> throw wrong("\"" + words[index] + "\" is not known; use full or causal");
        };
    }

    /// A number of [0, 1).
    double probability(int index) {
        try {
            double p = Double.parseDouble(words[index]);
            if (p >= 0 && p < 1) return p;
        } catch (NumberFormatException _) {
            // said below
        }
        throw wrong("\"" + words[index] + "\" is no probability; use a number of [0, 1)");
    }

    IllegalArgumentException wrong(String why) { return new IllegalArgumentException("request \"" + request + "\": " + why); }
}
