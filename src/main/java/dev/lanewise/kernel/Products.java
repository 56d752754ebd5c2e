package dev.lanewise.kernel;

import java.util.function.Consumer;

/// The kinds of matrix products that a program makes, and which of them have all their loops prepared. One product takes several, which
/// depend on its shape: it begins with scalar loops, and goes over to vectors as a whole.
final class Products {

    /// In a table, where one that isn't made any more gives way to another.
    private static final int PLACES = 512;
    private static final int HASH = 0x9e3779b1;

    private final Product[] table = new Product[PLACES];
    /// What scalar loops have taken in all, by estimate: of ever new shapes none would be due by itself.
    private double spent;

    /// @param flags what else decides which loops it takes
    Product of(int m, int n, int k, int ldb, int flags) {
        int hash = (((m * 31 + n) * 31 + k) * 31 + ldb) * 31 + flags;
        int place = hash * HASH >>> Integer.numberOfLeadingZeros(PLACES - 1);
        var product = table[place];
        return product != null && product.is(m, n, k, ldb, flags) ? product : (table[place] = new Product(m, n, k, ldb, flags));
    }

    /// One kind. Threads count without regard for each other, as [Prepared]'s do.
    final class Product {
        private final int m;
        private final int n;
        private final int k;
        private final int ldb;
        private final int flags;
        private double spentHere;
        /// What wasn't prepared when it was looked for; null before.
        private volatile Rehearsal.Need[] needs;
        private volatile boolean prepared;

        private Product(int m, int n, int k, int ldb, int flags) {
            this.m = m;
            this.n = n;
            this.k = k;
            this.ldb = ldb;
            this.flags = flags;
        }

        private boolean is(int m, int n, int k, int ldb, int flags) {
            return this.m == m && this.n == n && this.k == k && this.ldb == ldb && this.flags == flags;
        }

        /// Whether it is known that all its loops are there.
        boolean isPrepared() { return prepared && !ColdStart.isForGood(); }

        /// Counts one that scalar loops take so long for, unless its loops turn out to be there. Not called of one that is prepared: to
        /// say how it is rehearsed makes garbage.
        ///
        /// @param rehearse runs it with loops that only say that they are needed
        /// @return whether they are
        boolean count(double nanos, Consumer<Rehearsal> rehearse) {
            var needed = needs;
            double counted = nanos;
            if (needed == null) {
                spent += nanos;
                counted = spentHere += nanos;
                if (!ColdStart.isDue(spentHere) && !ColdStart.isDue(spent)) return false;
                var rehearsal = new Rehearsal();
                rehearse.accept(rehearsal);
                needs = needed = rehearsal.needs();
            }
            boolean all = true;
            double each = ColdStart.isDue(spentHere) ? Double.MAX_VALUE : counted / needed.length;
            for (var need : needed) all &= need.isMet(each);
            return prepared = all;
        }
    }
}
