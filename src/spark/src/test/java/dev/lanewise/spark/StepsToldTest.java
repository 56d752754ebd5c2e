package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import scala.Option;
import scala.Tuple4;
import scala.collection.JavaConverters;

/// What the driver's log says of steps.
class StepsToldTest {

    private static final long ID = 7;

    private final List<Object> said = new ArrayList<>();
    private final AtomicLong seconds = new AtomicLong(100);
    private final StepsTold told = new StepsTold(log(), ID, 200, () -> TimeUnit.SECONDS.toNanos(seconds.get()));

    private Logger log() {
        return (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(), new Class<?>[] {Logger.class},
            (_, _, arguments) -> {
                said.add(((Object[]) arguments[1])[0]);
                return null;
            });
    }

    private void comes(long id, long step) {
        var update = new AccumulableInfo(id, Option.empty(), Option.apply(step), Option.empty(), false, true, Option.empty());
        var task = new Tuple4<Object, Object, Object, scala.collection.immutable.Seq<AccumulableInfo>>(0L, 0, 0,
            JavaConverters.asScala(List.of(update)).toList());
        told.onExecutorMetricsUpdate(new SparkListenerExecutorMetricsUpdate("0",
            JavaConverters.asScala(List.of(task)).toList(), scala.collection.immutable.Map$.MODULE$.empty()));
    }

    @Test
    void whatComesAllAtOnceAfterAPauseIsOneLine() {
        for (long step = 10; step <= 50; step += 10) comes(ID, step);
        assertEquals(List.of(10L), said);
        seconds.addAndGet(10);
        comes(ID, 60);
        assertEquals(List.of(10L, 60L), said);
    }

    @Test
    void onlyItsOwnStepsAreToldAndEachOnce() {
        comes(ID + 1, 10);
        assertEquals(List.of(), said);
        for (long step : new long[] {20, 20, 30, 25}) {
            comes(ID, step);
            seconds.addAndGet(10);
        }
        // back, where a stage is run again
        assertEquals(List.of(20L, 30L, 25L), said);
    }
}
