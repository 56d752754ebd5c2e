package dev.lanewise.io.onnx;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.file.TensorParts;
import dev.lanewise.io.TensorFile;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// The tensors that a model in ONNX brings along, whatever its operations are: what [dev.lanewise.io.TensorFile#open] gives of
/// such a file, for [dev.lanewise.io.Weights] and the commands that look at files. [OnnxModel] runs it.
///
/// Opening reads the model's messages, and no elements. A tensor is read as a whole, and the last one is kept. What of it lies in
/// other files is looked for beside it, and nowhere else.
public final class OnnxFile implements TensorFile {

    private static final String OPERATION = "OnnxFile";
    private static final int MESSAGE = 2;
    /// Of messages a model may begin with: the format's version, who wrote it, the graph, and what else there is.
    private static final int LAST_FIELD = 25;
    /// As safetensors name them; others are "ONNX" and the format's number.
    private static final Map<OnnxType, String> DTYPES = Map.of(OnnxType.FLOAT, "F32", OnnxType.FLOAT16, "F16", OnnxType.BFLOAT16,
        "BF16", OnnxType.DOUBLE, "F64",
        OnnxType.BOOL, "BOOL");

    /// What was read last.
    private record Kept(String name, boolean rounded, float[] values) {}

    private final Source source;
    private final SequencedMap<String, Info> tensors = new LinkedHashMap<>();
    private final Map<String, Long> offsets = new LinkedHashMap<>();
    private final SequencedMap<String, String> metadata;
    private volatile Kept kept = new Kept(null, false, null);

    private OnnxFile(Source source, Proto.Model model) {
        this.source = source;
        this.metadata = model.metadata();
        model.graph().initializers().forEach((name, stored) -> {
            for (long size : stored.sizes()) if (size < 0) throw MalformedFileException.atByte(OPERATION, source, stored.offset(),
                "tensor " + Quote.of(name) + " has sizes " + Arrays.toString(stored.sizes()) + "; each must be 0 or more");
            tensors.put(name, new Info(dtype(stored.type()), Arrays.stream(stored.sizes()).boxed().toList()));
            offsets.put(name, stored.offset());
        });
    }

    /// From anywhere; the bytes of what is no file are kept in memory.
    ///
    /// @throws MalformedFileException if it is damaged, or no ONNX model
    /// @throws UncheckedIOException   if it is missing or can't be read
    public static OnnxFile open(Source source) {
        var lasting = source.lasting(OPERATION);
        return lasting.map(OPERATION, segment -> new OnnxFile(lasting, ProtoReader.model(new Wire.Bytes(OPERATION, lasting,
            segment))));
    }

    /// Whether a file that begins so can be a model in ONNX, and no safetensors file: that one begins with a length of eight
    /// bytes, the last of which are 0, and a brace.
    ///
    /// @param begin its first bytes, eight or more if it has as many
    public static boolean begins(byte[] begin) {
        // the format's version, in one byte, and then another field
        boolean isLength = begin.length >= 8 && begin[4] == 0 && begin[5] == 0 && begin[6] == 0 && begin[7] == 0;
        return begin.length >= 4 && !isLength && begin[0] == 1 << 3 && begin[1] > 0 && begin[2] >>> 3 > 0
            && begin[2] >>> 3 <= LAST_FIELD && ((begin[2] & 7) == MESSAGE || (begin[2] & 7) == 0);
    }

    private static String dtype(long code) {
        return OnnxType.of(code).map(type -> DTYPES.getOrDefault(type, (type.isUnsigned() ? "U" : "I")
            + Byte.SIZE * type.width()))
            .orElse("ONNX" + code);
    }

    @Override
    public String format() { return "onnx"; }

    @Override
    public SequencedMap<String, Info> tensors() { return Collections.unmodifiableSequencedMap(tensors); }

    /// What its writer has said of the model, by name.
    @Override
    public SequencedMap<String, String> metadata() { return Collections.unmodifiableSequencedMap(metadata); }

    @Override
    public float[] read(String name, long from, int count) { return part(name, from, count, false); }

    @Override
    public float[] readRounded(String name, long from, int count) { return part(name, from, count, true); }

    private float[] part(String name, long from, int count, boolean rounded) {
        var info = tensors.get(name);
        if (info == null) throw TensorParts.none(OPERATION, name, tensors.keySet());
        TensorParts.requireWithin(OPERATION, name, info.numel(), from, count);
        var last = kept;
        if (!name.equals(last.name) || last.rounded != rounded) kept = last = new Kept(name, rounded, whole(name, rounded));
        return Arrays.copyOfRange(last.values, (int) from, (int) from + count);
    }

    private float[] whole(String name, boolean rounded) {
        return source.map(OPERATION, segment -> {
            var bytes = new Wire.Bytes(OPERATION, source, segment);
            long offset = offsets.get(name);
            var stored = ProtoReader.stored(Wire.at(bytes, offset).message("a tensor"), offset);
            var elements = new Elements(bytes);
            var what = "tensor " + Quote.of(name);
            var value = elements.value(stored, what);
            if (!rounded) elements.inexact(stored, what, value).ifPresent(inexact -> {
                throw new IllegalArgumentException(OPERATION + ": " + source.name() + ": " + what + ": " + inexact
                    + ", which is no float32; read it rounded, with readRounded");
            });
            return Conversions.floats(value).toArray();
        });
    }

    @Override
    public String toString() {
        return format().toUpperCase(Locale.ROOT) + " " + source.name() + ", " + tensors.size()
            + " tensors";
    }
}
