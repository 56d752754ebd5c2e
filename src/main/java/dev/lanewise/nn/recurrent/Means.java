package dev.lanewise.nn.recurrent;

/// Sums over the units of a population, in several parts, as one chain of additions would wait for each.
final class Means {

    private Means() {}

    static double dot(double[] a, double[] b) { return dot(a, b, 0, 0, a.length); }

    static double dot(double[] a, double[] b, int atA, int atB, int length) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            s0 += a[atA + i] * b[atB + i];
            s1 += a[atA + i + 1] * b[atB + i + 1];
            s2 += a[atA + i + 2] * b[atB + i + 2];
            s3 += a[atA + i + 3] * b[atB + i + 3];
        }
        for (; i < length; i++) s0 += a[atA + i] * b[atB + i];
        return s0 + s1 + (s2 + s3);
    }

    static double dot(double[] a, double[] b, double[] c) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i + 4 <= a.length; i += 4) {
            s0 += a[i] * b[i] * c[i];
            s1 += a[i + 1] * b[i + 1] * c[i + 1];
            s2 += a[i + 2] * b[i + 2] * c[i + 2];
            s3 += a[i + 3] * b[i + 3] * c[i + 3];
        }
        for (; i < a.length; i++) s0 += a[i] * b[i] * c[i];
        return s0 + s1 + (s2 + s3);
    }

    static void add(double weight, double[] from, double[] into) {
        for (int i = 0; i < into.length; i++) into[i] += weight * from[i];
    }

    /// Of fourth powers.
    static double fourths(double[] a) {
        double sum = 0;
        for (double each : a) sum += each * each * (each * each);
        return sum;
    }
}
