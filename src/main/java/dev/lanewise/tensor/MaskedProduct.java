package dev.lanewise.tensor;

/// Products of which some elements aren't wanted, and products with a matrix in which they are 0: neither takes a bit from what
/// stands there, be it infinite or NaN, and each is the other's derivative.
///
/// What is wanted is not 0 in a mask whose shape broadcasts to the matrix's, `[…, rows, columns]`; null if all is.
final class MaskedProduct {

    private static final Tensor ZERO = Tensor.scalar(0f);

    private MaskedProduct() {}

    /// `[…, rows, n] x [… columns, n] -> […, rows, columns]`: a bᵀ where it is wanted, else 0.
    static Tensor scores(Tensor a, Tensor b, Tensor wanted) {
        if (wanted == null) return a.matmul(b.transpose(-1, -2));
        var y = Autograd.unrecorded(() -> Elementary.where(wanted, a.matmul(b.transpose(-1, -2)), ZERO));
        if (!Autograd.records(a, b)) return y;
        var left = new SavedTensor("attention", a);
        var right = new SavedTensor("attention", b);
        return Autograd.record(y, "attention",
            Edge.to(a, g -> product(masked(g, wanted), right.get(), wanted)),
            Edge.to(b, g -> product(masked(g, wanted).transpose(-1, -2), left.get(), wanted.transpose(-1, -2))));
    }

    /// `[…, rows, columns] x […, columns, n] -> […, rows, n]`
    ///
    /// @param a 0 where it isn't wanted
    static Tensor product(Tensor a, Tensor b, Tensor wanted) {
        if (wanted == null) return a.matmul(b);
        var y = Autograd.unrecorded(() -> Reduce.areFinite(View.gathered(b)) ? a.matmul(b) : rowByRow(a, b, wanted));
        if (!Autograd.records(a, b)) return y;
        var left = new SavedTensor("attention", a);
        var right = new SavedTensor("attention", b);
        return Autograd.record(y, "attention",
            Edge.to(a, g -> scores(g, right.get(), wanted)),
            Edge.to(b, g -> product(left.get().transpose(-1, -2), g, wanted.transpose(-1, -2))));
    }

    /// Where 0 times what isn't wanted would be NaN, each row has zeros there: all else is the same chain of sums.
    private static Tensor rowByRow(Tensor a, Tensor b, Tensor wanted) {
        var rows = new Tensor[a.size(-2)];
        for (int i = 0; i < rows.length; i++) {
            var row = wanted.size(-2) == 1 ? wanted : wanted.slice(-2, i, i + 1);
            rows[i] = a.slice(-2, i, i + 1).matmul(masked(b, row.transpose(-1, -2)));
        }
        return Tensor.cat(-2, rows);
    }

    static Tensor masked(Tensor x, Tensor wanted) { return wanted == null ? x : Elementary.where(wanted, x, ZERO); }
}
