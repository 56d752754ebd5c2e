package dev.lanewise.jmh;

import dev.lanewise.random.Threefry;

/// The request `gemm M K N [NN|NT|TN|TT]`: C = A B, with A of M x K and B of K x N; T: that operand lies transposed in memory.
record Product(int m, int k, int n, boolean transposeA, boolean transposeB) {

    static Product of(Arguments words) {
        words.expect(3, 4, "gemm M K N [NN|NT|TN|TT]");
        var kind = words.count() == 4 ? words.word(4) : "NN";
        if (!kind.matches("[NT][NT]")) throw words.wrong("\"" + kind + "\" is not known; use NN, NT, TN or TT");
        return new Product(words.size(1), words.size(2), words.size(3), kind.charAt(0) == 'T', kind.charAt(1) == 'T');
    }

    /// Rows of A as it lies in memory.
    int rowsOfA() { return transposeA ? k : m; }

    int columnsOfA() { return transposeA ? m : k; }

    int rowsOfB() { return transposeB ? n : k; }

    int columnsOfB() { return transposeB ? k : n; }

    float[] a() { return normal("a", m, k); }

    float[] b() { return normal("b", k, n); }

    float[] c() { return new float[Math.multiplyExact(m, n)]; }

    private static float[] normal(String name, int rows, int columns) {
        var x = new float[Math.multiplyExact(rows, columns)];
        new Threefry(0).stream(name).normal(x, 0, x.length);
        return x;
    }
}
