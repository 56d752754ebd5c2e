package dev.lanewise.kernel;

/// Copies between elements that lie apart and elements side by side.
///
/// Every other one has loops of its own: where C2 knows the distance it checks no index in the loop, which takes a third of the time.
final class Strides {

    private Strides() {}

    /// `out[i] = x[i * stride]`
    static void gather(float[] x, int from, int stride, float[] out, int to, int n) {
        switch (stride) {
            case 1 -> System.arraycopy(x, from, out, to, n);
            case 2 -> {
                for (int i = 0; i < n; i++) out[to + i] = x[from + 2 * i];
            }
            default -> {
                for (int i = 0; i < n; i++) out[to + i] = x[from + i * stride];
            }
        }
    }

    /// `out[i * stride] = x[i]`
    static void scatter(float[] x, int from, float[] out, int to, int stride, int n) {
        switch (stride) {
            case 1 -> System.arraycopy(x, from, out, to, n);
            case 2 -> {
                for (int i = 0; i < n; i++) out[to + 2 * i] = x[from + i];
            }
            default -> {
                for (int i = 0; i < n; i++) out[to + i * stride] = x[from + i];
            }
        }
    }
}
