package dev.lanewise.check;

import dev.lanewise.check.Contract.Rule;
import dev.lanewise.check.Contract.Variable;
import dev.lanewise.check.ContractLaw.Layout;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.nn.init.Scheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the text of a [Contract], line by line.
final class ContractParser {

    private static final Set<String> CLAUSES = Set.of("in", "as", "fan", "like", "groups");
    private static final String OPERATORS = "+*/^";

    private final Path source;
    private final String text;
    private final List<String> prefixes = new ArrayList<>();
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final List<Rule> rules = new ArrayList<>();
    private int line;

    /// @param source null for a text that is in no file
    ContractParser(Path source, String text) {
        this.source = source;
        this.text = text;
    }

    Contract contract() {
        // some editors mark a file of UTF-8 so
        for (var each : (text.startsWith("\ufeff") ? text.substring(1) : text).split("\r?\n|\r", -1)) {
            line++;
            var content = withoutComment(each).replace('\t', ' ').strip();
            if (content.isEmpty()) continue;
            try {
                read(content);
            } catch (MalformedFileException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                throw Contract.malformed(source, line, e.getMessage());
            }
        }
        if (rules.isEmpty()) throw Contract.malformed(source, line, "it has no rule; write lines such as \"*.bias: zeros\"");
        return new Contract(source, prefixes, variables, rules);
    }

    /// A number sign begins one at the start of a line or behind white space.
    private static String withoutComment(String line) {
        for (int at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1))
            if (at == 0 || Character.isWhitespace(line.charAt(at - 1))) return line.substring(0, at);
        return line;
    }

    private void read(String content) {
        if (content.startsWith("prefix ")) prefixes.add(content.substring("prefix ".length()).strip());
        else if (content.startsWith("let ")) addVariable(content.substring("let ".length()));
        else rules.add(rule(content));
    }

    private void addVariable(String content) {
        int equals = content.indexOf('=');
        if (equals < 0) throw new IllegalArgumentException("\"let\" without \"=\"; write let NAME = EXPRESSION");
        var name = content.substring(0, equals).strip();
        requireName(name);
        if (variables.put(name, new Variable(line, Expression.of(content.substring(equals + 1).strip()))) != null)
            throw new IllegalArgumentException("variable " + Quote.of(name)
                + " is given a value twice; take one of the lines out");
    }

    /// @throws IllegalArgumentException if a variable can't be named so
    static void requireName(String name) {
        if (!name.matches("[A-Za-z][A-Za-z0-9_]*")
            || TensorScope.OWN.contains(name)) throw new IllegalArgumentException("a variable can't be named "
            + Quote.of(name) + "; take letters, digits and _, a letter first, and none of " + String.join(", ", TensorScope.OWN));
    }

    private Rule rule(String content) {
        boolean isElse = false;
        boolean optional = false;
        var rest = content;
        for (boolean more = true; more;) {
            more = !isElse && rest.startsWith("else ") || !optional && rest.startsWith("optional ");
            if (!more) break;
            isElse |= rest.startsWith("else ");
            optional |= rest.startsWith("optional ");
            rest = rest.substring(rest.indexOf(' ')).strip();
        }
        int colon = colon(rest);
        if (colon < 0) throw new IllegalArgumentException("neither \"PATTERN: LAW\" nor \"let NAME = EXPRESSION\" nor \"prefix"
            + " TEXT\"; a rule's colon is" + " followed by a space, as in \"*.bias: zeros\"");
        var pattern = rest.substring(0, colon).strip();
        Optional<Expression> from = Optional.empty();
        Optional<Expression> to = Optional.empty();
        int bracket = pattern.lastIndexOf('[');
        if (pattern.endsWith("]") && bracket >= 0 && pattern.indexOf(':', bracket) >= 0) {
            int middle = pattern.indexOf(':', bracket);
            from = optional(pattern.substring(bracket + 1, middle));
            to = optional(pattern.substring(middle + 1, pattern.length() - 1));
            pattern = pattern.substring(0, bracket).strip();
        }
        return new Rule(line, isElse, optional, NamePattern.of(pattern), from, to, law(rest.substring(colon + 1).strip()),
            rest.replaceAll("\\s+", " "));
    }

    private static Optional<Expression> optional(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(Expression.of(text.strip()));
    }

    /// The first that a space or nothing follows, outside of brackets.
    private static int colon(String rule) {
        int depth = 0;
        for (int at = 0; at < rule.length(); at++) {
            char c = rule.charAt(at);
            if (c == '[') depth++;
            if (c == ']') depth--;
            if (c == ':' && depth <= 0 && (at + 1 == rule.length() || Character.isWhitespace(rule.charAt(at + 1)))) return at;
        }
        return -1;
    }

    static ContractLaw law(String text) {
        var words = words(text);
        if (words.isEmpty()) throw new IllegalArgumentException("no law behind the colon; write one, such as zeros, or any");
        if (words.getFirst().equals("any")) {
            if (words.size() > 1) throw new IllegalArgumentException("nothing stands behind any; leave "
                + Quote.of(words.get(1)) + " out");
            return new ContractLaw.Any();
        }
        if (!words.getFirst().equals("same")) return new LawWords(words).law();
        if (words.size() < 3 || !words.get(1).equals("as") || words.size() == 4 || words.size() > 4 && !words.get(3).equals("or"))
            throw new IllegalArgumentException(Quote.of(text) + " is no law; write same as NAME, or same as NAME or LAW");
        return new ContractLaw.Same(words.get(2), words.size() == 3 ? null : new LawWords(words.subList(4, words.size())).law());
    }

    /// Between spaces that stand in no parentheses and beside no operator: a sign behind a space and before none begins a word.
    static List<String> words(String text) {
        var words = new ArrayList<String>();
        int depth = 0;
        int from = 0;
        int next = 0;
        for (int at = 0; at <= text.length(); at++) {
            char c = at < text.length() ? text.charAt(at) : ' ';
            if (c == '(') depth++;
            if (c == ')') depth--;
            if (c != ' ' || depth > 0 && at < text.length()) continue;
            // once for a run of spaces
            next = Math.max(next, at);
            while (next < text.length() && Character.isWhitespace(text.charAt(next))) next++;
            if (at < text.length() && joins(text, at, next)) continue;
            if (at > from) words.add(text.substring(from, at).strip());
            from = at + 1;
        }
        return words.stream().filter(word -> !word.isEmpty()).toList();
    }

    /// @param next the character behind the space that is none
    private static boolean joins(String text, int space, int next) {
        if (next == text.length()) return false;
        boolean infix = next + 1 < text.length() && Character.isWhitespace(text.charAt(next + 1));
        char before = space == 0 ? ' ' : text.charAt(space - 1);
        boolean behind = OPERATORS.indexOf(before) >= 0 || before == '-' && space > 1
            && Character.isWhitespace(text.charAt(space - 2));
        return behind || OPERATORS.indexOf(text.charAt(next)) >= 0 || text.charAt(next) == '-' && infix;
    }

    /// A law's words, read one by one.
    private static final class LawWords {

        private final List<String> words;
        private int at;

        LawWords(List<String> words) { this.words = words; }

        private String next(String after) {
            if (at == words.size()) throw new IllegalArgumentException(Quote.of(after)
                + " needs more behind it; see the grammar in contracts.md");
            return words.get(at++);
        }

        /// As `kaiming_normal_` and `KaimingNormal` are `kaiming-normal`.
        private static IllegalArgumentException unknownLaw(String name) {
            var names = Scheme.ALL.stream().map(Scheme::name).toList();
            var meant = names.stream().filter(each -> letters(each).equals(letters(name))).findFirst();
            return new IllegalArgumentException("there is no law " + Quote.of(name)
                + meant.map(each -> "; here it is " + each).orElse("; there are any, same as NAME, " + String.join(", ", names)));
        }

        private static String letters(String name) { return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT); }

        ContractLaw.Drawn law() {
            var name = next("");
            if (Scheme.ALL.stream().noneMatch(scheme -> scheme.name().equals(name))) throw unknownLaw(name);
            var arguments = new ArrayList<String>();
            while (at < words.size() && !CLAUSES.contains(words.get(at))) arguments.add(words.get(at++));
            var layout = Layout.OUT_IN;
            Expression blocks = null;
            Expression ofRows = null;
            Expression groups = null;
            List<Expression> fan = List.of();
            String like = null;
            var said = new HashSet<String>();
            while (at < words.size()) {
                var clause = next("");
                if (!said.add(clause)) throw new IllegalArgumentException(Quote.of(clause) + " stands twice; leave one out");
                switch (clause) {
                    case "as" -> layout = Layout.of(next(clause));
                    case "like" -> like = next(clause);
                    case "groups" -> groups = Expression.of(next(clause));
                    case "fan" -> fan = List.of(Expression.of(next(clause)), Expression.of(next(clause)));
                    case "in" -> {
                        var count = next(clause);
                        if (count.equals("blocks") && next(count).equals("of")) ofRows = Expression.of(next("of"));
                        else if (next(count).equals("blocks")) blocks = Expression.of(count);
                        else throw unknown(clause);
                    }
                    default -> throw unknown(clause);
                }
            }
            if (fan.isEmpty() ? groups != null && !layout.hasGroups() : groups != null
                || like != null) throw new IllegalArgumentException(
                "the fans are said twice, by " + (fan.isEmpty() ? "\"as " + layout.word() + "\" and \"groups\"" : "\"fan\" and \""
                    + (like != null ? "like" : "groups") + "\"") + "; leave one out");
            if ((blocks != null || ofRows != null) && fan.isEmpty() && !layout.hasBlocks()) throw new IllegalArgumentException(
                "no blocks are stacked in a shape that is read \"as " + layout.word() + "\"; say \"fan\" and those of one");
            return new ContractLaw.Drawn(name, arguments, layout, blocks, ofRows, fan, like, groups);
        }

        private static IllegalArgumentException unknown(String word) {
            return new IllegalArgumentException(Quote.of(word)
                + " is not expected here; behind a law's numbers stand: in N blocks, in blocks of N,"
                + " as LAYOUT, fan IN OUT, like NAME, groups N");
        }
    }
}
