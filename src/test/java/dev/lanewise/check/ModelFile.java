package dev.lanewise.check;

import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/// Safetensors files of all types of floats, for audits.
final class ModelFile {

    private ModelFile() {}

    /// Rounded to the nearest, ties to even.
    static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    static Path write(Path file, Map<String, Tensor> tensors, Precision precision) {
        var data = new ByteArrayOutputStream();
        var dtype = switch (precision) {
            case FLOAT32 -> "F32";
            case FLOAT16 -> "F16";
            case BFLOAT16 -> "BF16";
        };
        var entries = tensors.entrySet().stream().map(each -> {
            int begin = data.size();
            for (float value : each.getValue().toArray()) data.writeBytes(bytes(value, precision));
            return "\"" + each.getKey() + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + each.getValue().shape().toString()
                .replace(" ", "")
                + ",\"data_offsets\":[" + begin + "," + data.size() + "]}";
        }).collect(Collectors.joining(",", "{", "}")).getBytes(StandardCharsets.UTF_8);
        var all = ByteBuffer.allocate(8 + entries.length + data.size()).order(ByteOrder.LITTLE_ENDIAN).putLong(entries.length)
            .put(entries).put(data.toByteArray());
        try {
            return Files.write(file, all.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(float value, Precision precision) {
        var bytes = ByteBuffer.allocate(precision == Precision.FLOAT32 ? 4 : 2).order(ByteOrder.LITTLE_ENDIAN);
        switch (precision) {
            case FLOAT32 -> bytes.putFloat(value);
            case FLOAT16 -> bytes.putShort(Float.floatToFloat16(value));
            case BFLOAT16 -> bytes.putShort(bfloat16(value));
        }
        return bytes.array();
    }
}
