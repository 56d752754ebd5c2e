package dev.lanewise.kernel;

import java.util.function.IntConsumer;

/// Runs what images' planes need one by one.
final class Planes {

    private Planes() {}

    /// By several threads, if there is enough to do.
    ///
    /// @param places that one plane reads in all
    static void forEach(int planes, double places, IntConsumer plane) {
        double nanos = Cost.PLACE.nanos(Provider.currentTarget()) * places * planes;
        if (nanos < Cost.WORTH_SPLITTING_NANOS || Pool.threads() == 1) {
            for (int i = 0; i < planes; i++) plane.accept(i);
            return;
        }
        int tasks = Math.min(planes, 2 * (int) Math.min(Pool.threads(), nanos / Cost.WORTH_SPLITTING_NANOS));
        Pool.forEach(tasks, task -> {
            int end = Cut.at(planes, tasks, task + 1);
            for (int i = Cut.at(planes, tasks, task); i < end; i++) plane.accept(i);
        });
    }
}
