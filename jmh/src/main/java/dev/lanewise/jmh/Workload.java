package dev.lanewise.jmh;

import java.util.function.Supplier;

/// A computation that is ready to be repeated: what a request, a benchmark and the tests have in common.
///
/// @param unit what its speed is quoted in
/// @param size of one call: floating-point operations, elements, or 1
/// @param call the computation, its data made before; what it returns keeps the compiler from leaving it out
record Workload(Unit unit, double size, Supplier<?> call) {

    enum Unit {
        GFLOPS("GFLOP/s"),
        NANOS_PER_ELEMENT("ns/element"),
        NANOS_PER_PARAMETER("ns/parameter"),
        MILLIS_PER_STEP("ms/step"),
        MILLIS_PER_CALL("ms/call");

        final String text;

        Unit(String text) { this.text = text; }

        /// The figure that a call of this size and this many seconds is quoted as.
        double of(double size, double seconds) {
            return switch (this) {
                case GFLOPS -> 1e-9 * size / seconds;
                case NANOS_PER_ELEMENT, NANOS_PER_PARAMETER -> 1e9 * seconds / size;
                case MILLIS_PER_STEP, MILLIS_PER_CALL -> 1e3 * seconds / size;
            };
        }
    }

    /// Of so many products.
    static Workload gemm(Product p, int products, Runnable call) {
        return new Workload(Unit.GFLOPS, 2.0 * products * p.m() * p.k() * p.n(), returning(call));
    }

    static Workload perElement(int n, Runnable call) { return new Workload(Unit.NANOS_PER_ELEMENT, n, returning(call)); }

    static Workload perStep(Supplier<?> call) { return new Workload(Unit.MILLIS_PER_STEP, 1, call); }

    static Workload perCall(Supplier<?> call) { return new Workload(Unit.MILLIS_PER_CALL, 1, call); }

    /// For computations whose results lie in arrays, which nobody can leave out.
    static Supplier<?> returning(Runnable call) {
        return () -> {
            call.run();
            return null;
        };
    }
}
