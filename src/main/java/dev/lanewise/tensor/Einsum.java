package dev.lanewise.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Sums of products in Einstein's notation: of one tensor, or of two, which are put in order for a matrix product.
///
/// A label is a letter; the dimensions of an ellipsis have the labels -1, -2 … from the right.
final class Einsum {

    private static final String ELLIPSIS = "...";

    private final String equation;
    private final List<Labelled> operands = new ArrayList<>();
    private final List<Integer> output;
    private final Map<Integer, Integer> sizes = new TreeMap<>();
    private int ellipsis;

    /// A tensor and its dimensions' labels.
    private record Labelled(Tensor x, List<Integer> labels) {

        int size(int label) { return x.size(labels.indexOf(label)); }

        boolean has(int label) { return labels.contains(label); }

        List<Integer> those(Predicate<Integer> wanted) { return labels.stream().filter(wanted).toList(); }

        /// With these labels alone, in their order.
        Labelled in(List<Integer> order) {
            var dims = order.stream().mapToInt(labels::indexOf).toArray();
            return new Labelled(inOrder(dims) ? x : x.permute(dims), order);
        }

        private static boolean inOrder(int[] dims) {
            for (int i = 0; i < dims.length; i++) if (dims[i] != i) return false;
            return true;
        }

        /// With the diagonal of two dimensions that have one label.
        Labelled withoutRepetition() {
            for (int second = 1; second < labels.size(); second++) {
                int first = labels.indexOf(labels.get(second));
                if (first == second) continue;
                var rest = new ArrayList<>(labels);
                rest.remove(second);
                return new Labelled(View.diagonal("einsum", x, first, second), rest).withoutRepetition();
            }
            return this;
        }

        Labelled without(Predicate<Integer> dropped, boolean summed) {
            var dims = labels.stream().filter(dropped).mapToInt(labels::indexOf).toArray();
            if (dims.length == 0) return this;
            return new Labelled(summed ? x.sum(dims) : x.squeeze(dims), those(dropped.negate()));
        }
    }

    private Einsum(String equation, Tensor... operands) {
        this.equation = equation;
        if (operands.length < 1 || operands.length > 2) throw failure(operands.length + " operands; there must be one or two:"
            + " take products of more in steps");
        var sides = equation.replace(" ", "").split("->", -1);
        var terms = sides[0].split(",", -1);
        if (sides.length > 2 || terms.length != operands.length) throw failure("it names "
            + (sides.length > 2 ? "more than one result" : terms.length + " operands, but there are " + operands.length)
            + "; write labels for each, as \"ij,jk->ik\"");
        for (int i = 0; i < operands.length; i++) this.operands.add(labelled(i, terms[i], operands[i]));
        this.output = sides.length == 2 ? output(sides[1]) : implied();
    }

    static Tensor einsum(String equation, Tensor... operands) { return new Einsum(equation, operands).result(); }

    private IllegalArgumentException failure(String fault) {
        return new IllegalArgumentException("einsum: \"" + equation + "\": " + fault);
    }

    // ---- labels

    /// The letters of a term in their order, those of an ellipsis in its place.
    private List<Integer> labels(String term, int ofEllipsis) {
        var labels = new ArrayList<Integer>();
        for (int i = 0; i < term.length(); i++) {
            if (term.startsWith(ELLIPSIS, i)) {
                for (int label = -ofEllipsis; label < 0; label++) labels.add(label);
                i += ELLIPSIS.length() - 1;
                continue;
            }
            char letter = term.charAt(i);
            if ((letter < 'a' || letter > 'z') && (letter < 'A' || letter > 'Z')) throw failure("'" + letter
                + "' is no label; labels are letters from a to z and A to Z, and \"...\" stands for all other dimensions");
            labels.add((int) letter);
        }
        return labels;
    }

    private Labelled labelled(int index, String term, Tensor x) {
        int rank = x.shape().rank();
        int at = term.indexOf(ELLIPSIS);
        if (at >= 0 && term.indexOf(ELLIPSIS, at + ELLIPSIS.length()) >= 0)
            throw failure("\"" + term + "\" has two ellipses; one is enough");
        int letters = at < 0 ? term.length() : term.length() - ELLIPSIS.length();
        int others = at < 0 ? 0 : rank - letters;
        ellipsis = Math.max(ellipsis, others);
        if (others < 0 || at < 0 && letters != rank) {
            labels(term, 0);
            throw failure("\"" + term + "\" names " + letters + " dimensions of operand " + index
                + ", whose shape is " + x.shape() + "; name each, or write \"...\" for the others");
        }
        var labels = labels(term, others);
        for (int dim = 0; dim < rank; dim++) {
            int size = x.size(dim);
            int label = labels.get(dim);
            int first = labels.indexOf(label);
            int known = first < dim ? x.size(first) : sizes.getOrDefault(label, 1);
            if (known != size && (first < dim || known != 1 && size != 1)) throw failure(name(label) + " is of size " + known
                + " and, in operand " + index + " of shape " + x.shape() + ", of size " + size
                + "; sizes of one label must be equal" + (first < dim ? "" : ", or 1"));
            if (sizes.getOrDefault(label, 1) == 1) sizes.put(label, size);
        }
        return new Labelled(x, labels);
    }

    private static String name(int label) {
        return label < 0 ? "dimension " + label + " of the ellipsis" : "'" + (char) label + "'";
    }

    private List<Integer> output(String term) {
        var labels = labels(term, ellipsis);
        for (int i = 0; i < labels.size(); i++) {
            int label = labels.get(i);
            if (labels.indexOf(label) < i) throw failure(name(label) + " is named twice in the result; name it once");
            if (!sizes.containsKey(label)) throw failure(name(label) + " of the result is in no operand; name it there, too");
        }
        return labels;
    }

    /// Without an arrow: the ellipsis, then the labels that occur once, in the order of the alphabet.
    private List<Integer> implied() {
        var all = operands.stream().flatMap(operand -> operand.labels.stream()).toList();
        return sizes.keySet().stream().filter(label -> label < 0 || Collections.frequency(all, label) == 1).toList();
    }

    // ---- the sums

    private Tensor result() {
        Shape.of("einsum", output.stream().mapToLong(sizes::get).toArray());
        var a = operands.getFirst().withoutRepetition();
        if (operands.size() == 1) return a.without(label -> !output.contains(label), true).in(output).x;
        var b = operands.getLast().withoutRepetition();
        // what is of size 1 in one and more in the other is as if it weren't there
        var first = a.without(label -> a.size(label) != sizes.get(label), false);
        var second = b.without(label -> b.size(label) != sizes.get(label), false);
        return product(first.without(label -> !output.contains(label) && !second.has(label), true),
            second.without(label -> !output.contains(label) && !first.has(label), true));
    }

    private Tensor product(Labelled a, Labelled b) {
        var summed = a.those(label -> b.has(label) && !output.contains(label));
        if (summed.isEmpty()) return aligned(a).mul(aligned(b));
        var stack = output.stream().filter(label -> a.has(label) && b.has(label)).toList();
        var rows = output.stream().filter(label -> a.has(label) && !b.has(label)).toList();
        var columns = output.stream().filter(label -> !a.has(label) && b.has(label)).toList();
        if (rows.isEmpty() && columns.isEmpty()) {
            var product = a.in(joined(stack, summed)).x.mul(b.in(joined(stack, summed)).x);
            return product.sum(IntStream.range(stack.size(), stack.size() + summed.size()).toArray());
        }
        var left = a.in(joined(stack, rows, summed)).x.reshape(matrices(stack, rows, summed));
        var right = b.in(joined(stack, summed, columns)).x.reshape(matrices(stack, summed, columns));
        var order = joined(stack, rows, columns);
        return new Labelled(left.matmul(right).reshape(order.stream().mapToInt(sizes::get).toArray()), order).in(output).x;
    }

    /// With the result's dimensions, of size 1 where it has not that label.
    private Tensor aligned(Labelled operand) {
        var x = operand.in(output.stream().filter(operand::has).toList()).x;
        for (int dim = 0; dim < output.size(); dim++) if (!operand.has(output.get(dim))) x = x.unsqueeze(dim);
        return x;
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    private static List<Integer> joined(List<Integer>... parts) { return Arrays.stream(parts).flatMap(List::stream).toList(); }

    private int[] matrices(List<Integer> stack, List<Integer> rows, List<Integer> columns) {
        return IntStream.concat(stack.stream().mapToInt(sizes::get), IntStream.of(product(rows), product(columns))).toArray();
    }

    private int product(List<Integer> labels) {
        long product = 1;
        // of tensors without elements the sizes may be any
        for (int label : labels) product = Math.min(product * sizes.get(label), Integer.MAX_VALUE + 1L);
        if (product > Integer.MAX_VALUE) throw failure("dimensions that are summed, or that stay,"
            + " make one of more than 2^31 - 1; split the operands");
        return (int) product;
    }
}
