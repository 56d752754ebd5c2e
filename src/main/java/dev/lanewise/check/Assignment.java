package dev.lanewise.check;

import dev.lanewise.check.Contract.Rule;
import dev.lanewise.check.ContractLaw.Stated;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
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
    /// @param same   the tensor in the file whose bits it has to have, or may have, if something else is to hold otherwise; null
    ///     for none
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
        /// The lines of rules that are for a tensor.
        private final BitSet used = new BitSet();
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
                if (other != null) problems.add(Quote.of(other) + " and " + Quote.of(name)
                    + " are one name without the contract's prefixes;" + " take out a prefix, and have the rules name both");
            });
            scope = new ContractScope(contract, stripped, given);
        }

        Assignment assignment() {
            shapes.forEach(this::assign);
            unruled.forEach((pattern, names) -> problems.add(unruled(pattern, names)));
            scope.requireGivenIsUsed();
            for (var rule : contract.rules()) if (!used.get(rule.line()) && !rule.optional()) problems.add(
                "line " + rule.line() + ": " + Quote.of(rule.text())
                + " is for no tensor; correct its pattern, or write \"optional\" in front of it");
            return new Assignment(places, problems, twice);
        }

        private void assign(String tensor, Shape shape) {
            var claims = claims(tensor, shape);
            int row = 0;
            for (var claim : claims) {
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
            var names = unruled.computeIfAbsent(NUMBER.matcher(contract.stripped(tensor)).replaceAll("*"),
                _ -> new ArrayList<>());
            if (names.isEmpty() || !names.getLast().startsWith(tensor + "[")) names.add(place.name());
        }

        private String unruled(String pattern, List<String> names) {
            boolean one = names.size() == 1;
            return Quote.of(names.getFirst())
                + (one ? " is" : " and " + (names.size() - 1) + (names.size() == 2 ? " other" : " others") + " of such names are")
                + " named by no rule; add one, or \"" + Quote.name(one ? contract.stripped(names.getFirst()) : pattern)
                + ": any\"";
        }

        /// Of rows that don't overlap, in their order.
        private Collection<Claim> claims(String tensor, Shape shape) {
            var name = contract.stripped(tensor);
            var claims = new TreeMap<Integer, Claim>();
            for (var rule : contract.rules()) if (!rule.isElse()) claim(rule, tensor, name, shape).ifPresent(claim -> {
                used.set(rule.line());
                if (twice.contains(tensor)) return;
                var other = overlapping(claims, claim);
                if (other.isEmpty()) claims.put(claim.from, claim);
                else {
                    twice.add(tensor);
                    problems.add(Quote.of(tensor) + " is named by two rules, in line " + other.get().rule.line() + " and line "
                        + rule.line() + "; narrow one's pattern, or write \"else\" in front of the one that is for the rest");
                }
            });
            // what two rules claim, neither has
            if (twice.contains(tensor)) return List.of();
            var gaps = gaps(claims.values(), rows(shape));
            for (var rule : contract.rules()) if (rule.isElse()) claim(rule, tensor, name, shape).ifPresent(claim -> {
                used.set(rule.line());
                for (var left : taken(claim, gaps)) claims.put(left.from, left);
            });
            return claims.values();
        }

        /// Of claims that don't overlap, by their first rows, the one of the first of these rows that one of them has.
        private static Optional<Claim> overlapping(TreeMap<Integer, Claim> claims, Claim claim) {
            var before = claims.floorEntry(claim.from);
            // of a tensor without rows, each claims all
            if (before != null && (before.getValue().to > claim.from || before.getKey() == claim.from))
                return Optional.of(before.getValue());
            var behind = claims.higherEntry(claim.from);
            return behind != null && behind.getKey() < claim.to ? Optional.of(behind.getValue()) : Optional.empty();
        }

        /// Rows that no rule claims: the first ones, and those behind the last ones.
        private static TreeMap<Integer, Integer> gaps(Collection<Claim> claims, int rows) {
            var gaps = new TreeMap<Integer, Integer>();
            int row = 0;
            for (var claim : claims) {
                if (claim.from > row) gaps.put(row, claim.from);
                row = claim.to;
            }
            if (row < rows || rows == 0 && claims.isEmpty()) gaps.put(row, rows);
            return gaps;
        }

        /// What a claim has of the gaps, which it fills.
        private static List<Claim> taken(Claim claim, TreeMap<Integer, Integer> gaps) {
            var taken = new ArrayList<Claim>();
            var gap = gaps.floorEntry(claim.from);
            if (gap == null) gap = gaps.ceilingEntry(claim.from);
            for (; gap != null && gap.getKey() <= claim.to; gap = gaps.higherEntry(gap.getKey())) {
                int from = Math.max(gap.getKey(), claim.from);
                int to = Math.min(gap.getValue(), claim.to);
                // of a tensor without rows, a claim has none
                if (from > to || from == to && claim.from < claim.to) continue;
                gaps.remove(gap.getKey());
                if (gap.getKey() < from) gaps.put(gap.getKey(), from);
                if (to < gap.getValue()) gaps.put(to, gap.getValue());
                taken.add(new Claim(claim.rule, claim.stars, from, to));
            }
            return taken;
        }

        private Optional<Claim> claim(Rule rule, String tensor, String name, Shape shape) {
            return rule.pattern().match(name).map(stars -> {
                int rows = rows(shape);
                var values = new TensorScope(scope, shape, stars, null);
                return at(rule, tensor, () -> {
                    int from = rule.from().map(each -> row(each, values, rows)).orElse(0);
                    int to = rule.to().map(each -> row(each, values, rows)).orElse(rows);
                    if (from > to || from == to && rows > 0) throw new IllegalArgumentException("rows " + from + " to " + to
                        + " are none");
                    return new Claim(rule, stars, from, to);
                });
            });
        }

        private static int row(Expression expression, Expression.Scope scope, int rows) {
            double row = expression.value(scope);
            if (!(row >= 0 && row <= rows && row == Math.rint(row)))
                throw new IllegalArgumentException("row " + ContractLaw.Stated.plain(row) + " of " + rows
                    + "; correct the variables or the rule");
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
                    if (other.equals(contract.stripped(tensor))) throw new IllegalArgumentException("it is the same as itself;"
                        + " name another tensor");
                    if (!scope.shape(other).equals(shape)) throw new IllegalArgumentException(Quote.of(other) + " has shape "
                        + scope.shape(other) + ", and can't be the same");
                    if (claim.to - claim.from < rows(shape)) throw new IllegalArgumentException("some of its rows can't be the"
                        + " same; leave them out");
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
                throw contract.malformed(rule.line(), Quote.of(rule.text()) + " at tensor " + Quote.of(tensor) + ": "
                    + e.getMessage()).because(e);
            }
        }
    }
}
