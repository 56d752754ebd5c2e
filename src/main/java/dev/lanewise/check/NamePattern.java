package dev.lanewise.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A pattern of tensors' names: `*` is any run of characters, dots too, or none; `{a|b}` is one of some such texts; all else is itself.
///
/// @param text  as it was written
/// @param regex its stars are groups, those of the texts in braces, too
record NamePattern(String text, Pattern regex) {

    /// More make matching slow.
    private static final int MOST_STARS = 6;

    /// @throws IllegalArgumentException if it isn't one; the message says what is wrong, and what to do
    static NamePattern of(String text) {
        if (text.isEmpty()) throw new IllegalArgumentException("no pattern of names; write one, such as *.bias");
        if (text.chars().filter(c -> c == '*').count() > MOST_STARS) throw new IllegalArgumentException(
            "more than " + MOST_STARS + " stars in a pattern; a star stands for dots, too, so fewer do");
        var regex = new StringBuilder();
        for (int at = 0; at < text.length();) {
            int end = at;
            if (text.charAt(at) == '{') {
                end = text.indexOf('}', at) + 1;
                if (end == 0) throw new IllegalArgumentException("an opening brace without its closing one; write {a|b}");
                regex.append("(?:");
                if (text.lastIndexOf('{', end - 1) > at) throw new IllegalArgumentException("braces within braces; write all names out: {a|b|c}");
                for (var each : text.substring(at + 1, end - 1).split("\\|", -1)) regex.append(starred(each)).append('|');
                regex.setCharAt(regex.length() - 1, ')');
            } else {
                while (end < text.length() && text.charAt(end) != '{') end++;
                if (text.substring(at, end).contains("}")) throw new IllegalArgumentException("a closing brace without its opening one; write {a|b}");
                regex.append(starred(text.substring(at, end)));
            }
            at = end;
        }
        return new NamePattern(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    private static String starred(String text) {
        return Arrays.stream(text.split("\\*", -1)).map(each -> each.isEmpty() ? "" : Pattern.quote(each)).collect(Collectors.joining("(.*)"));
    }

    /// What the stars stand for, each with as much as it can, the first ones first, without those of texts in braces that aren't
    /// the name's; empty if the name is another.
    Optional<List<String>> match(String name) {
        var matcher = regex.matcher(name);
        if (!matcher.matches()) return Optional.empty();
        var stars = new ArrayList<String>();
        for (int i = 1; i <= matcher.groupCount(); i++) if (matcher.group(i) != null) stars.add(matcher.group(i));
        return Optional.of(stars);
    }
}
