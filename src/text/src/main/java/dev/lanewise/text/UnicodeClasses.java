package dev.lanewise.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// What Hugging Face's tokenizers take for white space, punctuation, marks and so on. Each of the tables that they are built with
/// is of an age of its own (Unicode 8 for the classes, 9 for decompositions, 17 for letters' cases), none is the JDK's:
/// `unicode.txt` has the classes whole, and of the mappings where theirs aren't those of Unicode 16, the JDK's.
/// `unicode_classes.py` draws it.
final class UnicodeClasses {

    /// What the cleaning of texts takes out.
    static final BitSet REMOVED;
    /// What sets a word off, but for white space.
    static final BitSet PUNCTUATION;
    /// Accents: nonspacing marks.
    static final BitSet MARKS;
    /// Of [#MARKS], those that others aren't moved across: their combining class is 0.
    static final BitSet STARTERS;
    /// What has a decomposition in the JDK and none there.
    static final BitSet WHOLE;
    /// Lower case where it isn't the JDK's.
    private static final Map<Integer, Integer> LOWER;
    /// Combining classes other than 0, of what isn't in [#MARKS].
    private static final Map<Integer, Integer> COMBINING;

    private UnicodeClasses() {}

    static {
        var tables = new HashMap<String, String>();
        try (InputStream in = UnicodeClasses.class.getResourceAsStream("unicode.txt")) {
            new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().filter(line -> !line.startsWith("#"))
                .forEach(line -> tables.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        REMOVED = set(tables.get("removed"));
        PUNCTUATION = set(tables.get("punctuation"));
        MARKS = set(tables.get("marks"));
        STARTERS = set(tables.get("starters"));
        WHOLE = set(tables.get("whole"));
        LOWER = map(tables.get("lower"));
        COMBINING = map(tables.get("combining"));
    }

    /// Of ranges such as `41-5a`, in hexadecimal.
    private static BitSet set(String ranges) {
        var set = new BitSet();
        for (var range : ranges.split(" ")) {
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash), 16);
            set.set(first, dash < 0 ? first + 1 : Integer.parseInt(range.substring(dash + 1), 16) + 1);
        }
        return set;
    }

    private static Map<Integer, Integer> map(String pairs) {
        var map = new HashMap<Integer, Integer>();
        for (var pair : pairs.split(" ")) {
            int equals = pair.indexOf('=');
            map.put(Integer.parseInt(pair.substring(0, equals), 16), Integer.parseInt(pair.substring(equals + 1), 16));
        }
        return map;
    }

    /// Unicode's property White_Space, which is stable.
    static boolean isWhiteSpace(int c) {
        return c <= 0x20 ? c == ' ' || c >= '\t' && c <= '\r'
            : c == 0x85 || c == 0xa0 || c == 0x1680 || c >= 0x2000 && c <= 0x200a || c == 0x2028 || c == 0x2029 || c == 0x202f
                || c == 0x205f || c == 0x3000;
    }

    /// Ideographs as BERT's first tokenizer lists their blocks, which leaves 2B820 to 2B91F out where they do.
    static boolean isChinese(int c) {
        return c >= 0x3400 && (c <= 0x4dbf || c >= 0x4e00 && c <= 0x9fff || c >= 0xf900 && c <= 0xfaff || c >= 0x20000
            && c <= 0x2a6df || c >= 0x2a700 && c <= 0x2b81f || c >= 0x2b920 && c <= 0x2ceaf || c >= 0x2f800 && c <= 0x2fa1f);
    }

    static int combiningClass(int c) { return COMBINING.getOrDefault(c, 0); }

    /// Lower case by itself: a sigma at a word's end becomes none of its own.
    static String lower(int c) {
        // the only one that isn't a single code point
        return c == 0x130 ? "i\u0307" : Character.toString(LOWER.getOrDefault(c, Character.toLowerCase(c)));
    }
}
