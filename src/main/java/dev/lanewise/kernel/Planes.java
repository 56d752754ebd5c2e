package dev.lanewise.kernel;

import java.util.function.IntConsumer;

/// Runs what images' planes need one by one.
final class Planes {

    private Planes() {}

    /// By several threads, if there is enough to do.
    ///
    /// @param places that one plane reads in all
    static void forEach(int planes, double places, IntConsumer plane) {
        Shares.run(planes, Cost.PLACE.nanos(Provider.currentTarget()) * places, (from, to) -> {
            for (int i = from; i < to; i++) plane.accept(i);
        });
    }
}
