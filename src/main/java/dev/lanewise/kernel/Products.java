package dev.lanewise.kernel;

import java.util.function.Consumer;

/// The kinds of matrix products that a program makes, and which of them have all their loops prepared. One product takes several,
/// which depend on its shape: it begins with scalar loops, and goes over to vectors as a whole.
final class Products {

    /// In a table, where one that isn't made any more gives way to another.
    private static final int PLACES = 512;
    private static final int HASH = 0x9e3779b1;

    private final Product[] table = new Product[PLACES];

    /// @param flags what else decides which loops it takes
    Product of(int m, int n, int k, int ldb, int flags) {
        int hash = (((m * 31 + n) * 31 + k) * 31 + ldb) * 31 + flags;
        int place = hash * HASH >>> Integer.numberOfLeadingZeros(PLACES - 1);
        var product = table[place];
        return product != null && product.is(m, n, k, ldb, flags) ? product : (table[place] = new Product(m, n, k, ldb, flags));
    }

    /// One kind.
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

        /// Counts one that scalar loops take so long for, unless its loops turn out to be there. Not called of one that is
        /// prepared: to say how it is rehearsed makes garbage.
        ///
        /// @param rehearse runs it with loops that only say that they are needed
        /// @return whether they are
        boolean count(double nanos, Consumer<Rehearsal> rehearse) {
            ColdStart.spend(nanos);
            spentHere += nanos;
            var needed = needs;
            if (needed == null) {
                if (!ColdStart.isDue()) return false;
                var rehearsal = new Rehearsal();
                rehearse.accept(rehearsal);
                needs = needed = rehearsal.needs();
            }
            boolean all = true;
            // all of what is due; else what others of these loops' products count, too: of ever new shapes none would be due by
            // itself
            double each = ColdStart.isDue(spentHere) ? spentHere : nanos / needed.length;
            for (var need : needed) all &= need.isMet(each);
            return prepared = all;
        }
    }
}
