package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.file.TextCursor;
import dev.lanewise.io.SafetensorsHeader.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the JSON of a safetensors header, by RFC 8259 and by what the format allows: whatever else is there is refused where
/// it begins. What the format's own library refuses is refused, and what its description forbids: names that come twice, and
/// anything before the first brace. Fields of a tensor that neither knows are passed over.
final class SafetensorsParser extends TextCursor {

    /// What stays below 2^63 however it goes on.
    private static final int MOST_DIGITS = 18;
    /// Characters of a number without an exponent that can't be beyond the doubles.
    private static final int MOST_FINITE = 300;
    /// Objects and arrays within each other.
    private static final int DEEPEST = 127;

    private final Origin origin;

    SafetensorsParser(Origin origin, String text) {
        super(text, " \t\n\r");
        this.origin = origin;
    }

    SafetensorsHeader header() {
        if (!text.startsWith("{")) throw expected("an opening brace");
        var entries = new LinkedHashMap<String, Entry>();
        var metadata = new LinkedHashMap<String, String>();
        object("a tensor", name -> {
            if (name.equals(SafetensorsHeader.METADATA)) {
                if (!word("null")) object("a text", key -> metadata.put(key, string()));
            } else entries.put(name, entry(name));
        });
        end();
        return new SafetensorsHeader(entries, metadata);
    }

    /// Of an index: the file that each tensor lies in, by the tensor's name.
    Map<String, String> weightMap() {
        if (!text.startsWith("{")) throw expected("an opening brace");
        var files = new LinkedHashMap<String, String>();
        object("a field", name -> {
            if (name.equals("weight_map")) object("a tensor", tensor -> files.put(tensor, string()));
            else skip(1);
        });
        end();
        return files;
    }

    /// Any value.
    ///
    /// @param depth of the objects and arrays around it
    private void skip(int depth) {
        char c = peek();
        if ((c == '{' || c == '[') && depth == DEEPEST) throw expected("less depth");
        switch (c) {
            case '"' -> string();
            case '{' -> object("a field", _ -> skip(depth + 1));
            case '[' -> {
                take('[');
                for (boolean more = !passes(']'); more; more = continues(']')) skip(depth + 1);
            }
            default -> {
                if (!word("true") && !word("false") && !word("null")) decimal();
            }
        }
    }

    /// Goes beyond white space and this word, if it is next.
    private boolean word(String word) {
        space();
        boolean is = text.startsWith(word, at);
        if (is) at += word.length();
        return is;
    }

    /// Goes beyond a number, which is not made: an array of single digits would take a hundred bytes for each of its own.
    private void decimal() {
        int from = at;
        if (isNext("-")) at++;
        int first = at;
        boolean sound = passesDigits() && (at == first + 1 || text.charAt(first) != '0');
        if (sound && isNext(".")) {
            at++;
            sound = passesDigits();
        }
        boolean power = sound && isNext("eE");
        if (power) {
            at++;
            if (isNext("+-")) at++;
            sound = passesDigits();
        }
        boolean large = power || at - from > MOST_FINITE;
        if (sound && !(large && Double.isInfinite(Double.parseDouble(text.substring(from, at))))) return;
        at = from;
        throw expected("a value");
    }

    private boolean isNext(String ofThese) { return at < text.length() && ofThese.indexOf(text.charAt(at)) >= 0; }

    private boolean passesDigits() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        return at > from;
    }

    private Entry entry(String name) {
        var fields = new LinkedHashMap<String, Object>();
        object("a field", field -> fields.put(field, switch (field) {
            case "dtype" -> string();
            case "shape", "data_offsets" -> numbers();
            default -> {
                skip(2);
                yield "";
            }
        }));
        if (!(fields.get("dtype") instanceof String dtype && fields.get("shape") instanceof List<?> shape
            && fields.get("data_offsets") instanceof List<?> offsets && offsets.size() == 2)) throw malformed(
                "tensor " + Quote.of(name) + " has " + Quote.name(fields.toString())
                    + "; it needs dtype, shape and two data_offsets");
        var sizes = new ArrayList<>(shape.stream().map(Long.class::cast).toList());
        boolean complex = dtype.equals("C64");
        if (complex) sizes.add(2L); // the same bytes
        return new Entry(complex ? SafetensorsHeader.F32 : dtype, List.copyOf(sizes), (Long) offsets.get(0),
            (Long) offsets.get(1));
    }

    @FunctionalInterface
    private interface Member {
        void read(String name);
    }

    private void object(String what, Member member) {
        take('{');
        var seen = new HashSet<String>();
        for (boolean more = !passes('}'); more; more = continues('}')) {
            space();
            var name = string();
            if (!seen.add(name)) throw malformed(what + " is named " + Quote.of(name)
                + " twice; the file is malformed");
            take(':');
            member.read(name);
        }
    }

    private List<Long> numbers() {
        take('[');
        var numbers = new ArrayList<Long>();
        for (boolean more = !passes(']'); more; more = continues(']')) numbers.add(number());
        return numbers;
    }

    private long number() {
        int from = digits();
        if (at == from || at - from > MOST_DIGITS || (at - from > 1 && text.charAt(from) == '0')) {
            at = from;
            throw expected("a whole number");
        }
        return Long.parseLong(text, from, at, 10);
    }

    private String string() {
        take('"');
        var string = new StringBuilder();
        for (char c; (c = next()) != '"';) {
            if (c < ' ') throw expectedBefore("no bare control character");
            string.append(c == '\\' ? escape() : c);
        }
        for (int i = 0, c; i < string.length(); i += Character.charCount(c)) {
            c = string.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) throw expectedBefore("no half of a surrogate pair");
        }
        return string.toString();
    }

    private char escape() {
        char c = next();
        int known = "bfnrt\"\\/".indexOf(c);
        if (known >= 0) return "\b\f\n\r\t\"\\/".charAt(known);
        if (c != 'u') throw expectedBefore("a known escape");
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char digit = next();
            int value = digit < 128 ? Character.digit(digit, 16) : -1;
            if (value < 0) throw expectedBefore("four hexadecimal digits");
            code = 16 * code + value;
        }
        return (char) code;
    }

    private char next() {
        if (at == text.length()) throw expected("more");
        return text.charAt(at++);
    }

    private MalformedFileException expectedBefore(String what) {
        at--;
        return expected(what);
    }

    @Override
    protected MalformedFileException expected(String what) {
        return malformed("its header is malformed: " + what + " is expected at character " + at
            + "; it is no safetensors file, or was damaged");
    }

    private MalformedFileException malformed(String fault) {
        return origin.malformed(Long.BYTES + text.substring(0, at).getBytes(StandardCharsets.UTF_8).length, fault);
    }
}
