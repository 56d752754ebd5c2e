package dev.lanewise.docs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Command lines as they stand on pages, split as a shell splits them: quotes, backslashes, variables that the page sets, `&&`,
/// `|`, and what stands in `$(…)`.
final class Shell {

    private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)=(.*)", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");

    private final String text;
    private final Map<String, String> variables;
    private final List<List<String>> commands = new ArrayList<>();
    private List<String> words = new ArrayList<>();
    private StringBuilder word;
    private int at;

    private Shell(String text, Map<String, String> variables) {
        this.text = text;
        this.variables = variables;
    }

    /// Its commands, each of one word or more, without what they are called under (`taskset -c 0`, variables of its own).
    static List<List<String>> commands(String text) { return commands(text, new HashMap<>()); }

    /// @param variables those that are set before, and afterwards also those that are set there
    static List<List<String>> commands(String text, Map<String, String> variables) { return new Shell(text, variables).split(); }

    private List<List<String>> split() {
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '\'', '"' -> quoted(c);
                case '\\' -> escaped();
                case '$' -> variable();
                case ' ', '\t' -> endWord();
                case '\n', ';', '&', '|' -> endCommand();
                case '>', '<' -> redirected();
                case '#' -> {
                    if (word == null) at = Math.max(at, (text + "\n").indexOf('\n', at) - 1);
                    else word.append(c);
                }
                default -> add("" + c);
            }
        }
        endCommand();
        return commands;
    }

    private void add(String more) {
        if (word == null) word = new StringBuilder();
        word.append(more);
    }

    private void quoted(char quote) {
        int end = text.indexOf(quote, at + 1);
        if (end < 0) throw new IllegalArgumentException("a quote that doesn't end: " + text.substring(at));
        var inside = text.substring(at + 1, end);
        add(quote == '"' ? expanded(inside) : inside);
        at = end;
    }

    private String expanded(String inside) {
        return VARIABLE.matcher(inside).replaceAll(found ->
            Matcher.quoteReplacement(variables.getOrDefault(found.group(1), found.group())));
    }

    private void escaped() {
        if (++at < text.length() && text.charAt(at) != '\n') add("" + text.charAt(at));
    }

    private void variable() {
        if (text.startsWith("$(", at)) {
            int end = text.lastIndexOf(')');
            commands.addAll(commands(text.substring(at + 2, end), variables));
            add("$(…)");
            at = end;
            return;
        }
        var found = VARIABLE.matcher(text).region(at, text.length());
        if (!found.lookingAt() || !variables.containsKey(found.group(1))) {
            add("$");
            return;
        }
        at = found.end() - 1;
        var parts = variables.get(found.group(1)).split("\\s+");
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) endWord();
            add(parts[i]);
        }
    }

    private void redirected() {
        if (word != null && word.toString().matches("\\d")) word = null;
        endWord();
        while (at + 1 < text.length() && " >&".indexOf(text.charAt(at + 1)) >= 0) at++;
        while (at + 1 < text.length() && !Character.isWhitespace(text.charAt(at + 1))) at++;
    }

    private void endWord() {
        if (word != null) words.add(word.toString());
        word = null;
    }

    private void endCommand() {
        endWord();
        while (!words.isEmpty() && ASSIGNMENT.matcher(words.getFirst()).matches()) {
            var found = ASSIGNMENT.matcher(words.removeFirst());
            found.matches();
            if (words.isEmpty()) variables.put(found.group(1), found.group(2));
        }
        if (!words.isEmpty() && words.getFirst().equals("taskset")) words = words.subList(3, words.size());
        if (!words.isEmpty()) commands.add(List.copyOf(words));
        words = new ArrayList<>();
    }
}
