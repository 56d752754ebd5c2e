package dev.lanewise.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/// How Kryo writes records, where `spark.serializer` names it: that of Spark 4.2 has no serializer that can. Examples that are
/// records are written so, and for a Dataset or RDD of one's own an annotation asks for it:
///
/// ```java
/// @DefaultSerializer(RecordSerializer.class)
/// record Review(String text, int label) implements Serializable {}
/// ```
public final class RecordSerializer extends Serializer<Record> {

    /// What is known of a type.
    private record Form(RecordComponent[] components, Constructor<?> constructor) {}

    private static final ClassValue<Form> FORMS = new ClassValue<>() {
        @Override
        protected Form computeValue(Class<?> type) {
            var components = type.getRecordComponents();
            var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                var constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                for (var component : components) component.getAccessor().setAccessible(true);
                return new Form(components, constructor);
            } catch (NoSuchMethodException e) {
                throw new AssertionError("every record has it: " + type, e);
            }
        }
    };

    /// Of records of any type.
    public RecordSerializer() { super(false, true); }

    @Override
    public void write(Kryo kryo, Output output, Record record) {
        for (var component : FORMS.get(record.getClass()).components) {
            Object value;
            try {
                value = component.getAccessor().invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new KryoException(record.getClass().getName() + "." + component.getName() + " can't be asked for", e);
            }
            // by its name: Kryo would look for a serializer of its own
            output.writeString(value instanceof Record inner ? inner.getClass().getName() : null);
            if (value instanceof Record inner) write(kryo, output, inner);
            else kryo.writeClassAndObject(output, value);
        }
    }

    @Override
    public Record read(Kryo kryo, Input input, Class<Record> type) {
        var form = FORMS.get(type);
        var values = new Object[form.components.length];
        for (int i = 0; i < values.length; i++) {
            var inner = input.readString();
            values[i] = inner == null ? kryo.readClassAndObject(input) : read(kryo, input, named(kryo, inner));
        }
        try {
            return (Record) form.constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new KryoException(type.getName() + " can't be made", e);
        }
    }

    @SuppressWarnings("unchecked") // it was one when it was written
    private static Class<Record> named(Kryo kryo, String name) {
        try {
            return (Class<Record>) Class.forName(name, false, kryo.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new KryoException(name + " isn't known here", e);
        }
    }
}
