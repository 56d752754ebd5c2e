package dev.lanewise.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// A pattern of tensors' names: `*` is any run of characters, dots too, or none; `{a|b}` is one of some such texts; all else is
/// itself. What was tried at a place of a name and led nowhere is not tried there again, so that a name takes time in proportion
/// to the pattern's length and its own.
///
/// @param text  as it was written
/// @param start what a name has to begin with, and what has to follow
record NamePattern(String text, Node start) {

    private static final int MOST_STARS = 6;
    /// Each is a call within another.
    private static final int MOST_BRACES = 20;

    /// What stands in a pattern, and leads to what stands behind it.
    sealed interface Node {}

    private record End() implements Node {}

    private record Text(String text, Node next) implements Node {}

    private record Star(Node next) implements Node {}

    private record Braces(List<Node> choices) implements Node {}

    /// @throws IllegalArgumentException if it isn't one; the message says what is wrong, and what to do
    static NamePattern of(String text) {
        if (text.isEmpty()) throw new IllegalArgumentException("no pattern of names; write one, such as *.bias");
        if (text.chars().filter(c -> c == '*').count() > MOST_STARS) throw new IllegalArgumentException(
            "more than " + MOST_STARS + " stars in a pattern; a star stands for dots, too, so fewer do");
        if (text.chars().filter(c -> c == '{').count() > MOST_BRACES) throw new IllegalArgumentException(
            "more than " + MOST_BRACES + " opening braces in a pattern; make several rules of it");
        var parts = new ArrayList<String>();
        for (int at = 0; at < text.length();) {
            int end = at;
            if (text.charAt(at) == '{') {
                end = text.indexOf('}', at) + 1;
                if (end == 0) throw new IllegalArgumentException("an opening brace without its closing one; write {a|b}");
                if (text.lastIndexOf('{', end - 1) > at) throw new IllegalArgumentException(
                    "braces within braces; write all names out: {a|b|c}");
            } else {
                while (end < text.length() && text.charAt(end) != '{') end++;
                if (text.substring(at, end).contains("}")) throw new IllegalArgumentException(
                    "a closing brace without its opening one; write {a|b}");
            }
            parts.add(text.substring(at, end));
            at = end;
        }
        Node start = new End();
        for (var part : parts.reversed()) start = node(part, start);
        return new NamePattern(text, start);
    }

    private static Node node(String part, Node next) {
        return !part.startsWith("{") ? starred(part, next) : new Braces(Arrays.stream(part.substring(1, part.length() - 1)
            .split("\\|", -1)).map(choice -> starred(choice, next)).toList());
    }

    private static Node starred(String text, Node next) {
        var node = next;
        var between = List.of(text.split("\\*", -1)).reversed();
        for (int i = 0; i < between.size(); i++) {
            if (i > 0) node = new Star(node);
            if (!between.get(i).isEmpty()) node = new Text(between.get(i), node);
        }
        return node;
    }

    /// What the stars stand for, each with as much as it can, the first ones first, without those of texts in braces that aren't
    /// the name's; empty if the name is another.
    Optional<List<String>> match(String name) { return new Match(name).stars(start); }

    /// How often a node is tried for that.
    int steps(String name) {
        var match = new Match(name);
        match.stars(start);
        return match.steps;
    }

    private static final class Match {

        private final String name;
        private final ArrayDeque<String> stars = new ArrayDeque<>();
        /// By identity, as like ones may stand in several places. Of few, so that a list is the quickest.
        private final List<Tried> tried = new ArrayList<>();
        private int steps;

        /// @param in vain, at these places
        private record Tried(Node node, BitSet in) {}

        Match(String name) { this.name = name; }

        Optional<List<String>> stars(Node start) {
            return leads(start, 0) ? Optional.of(List.copyOf(stars)) : Optional.empty();
        }

        /// Whether the rest of the name, from a place on, is what begins here.
        private boolean leads(Node node, int at) {
            steps++;
            return switch (node) {
                case End _ -> at == name.length();
                case Text(var text, var next) -> name.startsWith(text, at) && leads(next, at + text.length());
                case Star star -> leads(star, at, vain(star));
                case Braces braces -> leads(braces, at, vain(braces));
            };
        }

        private boolean leads(Star star, int at, BitSet vain) {
            // what led nowhere from a place on doesn't from a later one on
            int behind = vain.isEmpty() ? name.length() + 1 : vain.nextSetBit(0);
            for (int end = behind - 1; end >= at; end--) {
                if (leads(star.next, end)) {
                    stars.addFirst(name.substring(at, end));
                    return true;
                }
            }
            vain.set(at);
            return false;
        }

        private boolean leads(Braces braces, int at, BitSet vain) {
            if (vain.get(at)) return false;
            for (var choice : braces.choices) if (leads(choice, at)) return true;
            vain.set(at);
            return false;
        }

        private BitSet vain(Node node) {
            for (var each : tried) if (each.node == node) return each.in;
            var each = new Tried(node, new BitSet());
            tried.add(each);
            return each.in;
        }
    }
}
