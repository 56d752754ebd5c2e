package dev.lanewise.io;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/// SHA-256 of tensors and of what else batches are made of, so that it is the same on every machine: shapes and bits, all NaNs
/// taken as one. It is looked into records, lists, maps, arrays and [Tensors]. The order in which maps and sets have what is in
/// them counts where it is their own, as that of a `LinkedHashMap`. Of one thread.
public final class Digest {

    /// Hexadecimal digits of a whole digest.
    static final int LENGTH = 64;
    /// Of that of a step's batches.
    static final int SHORT = 32;
    /// What an array has at most so that a sample of it is the whole.
    private static final int SAMPLED = 64;
    /// Of longer ones one element in as many.
    private static final int SPARSEST = 256;
    private static final int DEEPEST = 200;
    private static final VarHandle LOW_FIRST = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final TensorBridge TENSORS = TensorBridge.get();
    private static final HexFormat HEX = HexFormat.of();
    /// The components of a record's type, or why they can't be had.
    private static final ClassValue<Components> COMPONENTS = new ClassValue<>() {
        @Override
        protected Components computeValue(Class<?> type) { return Components.of(type); }
    };

    private final MessageDigest sha = sha256();
    private final byte[] buffer = new byte[1 << 13];
    private int used;
    /// Of what is being added, in how many others it lies.
    private int depth;
    /// Every so many elements of an array, from this one on; 0 for all.
    private long phase;
    private boolean whole = true;

    private record Components(RecordComponent[] all, boolean open) {

        static Components of(Class<?> type) {
            var all = type.getRecordComponents();
            try {
                for (var each : all) each.getAccessor().setAccessible(true);
                return new Components(all, true);
            } catch (InaccessibleObjectException | SecurityException e) {
                return new Components(all, false);
            }
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /// Lets what is added next be sampled: of arrays and tensors of more than 64 elements, some 64, or one in 256 if that is
    /// more; others at each step, so that all have their turn. [#digest] ends it.
    ///
    /// @param step 0 or more
    public Digest sampled(long step) {
        if (step < 0) throw new IllegalArgumentException("digest: step " + step + "; it must be 0 or more");
        whole = false;
        phase = step;
        return this;
    }

    /// Adds something with what is in it. What is of different types is never alike: 1, 1L and "1", `true` and "true".
    ///
    /// @throws IllegalArgumentException if it holds what can't be looked into, or itself; the message says what can. Then it
    ///     begins anew
    public Digest add(Object value) {
        if (depth == DEEPEST) throw new IllegalArgumentException("digest: more than " + DEEPEST
            + " lists, maps, arrays or records lie in each"
            + " other, or one of them holds itself; a batch must be of tensors, and of what holds them plainly");
        depth++;
        boolean good = false;
        try {
            addAny(value);
            good = true;
            return this;
        } finally {
            depth--;
            if (!good && depth == 0) begin();
        }
    }

    private void addAny(Object value) {
        switch (value) {
            case null -> number(0);
            case Tensor tensor -> add(tensor);
            case int[] numbers -> add(numbers);
            case float[] numbers -> add(numbers);
            case String text -> add(text);
            // those of others may have an address of this JVM as their text
            case Number number when number.getClass().getModule() == Object.class.getModule() -> {
                number('n');
                add(number.getClass().getSimpleName() + " " + number);
            }
            case Boolean truth -> number(truth ? 'Y' : 'N');
            case Enum<?> constant -> {
                number('e');
                add(constant.name());
            }
            case Map<?, ?> map -> add(map);
            case Collection<?> several -> add(several);
            case Object[] several -> add(several);
            case Tensors<?> several -> {
                number('t');
                several.map(tensor -> {
                    add((Object) tensor);
                    return tensor;
                });
            }
            case Record record -> add(record);
            case long[] numbers -> {
                number('l');
                number(numbers.length);
                for (long number : numbers) number(number);
            }
            case double[] numbers -> {
                number('d');
                number(numbers.length);
                for (double number : numbers) number(Double.doubleToLongBits(number));
            }
            case byte[] bytes -> {
                number('b');
                number(bytes.length);
                for (byte each : bytes) number(each);
            }
            case boolean[] truths -> {
                number('z');
                number(truths.length);
                for (boolean truth : truths) number(truth ? 1 : 0);
            }
            default -> throw new IllegalArgumentException("digest: a " + value.getClass().getName()
                + " can't be looked into; a batch must be of tensors, arrays, texts, numbers, lists, maps and records of these");
        }
    }

    private void add(Tensor tensor) {
        number('T');
        for (int size : tensor.shape().toArray()) number(size);
        TENSORS.read(tensor, this::add);
    }

    private void add(float... numbers) {
        number('f');
        add(numbers, 0, numbers.length);
    }

    private void add(float[] data, int offset, int count) {
        number(count);
        int stride = stride(count);
        // beyond the last one it may be more than an int holds
        for (long i = phase % stride; i < count;) {
            if (used == buffer.length) flush();
            // a piece without a question in between: this is most of the work
            int room = (buffer.length - used) / Integer.BYTES;
            int piece = Math.min(room, Math.ceilDiv(count - (int) i, stride));
            int at = offset + (int) i;
            for (int j = 0; j < piece; j++, at += stride)
                LOW_FIRST.set(buffer, used + j * Integer.BYTES, Float.floatToIntBits(data[at]));
            used += piece * Integer.BYTES;
            i += (long) piece * stride;
        }
    }

    private void add(int... numbers) {
        number('i');
        number(numbers.length);
        int stride = stride(numbers.length);
        for (long i = phase % stride; i < numbers.length; i += stride) number(numbers[(int) i]);
    }

    private int stride(int count) { return whole || count <= SAMPLED ? 1 : Math.min(SPARSEST, Math.ceilDiv(count, SAMPLED)); }

    private void add(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        number('s');
        number(bytes.length);
        flush();
        sha.update(bytes);
    }

    private void add(Map<?, ?> map) {
        number('m');
        number(map.size());
        for (var key : map instanceof SequencedMap ? map.keySet() : ordered(map.keySet())) add(key).add(map.get(key));
    }

    private void add(Collection<?> several) {
        number('c');
        number(several.size());
        for (var each : several instanceof Set<?> set && !(set instanceof SequencedSet) ? ordered(set)
            : several) add(each);
    }

    /// That of `Set.of`, and of what hashes by identity, is another in each run.
    private List<?> ordered(Set<?> several) {
        return several.stream().map(Object.class::cast).sorted(Comparator.comparing(this::alone)).toList();
    }

    private String alone(Object value) {
        var digest = new Digest();
        digest.depth = depth;
        return digest.add(value).digest();
    }

    private void add(Object[] several) {
        number('a');
        number(several.length);
        for (var each : several) add(each);
    }

    private void add(Record record) {
        var components = COMPONENTS.get(record.getClass());
        if (!components.open) throw new IllegalArgumentException("digest: a record " + record.getClass().getName()
            + " can't be looked into; let its module open its package to dev.lanewise");
        number('r');
        number(components.all.length);
        try {
            for (var each : components.all) add(each.getAccessor().invoke(record));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("digest: a record " + record.getClass()
                .getName() + " can't be looked into, " + e, e);
        }
    }

    private void number(long number) {
        number((int) number);
        number((int) (number >>> Integer.SIZE));
    }

    private void number(int number) {
        if (used == buffer.length) flush();
        LOW_FIRST.set(buffer, used, number);
        used += Integer.BYTES;
    }

    private void flush() {
        sha.update(buffer, 0, used);
        used = 0;
    }

    /// Of all that was added, in 64 hexadecimal digits; then it begins anew.
    public String digest() {
        flush();
        var digest = HEX.formatHex(sha.digest());
        begin();
        return digest;
    }

    private void begin() {
        sha.reset();
        used = 0;
        whole = true;
        phase = 0;
    }

    /// As [#digest], the first half of it.
    public String shortDigest() { return digest().substring(0, SHORT); }

    /// Of one thing alone.
    public static String of(Object value) {
        return new Digest().add(Objects.requireNonNull(value, "digest: nothing is given")).digest();
    }
}
