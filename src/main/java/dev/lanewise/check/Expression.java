package dev.lanewise.check;

import dev.lanewise.file.Decimal;
import dev.lanewise.file.Quote;
import dev.lanewise.file.TextCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Arithmetic in a [Contract]: numbers, names, `+ - * / ^`, parentheses, functions; two factors side by side within parentheses
/// are multiplied, as in `sqrt(2 L)`.
sealed interface Expression {

    /// What names stand for.
    interface Scope {
        /// @throws IllegalArgumentException if nothing has that name, or it has no value here
        double value(String name);

        /// The number that the i-th star of the pattern stands for, from 1.
        double star(int i);

        /// How many tensors have names of a pattern.
        double count(NamePattern pattern);

        /// A size of the tensors that have names of a pattern.
        double size(NamePattern pattern, int dim);
    }

    /// @throws IllegalArgumentException if a name has no value
    double value(Scope scope);

    record Number(double number) implements Expression {
        public double value(Scope scope) { return number; }
    }

    record Name(String name) implements Expression {
        public double value(Scope scope) { return scope.value(name); }
    }

    record Star(int index) implements Expression {
        public double value(Scope scope) { return scope.star(index); }
    }

    record Count(NamePattern pattern) implements Expression {
        public double value(Scope scope) { return scope.count(pattern); }
    }

    record Size(NamePattern pattern, int dim) implements Expression {
        public double value(Scope scope) { return scope.size(pattern, dim); }
    }

    record Binary(char operator, Expression left, Expression right) implements Expression {
        public double value(Scope scope) {
            double a = left.value(scope);
            double b = right.value(scope);
            return switch (operator) {
                case '+' -> a + b;
                case '-' -> a - b;
                case '*' -> a * b;
                case '/' -> a / b;
                default -> Math.pow(a, b);
            };
        }
    }

    record Call(String function, List<Expression> arguments) implements Expression {
        public double value(Scope scope) {
            double a = arguments.getFirst().value(scope);
            return switch (function) {
                case "sqrt" -> Math.sqrt(a);
                case "exp" -> Math.exp(a);
                case "ln" -> Math.log(a);
                case "abs" -> Math.abs(a);
                case "floor" -> Math.floor(a);
                case "min" -> Math.min(a, arguments.get(1).value(scope));
                default -> Math.max(a, arguments.get(1).value(scope));
            };
        }
    }

    /// @throws IllegalArgumentException if the text is no expression; the message says where and why
    static Expression of(String text) {
        return new Reader(text).whole();
    }

    /// Goes through the text once, from left to right.
    final class Reader extends TextCursor {

        private static final int DEEPEST = 100;
        /// However they lie within each other, they don't end the stack.
        private static final int MOST_OPERATIONS = 100;
        private static final Set<String> ONE = Set.of("sqrt", "exp", "ln", "abs", "floor");
        private static final Set<String> TWO = Set.of("min", "max");

        private int operations;

        private Reader(String text) { super(text, " \t"); }

        @Override
        protected IllegalArgumentException expected(String what) { return unexpected(); }

        private IllegalArgumentException unexpected() {
            space();
            return new IllegalArgumentException(Quote.of(text) + " is no expression: "
                + (at == text.length() ? "it ends too early"
                : "character " + (at + 1) + ", " + Quote.of("" + text.charAt(at)) + ", is not expected")
                + "; write numbers, variables, + - * / ^, parentheses, sqrt, exp, ln, abs, floor, min, max, count(names),"
                + " size(names, dim)");
        }

        private Expression whole() {
            var expression = sum(0);
            end();
            return expression;
        }

        private Binary binary(char operator, Expression left, Expression right) {
            if (++operations > MOST_OPERATIONS) throw new IllegalArgumentException("an expression of more than " + MOST_OPERATIONS
                + " operations; make variables of its parts");
            return new Binary(operator, left, right);
        }

        private Expression sum(int depth) {
            if (depth > DEEPEST) throw new IllegalArgumentException("an expression of more than " + DEEPEST
                + " parentheses within each other");
            var sum = product(depth);
            while (peek() == '+' || peek() == '-') sum = binary(text.charAt(at++), sum, product(depth));
            return sum;
        }

        private Expression product(int depth) {
            var product = power(depth);
            while (true) {
                char c = peek();
                if (c == '*' || c == '/') product = binary(text.charAt(at++), product, power(depth));
                else if (c == '(' || c == '$' || c == '.' || Character.isLetterOrDigit(c)) product =
                    binary('*', product, power(depth));
                else return product;
            }
        }

        private Expression power(int depth) {
            if (depth > DEEPEST) throw new IllegalArgumentException("an expression of more than " + DEEPEST
                + " signs and powers in a row");
            if (passes('-')) return binary('-', new Number(0), power(depth + 1));
            var base = single(depth);
            return passes('^') ? binary('^', base, power(depth + 1)) : base;
        }

        private Expression single(int depth) {
            char c = peek();
            if (passes('(')) {
                var inner = sum(depth + 1);
                take(')');
                return inner;
            }
            if (passes('$')) return star();
            if (c == '.' || c >= '0' && c <= '9') return number();
            if (!Character.isLetter(c)) throw unexpected();
            var name = word();
            return peek() == '(' ? call(name, depth) : new Name(name);
        }

        private Star star() {
            int from = digits();
            // no pattern has more stars than one digit says
            if (at != from + 1 || at < text.length() && text.charAt(at) == '.') {
                at = from;
                throw unexpected();
            }
            return new Star(text.charAt(from) - '0');
        }

        private Number number() {
            int from = at;
            while (at < text.length() && (".eE".indexOf(text.charAt(at)) >= 0 || Character.isDigit(text.charAt(at))
                || "+-".indexOf(text.charAt(at)) >= 0 && at > from && "eE".indexOf(text.charAt(at - 1)) >= 0)) at++;
            var digits = text.substring(from, at);
            if (!Decimal.is(digits)) {
                at = from;
                throw unexpected();
            }
            return new Number(Double.parseDouble(digits));
        }

        private String word() {
            int from = at;
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) at++;
            return text.substring(from, at);
        }

        private Expression call(String function, int depth) {
            int before = at;
            take('(');
            if (function.equals("count") || function.equals("size")) {
                int end = text.indexOf(')', at);
                if (end < 0) throw unexpected();
                var arguments = text.substring(at, end).split(",");
                at = end + 1;
                return ofNames(function, arguments);
            }
            var arguments = new ArrayList<Expression>();
            do arguments.add(sum(depth + 1)); while (passes(','));
            take(')');
            if (!(ONE.contains(function) && arguments.size() == 1 || TWO.contains(function) && arguments.size() == 2)) {
                at = before;
                throw unexpected();
            }
            return new Call(function, arguments);
        }

        private static Expression ofNames(String function, String[] arguments) {
            var pattern = NamePattern.of(arguments[0].strip());
            if (function.equals("count") && arguments.length == 1) return new Count(pattern);
            if (function.equals("size") && arguments.length == 2 && arguments[1].strip().matches("[0-9]"))
                return new Size(pattern, Integer.parseInt(arguments[1].strip()));
            throw new IllegalArgumentException(function + " takes " + (function.equals("count")
                ? "a pattern of names: count(h.*.ln_1.weight)"
                : "a pattern of names and a dimension from 0: size(lstm.weight_hh_l0, 1)"));
        }
    }
}
