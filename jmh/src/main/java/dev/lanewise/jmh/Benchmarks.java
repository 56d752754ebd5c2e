package dev.lanewise.jmh;

import dev.lanewise.Compute;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One routine on SIMD and on scalar loops, each in JVMs of its own: which of them run is decided once for a JVM.
///
/// The flags are prepended, so that the command line's `-jvmArgsAppend` stays free: for `-XX:UseAVX=2`, say.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public abstract class Benchmarks {

    static final String VECTORS = "--add-modules=jdk.incubator.vector";
    /// Fails, with the reason, where there is no SIMD: a pair of equals would mislead.
    static final String SIMD = "-Dlanewise.simd=require";
    static final String SCALAR = "-Dlanewise.simd=off";

    /// Threads that compute, the caller included.
    @Param("1")
    public int threads;

    private Supplier<?> call;

    /// The computation, as a request of the line protocol.
    abstract String request();

    @Setup
    public void prepare() {
        Compute.setThreads(threads);
        // JMH has begun a line of its own
        System.out.println("\n# " + Server.status());
        call = Workloads.of(request()).call();
        // what is measured are the loops that run in the end
        Compute.warmUp(call::get);
    }

    @Benchmark
    @Fork(value = 3, jvmArgsPrepend = {VECTORS, SIMD})
    public Object simd() { return call.get(); }

    @Benchmark
    @Fork(value = 3, jvmArgsPrepend = {VECTORS, SCALAR})
    public Object scalar() { return call.get(); }
}
