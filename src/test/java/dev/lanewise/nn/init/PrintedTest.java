package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Linear;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.StepLR;
import dev.lanewise.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is printed says what it is.
class PrintedTest {

    @Test
    void anInitializerIsNoAddress() throws IllegalAccessException, InvocationTargetException {
        int count = 0;
        for (var method : Initializers.class.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers()) || method.getReturnType() != Initializer.class) continue;
            var types = method.getParameterTypes();
            var made = (Initializer) method.invoke(null, IntStream.range(0, types.length)
                .mapToObj(i -> argument(method.getName(), types[i], i)).toArray());
            assertFalse(made.toString().contains("@") || made.toString().contains("$"), method + " gives " + made);
            count++;
        }
        assertTrue(count > 50, "looked in the wrong place: " + count);
        for (var scheme : Scheme.ALL) assertFalse(scheme.toString().contains("@"), scheme::toString);
    }

    private static Object argument(String method, Class<?> type, int index) {
        if (type == int.class) return 2;
        if (type == double.class) return method.equals("chrono") ? 100.0 : 0.5 + index / 4.0;
        if (type == Gain.class) return Gain.RELU;
        if (type == Initializers.Mode.class) return Initializers.Mode.FAN_IN;
        if (type == Initializers.Law.class) return Initializers.Law.NORMAL;
        if (type == Initializer.class) return Initializers.zeros();
        if (type == Initializer[].class) return new Initializer[] {Initializers.ones(), Initializers.kaimingNormal()};
        if (type == Tensor.class) return Tensor.ones(2, 3);
        if (type == Fan.class) return Fan.linear(4, 8);
        throw new AssertionError("no argument of " + type);
    }

    @Test
    void itIsAsWrittenInAProgram() {
        assertEquals("varianceScaling(2.0000000000000004, FAN_IN, NORMAL)", Initializers.kaimingNormal().toString());
        assertEquals("orthogonal(1.0)", Initializers.orthogonal().toString());
        assertEquals("copyOf(values of [2, 3], Constant[value=0.0])", Initializers.copyOf(Tensor.ones(2, 3), Initializers.zeros())
            .toString());
    }

    @Test
    void optimizersAndSchedulesSayWhereTheyStand() {
        var model = new Linear(2, 1).initialize(42);
        var optimizer = new Adam(model.parameters(), 0.1);
        var schedule = new StepLR(optimizer, 1, 0.5);
        optimizer.step();
        schedule.step();
        assertEquals("Adam[steps=1, rates=[0.05]]", optimizer.toString());
        assertEquals("StepLR[epoch=1, rates=[0.05]]", schedule.toString());
    }
}
