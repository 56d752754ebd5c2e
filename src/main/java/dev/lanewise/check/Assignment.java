package dev.lanewise.check;

import dev.lanewise.check.Contract.Rule;
import dev.lanewise.check.ContractLaw.Stated;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Which rule of a [Contract] says what of which rows of which tensor.
///
/// @param places    in the order of the tensors, each one's rows in order
/// @param problems what the contract leaves open, or says twice; a sentence each
/// @param twice    tensors that two rules are for, so that none is
record Assignment(List<Place> places, List<String> problems, Set<String> twice) {

    /// @param tensor its name in the file
    /// @param shape  the whole tensor's
    /// @param from   the first row
    /// @param to     the row behind the last
    /// @param rule   null if none is for it, or several are
    /// @param stated what is to hold; empty if it isn't looked at, or is another's bits
    /// @param same   the tensor in the file whose bits it has to have, or may have, if something else is to hold otherwise; null for none
    record Place(String tensor, Shape shape, int from, int to, Rule rule, Optional<Stated> stated, String same) {

        boolean isWhole() { return from == 0 && to == rows(shape); }

        /// As it is said: with its rows, if these aren't all.
        String name() { return isWhole() ? tensor : tensor + "[" + from + ":" + to + "]"; }
    }

    private record Claim(Rule rule, List<String> stars, int from, int to) {}

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    /// A number alone is one row.
    static int rows(Shape shape) { return shape.rank() == 0 ? 1 : shape.size(0); }

    static Assignment of(Contract contract, SequencedMap<String, Shape> shapes, Map<String, Double> given) {
        return new Maker(contract, shapes, given).assignment();
    }

    private static final class Maker {

        private final Contract contract;
        private final SequencedMap<String, Shape> shapes;
        private final ContractScope scope;
        private final Map<String, String> originals = new LinkedHashMap<>();
        private final Map<Rule, Boolean> used = new LinkedHashMap<>();
        private final List<Place> places = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private final Set<String> twice = new LinkedHashSet<>();
        /// Tensors without a rule, by their names with stars for numbers: those of all layers together.
        private final Map<String, List<String>> unruled = new LinkedHashMap<>();

        Maker(Contract contract, SequencedMap<String, Shape> shapes, Map<String, Double> given) {
            this.contract = contract;
            this.shapes = shapes;
            var stripped = new LinkedHashMap<String, Shape>();
            shapes.forEach((name, shape) -> {
                stripped.put(contract.stripped(name), shape);
                var other = originals.put(contract.stripped(name), name);
                if (other != null) problems.add(Quote.of(other) + " and " + Quote.of(name) + " are one name without the contract's prefixes;"
                    + " take out a prefix, and have the rules name both");
            });
            scope = new ContractScope(contract, stripped, given);
        }

        Assignment assignment() {
            shapes.forEach(this::assign);
            unruled.forEach((pattern, names) -> problems.add(unruled(pattern, names)));
            scope.requireGivenIsUsed();
            for (var rule : contract.rules()) if (!used.containsKey(rule) && !rule.optional()) problems.add("line " + rule.line() + ": "
                + Quote.of(rule.text()) + " is for no tensor; correct its pattern, or write \"optional\" in front of it");
            return new Assignment(places, problems, twice);
        }

        private void assign(String tensor, Shape shape) {
            var claims = claims(tensor, shape);
            claims.sort((a, b) -> Integer.compare(a.from, b.from));
            int row = 0;
            for (int i = 0; i < claims.size(); i++) {
                var claim = claims.get(i);
                if (claim.from > row) addUnruled(tensor, shape, row, claim.from);
                row = claim.to;
                places.add(place(tensor, shape, claim));
            }
            if (row < rows(shape) || rows(shape) == 0 && claims.isEmpty()) addUnruled(tensor, shape, row, rows(shape));
        }

        private void addUnruled(String tensor, Shape shape, int from, int to) {
            var place = new Place(tensor, shape, from, to, null, Optional.empty(), null);
            places.add(place);
            if (twice.contains(tensor)) return;
            var names = unruled.computeIfAbsent(NUMBER.matcher(contract.stripped(tensor)).replaceAll("*"), _ -> new ArrayList<>());
            if (names.isEmpty() || !names.getLast().startsWith(tensor + "[")) names.add(place.name());
        }

        private String unruled(String pattern, List<String> names) {
            boolean one = names.size() == 1;
            return Quote.of(names.getFirst()) + (one ? " is" : " and " + (names.size() - 1) + (names.size() == 2 ? " other" : " others") + " of such names are")
                + " named by no rule; add one, or \"" + Quote.name(one ? contract.stripped(names.getFirst()) : pattern) + ": any\"";
        }

        /// Of rows that don't overlap.
        private List<Claim> claims(String tensor, Shape shape) {
            var claims = new ArrayList<Claim>();
            for (var rule : contract.rules()) {
                if (rule.isElse()) continue;
                var claim = claim(rule, tensor, shape);
                if (claim.isEmpty()) continue;
                used.put(rule, true);
                for (var other : claims) if (overlap(claim.get(), other) && twice.add(tensor)) {
                    problems.add(Quote.of(tensor) + " is named by two rules, in line " + other.rule.line() + " and line " + rule.line()
                        + "; narrow one's pattern, or write \"else\" in front of the one that is for the rest");
                }
                claims.add(claim.get());
            }
            // what two rules claim, neither has
            if (twice.contains(tensor)) return new ArrayList<>();
            for (var rule : contract.rules()) if (rule.isElse()) claim(rule, tensor, shape).ifPresent(claim -> {
                used.put(rule, true);
                claims.addAll(left(claim, claims, rows(shape)));
            });
            return claims;
        }

        private static boolean overlap(Claim one, Claim two) {
            return one.from < two.to && two.from < one.to || one.from == two.from && one.to == two.to;
        }

        /// What others leave of a claim.
        private static List<Claim> left(Claim claim, List<Claim> others, int rows) {
            var left = new ArrayList<Claim>();
            if (rows == 0) return others.isEmpty() ? List.of(claim) : left;
            int from = -1;
            for (int row = claim.from; row <= claim.to; row++) {
                int at = row;
                boolean free = row < claim.to && others.stream().noneMatch(other -> other.from <= at && at < other.to);
                if (free && from < 0) from = row;
                if (free || from < 0) continue;
                left.add(new Claim(claim.rule, claim.stars, from, row));
                from = -1;
            }
            return left;
        }

        private Optional<Claim> claim(Rule rule, String tensor, Shape shape) {
            return rule.pattern().match(contract.stripped(tensor)).map(stars -> {
                int rows = rows(shape);
                var values = new TensorScope(scope, shape, stars, null);
                return at(rule, tensor, () -> {
                    int from = rule.from().map(each -> row(each, values, rows)).orElse(0);
                    int to = rule.to().map(each -> row(each, values, rows)).orElse(rows);
                    if (from > to || from == to && rows > 0) throw new IllegalArgumentException("rows " + from + " to " + to + " are none");
                    return new Claim(rule, stars, from, to);
                });
            });
        }

        private static int row(Expression expression, Expression.Scope scope, int rows) {
            double row = expression.value(scope);
            if (!(row >= 0 && row <= rows && row == Math.rint(row)))
                throw new IllegalArgumentException("row " + ContractLaw.Stated.plain(row) + " of " + rows + "; correct the variables or the rule");
            return (int) row;
        }

        private Place place(String tensor, Shape shape, Claim claim) {
            var rule = claim.rule;
            var own = shape.rank() == 0 ? shape : Part.ofRows(shape, claim.to - claim.from);
            var values = new TensorScope(scope, own, claim.stars, null);
            return at(rule, tensor, () -> switch (rule.law()) {
                case ContractLaw.Any _ -> new Place(tensor, shape, claim.from, claim.to, rule, Optional.empty(), null);
                case ContractLaw.Same(var name, var or) -> {
                    var other = values.filled(name);
                    if (other.equals(contract.stripped(tensor))) throw new IllegalArgumentException("it is the same as itself; name another tensor");
                    if (!scope.shape(other).equals(shape)) throw new IllegalArgumentException(Quote.of(other) + " has shape " + scope.shape(other)
                        + ", and can't be the same");
                    if (claim.to - claim.from < rows(shape)) throw new IllegalArgumentException("some of its rows can't be the same; leave them out");
                    yield new Place(tensor, shape, claim.from, claim.to, rule, or == null || own.numel() == 0 ? Optional.empty()
                        : Optional.of(or.state(own, values, scope::shape)), originals.get(other));
                }
                case ContractLaw.Drawn drawn -> new Place(tensor, shape, claim.from, claim.to, rule,
                    own.numel() == 0 ? Optional.empty() : Optional.of(drawn.state(own, values, scope::shape)), null);
            });
        }

        private <T> T at(Rule rule, String tensor, Supplier<T> work) {
            try {
                return work.get();
            } catch (MalformedFileException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                throw contract.malformed(rule.line(), Quote.of(rule.text()) + " at tensor " + Quote.of(tensor) + ": " + e.getMessage()).because(e);
            }
        }
    }
}
