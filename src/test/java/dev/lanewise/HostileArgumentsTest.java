package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.AttentionOptions;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.TransformerDecoder;
import dev.lanewise.nn.attention.TransformerDecoderLayer;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.ParameterGroup;
import dev.lanewise.optim.ParameterGroups;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Exported;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Public constructors, static methods and what a tensor does take numbers, indices, sizes and tensors of every kind: what they
/// don't take, they refuse. An index beyond an array, a negative size of one or a quotient by 0 would be found too late.
class HostileArgumentsTest {

    private static final int TRIES = 60;

    private final SplittableRandom random = new SplittableRandom(14);
    private final Map<Class<?>, Supplier<Object>> values = Map.ofEntries(
        of(int.class, -1, 0, 1, 2, 5, Integer.MIN_VALUE, Integer.MAX_VALUE),
        of(long.class, -1L, 0L, 1L, 3L, Long.MIN_VALUE, Long.MAX_VALUE),
        of(double.class, Double.NaN, -1.0, -0.0, 0.5, 1.0, 2.0, 1e300, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
        of(float.class, Float.NaN, -1f, 0f, 0.5f, 1f, Float.POSITIVE_INFINITY), of(boolean.class, true, false),
        of(String.class, "", "x"), of(int[].class, new int[0], new int[] {0}, new int[] {-1}, new int[] {1, 0}, new int[] {2, 3},
            new int[] {0, 0, 3}, new int[] {Integer.MIN_VALUE}, new int[] {0, Integer.MAX_VALUE}, new int[] {1 << 16, 1 << 16}),
        of(long[].class, new long[0], new long[] {-1, 2}), of(boolean[].class, new boolean[0], new boolean[] {true, false}),
        of(float[].class, new float[0], new float[] {1}, new float[] {Float.NaN, 1, 2, 3, 4, 5}, new float[20]),
        of(Tensor.class, Tensor.zeros(0), Tensor.ones(2, 3), Tensor.scalar(1), Tensor.ones(3), Tensor.zeros(2, 0),
            Tensor.ones(3, 4).t(), Tensor.ones(1, 2, 5, 5), Tensor.full(Float.NaN, 2, 3), Tensor.ones(2, 3, 4)),
        of(Shape.class, Shape.of(), Shape.of(0), Shape.of(2, 3), Shape.of(2, 3, 4, 5)), of(RandomSource.class, new Threefry(1)));
    /// Beside a null.
    private final Map<Class<?>, Supplier<Object>> more =
        Map.ofEntries(of(Initializer.class, Initializers.zeros(), Initializers.orthogonal()),
        of(Fan.class, Fan.linear(3, 4)), of(Linear.class, new Linear(3, 2)), of(Layer.class, new Identity(), new Linear(3, 3)));

    private Map.Entry<Class<?>, Supplier<Object>> of(Class<?> type, Object... choice) {
        return Map.entry(type, () -> choice[random.nextInt(choice.length)]);
    }

    @Test
    void whatIsNotTakenIsRefused() {
        var wrong = new TreeSet<String>();
        int called = 0;
        int threads = Compute.threads();
        for (var type : Exported.classes()) {
            var members = new ArrayList<Executable>(List.of(type.getConstructors()));
            for (var method : type.getDeclaredMethods())
                if (Modifier.isPublic(method.getModifiers())
                    && (Modifier.isStatic(method.getModifiers()) || type.isAssignableFrom(Tensor.class))) members.add(method);
            for (var member : members) {
                if (Modifier.isAbstract(type.getModifiers()) && member instanceof Constructor) continue;
                if (!Arrays.stream(member.getParameterTypes()).allMatch(this::isKnown)) continue;
                called++;
                for (int i = 0; i < TRIES; i++) call(member, wrong);
            }
        }
        Compute.setThreads(threads);
        assertEquals(List.of(), List.copyOf(wrong), "of " + called);
        assertEquals(true, called > 200, "only " + called + " were called");
    }

    /// A null in any place is taken, or refused in words: of the JVM's own, that name it, or of ours.
    @Test
    void nullsAreRefusedInWords() {
        var wrong = new TreeSet<String>();
        int called = 0;
        for (var type : Exported.classes()) {
            var members = new ArrayList<Executable>(List.of(type.getConstructors()));
            for (var method : type.getDeclaredMethods())
                if (Modifier.isPublic(method.getModifiers())
                    && (Modifier.isStatic(method.getModifiers()) || type.isAssignableFrom(Tensor.class))) members.add(method);
            for (var member : members) {
                if (Modifier.isAbstract(type.getModifiers()) && member instanceof Constructor) continue;
                var types = member.getParameterTypes();
                for (int i = 0; i < types.length; i++) {
                    int at = i;
                    if (types[i].isPrimitive() || !IntStream.range(0, types.length)
                        .allMatch(j -> j == at || isKnown(types[j]) || more.containsKey(types[j]))) continue;
                    called++;
                    var arguments = new Object[types.length];
                    for (int tried = 0; tried < 5; tried++) {
                        for (int j = 0; j < types.length; j++) arguments[j] = j == i ? null : more.containsKey(types[j])
                            ? more.get(types[j]).get() : value(types[j]);
                        callWithNull(member, arguments, wrong);
                    }
                }
            }
        }
        assertEquals(List.of(), List.copyOf(wrong), "of " + called);
        assertEquals(true, called > 400, "only " + called + " were called");
    }

    /// Options that are null are refused by who asks for them, in words of ours that say so.
    @Test
    void noOptionsAreRefusedByName() {
        var parameter = new Parameter("weight", Shape.of(2), Fan.linear(1, 1), Initializers.zeros());
        parameter.initialize(new Threefry(1));
        var fitting = new HashMap<Class<?>, Object>(Map.of(Tensor.class, Tensor.ones(1, 2, 2),
            int.class, 2, double.class, 0.5, long.class, 9L, boolean.class, false, int[].class, new int[] {0, 1}, float.class, 1f,
                List.class, List.of(parameter), ParameterGroups.class, ParameterGroups.of(ParameterGroup.of(List.of(parameter))),
            Optimizer.class, new SGD(List.of(parameter), 1)));
        fitting.putAll(Map.of(double[].class, new double[] {1}, RNN.Activation.class, RNN.Activation.TANH, AttentionOptions.class,
            Attention.options(), Module.class, new MultiheadAttention(2, 1)));
        var transformer = TransformerOptions.feedForward(2).dropout(0);
        var receivers = new ArrayList<Object>(List.of(ParameterGroup.of(List.of(parameter)), new MultiheadAttention(2, 1),
            new TransformerEncoderLayer(2, 1, transformer),
            new TransformerEncoder(1, () -> new TransformerEncoderLayer(2, 1, transformer)),
            new TransformerDecoderLayer(2, 1, transformer),
            new TransformerDecoder(1, () -> new TransformerDecoderLayer(2, 1, transformer))));
        for (var receiver : receivers) if (receiver instanceof Module module) module.initialize(1);
        var wrong = new TreeSet<String>();
        int called = 0;
        for (var type : Exported.classes()) {
            var members = new ArrayList<Executable>(List.of(type.getConstructors()));
            members.addAll(List.of(type.getMethods()));
            for (var member : members) for (int i = 0; i < member.getParameterCount(); i++) {
                if (!member.getParameterTypes()[i].getName().endsWith("Options")) continue;
                var receiver = receivers.stream().filter(type::isInstance).findFirst().orElse(null);
                boolean callable = member instanceof Constructor ? !Modifier.isAbstract(type.getModifiers())
                    : Modifier.isStatic(member.getModifiers()) || receiver != null;
                int at = i;
                if (!callable) continue;
                var arguments = Arrays.stream(member.getParameterTypes()).map(fitting::get).toArray();
                arguments[at] = null;
                called++;
                var problem = refusal(member, receiver, arguments);
                if (problem != null) wrong.add(member + ": " + problem);
            }
        }
        assertEquals(List.of(), List.copyOf(wrong), "of " + called);
        assertEquals(true, called > 60, "only " + called + " were called");
    }

    /// Null if it was refused as it should be.
    private static String refusal(Executable member, Object receiver, Object[] arguments) {
        try {
            return "gave " + (member instanceof Constructor<?> constructor ? constructor.newInstance(arguments)
                : ((Method) member).invoke(receiver, arguments));
        } catch (InvocationTargetException e) {
            return e.getCause() instanceof NullPointerException | e.getCause() instanceof IllegalArgumentException
                && e.getCause().getMessage().contains(": no options") ? null : e.getCause().toString();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void callWithNull(Executable member, Object[] arguments, TreeSet<String> wrong) {
        try {
            var made = member instanceof Constructor<?> constructor ? constructor.newInstance(arguments)
                : ((Method) member).invoke(Modifier.isStatic(member.getModifiers()) ? null : value(Tensor.class), arguments);
            if (made instanceof AutoCloseable mode) mode.close();
        } catch (InvocationTargetException e) {
            // one without a trace is the JVM's own, thrown by compiled code, which leaves out its words
            if (e.getCause() instanceof NullPointerException none && none.getMessage() == null
                && none.getStackTrace().length > 0) wrong.add(member.getDeclaringClass().getName() + "."
                + member.getName() + Arrays.toString(member.getParameterTypes()) + Arrays.deepToString(arguments) + " at "
                + none.getStackTrace()[1]);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isKnown(Class<?> type) { return values.containsKey(type) || type.isEnum() || type == Tensor[].class; }

    private Object value(Class<?> type) {
        if (type == Tensor[].class) return random.nextBoolean() ? new Tensor[0]
            : new Tensor[] {(Tensor) value(Tensor.class), (Tensor) value(Tensor.class)};
        if (type.isEnum()) return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        var value = values.get(type).get();
        return value instanceof float[] array ? array.clone() : value;
    }

    private void call(Executable member, TreeSet<String> wrong) {
        var arguments = Arrays.stream(member.getParameterTypes()).map(this::value).toArray();
        try {
            var made = member instanceof Constructor<?> constructor ? constructor.newInstance(arguments)
                : ((Method) member).invoke(Modifier.isStatic(member.getModifiers()) ? null : value(Tensor.class), arguments);
            // a mode of this thread, which later tests run on, too
            if (made instanceof AutoCloseable mode) mode.close();
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                // an array of 2^31 - 1 elements may be asked for
                case IllegalArgumentException _, IllegalStateException _, MalformedFileException _, OutOfMemoryError _ -> {}
                // of Objects.checkFromIndexSize
                case IndexOutOfBoundsException range when range.getClass() == IndexOutOfBoundsException.class -> {}
                default -> wrong.add(member.getDeclaringClass().getSimpleName() + "." + member.getName()
                    + Arrays.deepToString(arguments) + ": " + e.getCause());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
