package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Source;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.StateDifference;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.StepLR;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Exported;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A null in any place of a public method of this package is taken, or refused in words of ours that say what is missing.
class NullsTest {

    @TempDir
    Path folder;

    private final Map<Class<?>, Object> values = new HashMap<>();

    private void know() {
        var model = new Sequential(new Linear(2, 2)).initialize(1);
        var file = folder.resolve("a.safetensors");
        Checkpoint.of(model).save(file, new Checkpoint.Progress(1, 1));
        var sgd = new SGD(model.parameters(), 0.1);
        Stateful part = new Stateful() {
            @Override
            public State state() { return new State(Map.of(), Map.of()); }

            @Override
            public void load(State state) {}
        };
        var digest = Digest.of("x");
        values.putAll(Map.of(Path.class, file, Source.class, Source.of(file), TensorFile.class, TensorFile.open(file),
            Module.class, model,
            Map.class, model.stateDict(), String.class, "x", UnaryOperator.class, UnaryOperator.identity(), int[].class,
                new int[] {1, 0},
            Tensor.class, Tensor.ones(2), FloatType.class, FloatType.F32));
        values.putAll(Map.of(RandomSource.class, new Threefry(1), Optimizer.class, sgd, LRScheduler.class, new StepLR(sgd, 1,
            0.5), Stateful.class, part,
            Consumer.class, (Consumer<Object>) _ -> {}, Checkpoint.Progress.class, new Checkpoint.Progress(1, 1), Object.class,
                "x",
            ReceiptEntry.class, new ReceiptEntry.End(0, 0), ReceiptEntry.Pass.class, ReceiptEntry.Pass.FORWARD, List.class,
                List.of()));
        values.putAll(Map.of(StateDifference.class, model.compareState(Map.of()), SequencedMap.class, new LinkedHashMap<String,
            String>(),
            Checkpoint.class, Checkpoint.of(model), Weights.class, Weights.read(file), SafetensorsFile.class,
                SafetensorsFile.open(file),
            Safetensors.class, Safetensors.read(file), Digest.class, new Digest(), ReceiptWriter.class,
                ReceiptWriter.begin(folder.resolve("r")),
            Stateful.State.class, new Stateful.State(Map.of(), Map.of()), ReceiptEntry.Fact.class, new ReceiptEntry.Fact("a",
                "b")));
        values.put(TensorFile.Info.class, new TensorFile.Info("F32", List.of(1L)));
        values.put(ReceiptEntry.Weights.class, new ReceiptEntry.Weights(1, "a", digest));
    }

    private static Object primitive(Class<?> type) {
        return type == long.class ? (Object) 0L : type == int.class ? (Object) 0 : type == boolean.class ? (Object) false
            : type == float.class ? (Object) 1f : 1.0;
    }

    @Test
    void whatIsMissingIsNamed() {
        know();
        var wrong = new TreeSet<String>();
        var unknown = new TreeSet<String>();
        int called = 0;
        for (var type : Exported.classes()) {
            if (!type.getPackageName().equals(NullsTest.class.getPackageName())) continue;
            var members = new ArrayList<Executable>(List.of(type.getConstructors()));
            for (var method : type.getDeclaredMethods()) if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()
                && !method.getName().matches("equals|valueOf|compareTo")) members.add(method);
            for (var member : members) for (int at = 0; at < member.getParameterCount(); at++) {
                var types = member.getParameterTypes();
                if (types[at].isPrimitive()) continue;
                boolean needsReceiver = member instanceof Method && !Modifier.isStatic(member.getModifiers());
                if (needsReceiver && !values.containsKey(type)) unknown.add(type.getSimpleName());
                var arguments = new Object[types.length];
                for (int i = 0; i < types.length; i++) {
                    arguments[i] = i == at ? null : types[i].isPrimitive() ? primitive(types[i]) : values.get(types[i]);
                    if (i != at && arguments[i] == null) unknown.add(member + "");
                }
                called++;
                call(member, needsReceiver ? values.get(type) : null, arguments, wrong);
            }
        }
        ((ReceiptWriter) values.get(ReceiptWriter.class)).close();
        assertEquals(List.of(), List.copyOf(unknown), "a value of these is to be known here");
        assertEquals(List.of(), List.copyOf(wrong), "of " + called);
        assertTrue(called > 60, "" + called);
    }

    private static void call(Executable member, Object receiver, Object[] arguments, TreeSet<String> wrong) {
        try {
            if (member instanceof Method method) {
                method.setAccessible(true);
                method.invoke(receiver, arguments);
            } else ((java.lang.reflect.Constructor<?>) member).newInstance(arguments);
        } catch (InvocationTargetException e) {
            var error = e.getCause();
            var message = error.getMessage();
            boolean ours = (error instanceof NullPointerException || error instanceof IllegalArgumentException) && message != null
                && !message.startsWith("Cannot ") && !message.contains("because \"");
            if (!ours) wrong.add(member.getDeclaringClass().getSimpleName() + "." + member.getName()
                + java.util.Arrays.toString(member.getParameterTypes())
                .replaceAll("(class|interface) ([a-z]+\\.)*", "") + ": " + error);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
