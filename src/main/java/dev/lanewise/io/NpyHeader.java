package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.file.TextCursor;
import java.util.Arrays;

/// Reads the header of a NumPy array, the text of a Python dictionary.
final class NpyHeader extends TextCursor {

    private final Origin origin;
    private String descr;
    private Boolean columnsFirst;
    private int[] sizes;

    private NpyHeader(Origin origin, String text) {
        super(text, " \t\n\r\f\u000b");
        this.origin = origin;
    }

    /// @throws NpyType.Unreadable if its elements are nothing that a tensor holds
    static NpyReader parse(Origin origin, String text) throws NpyType.Unreadable {
        var header = new NpyHeader(origin, text);
        header.dictionary();
        var type = NpyType.of(origin, header.descr);
        if (!type.isComplex()) return new NpyReader(type, header.columnsFirst, header.sizes, false);
        var sizes = Arrays.copyOf(header.sizes, header.sizes.length + 1);
        sizes[sizes.length - 1] = 2;
        return new NpyReader(type.part(), header.columnsFirst, sizes, true);
    }

    private void dictionary() throws NpyType.Unreadable {
        take('{');
        while (!passes('}')) {
            field();
            if (!continues('}')) break;
        }
        end();
        if (descr == null || columnsFirst == null || sizes == null) throw notPlain();
    }

    private void field() throws NpyType.Unreadable {
        var name = string();
        take(':');
        switch (name) {
            case "descr" -> {
                if (descr != null) throw notPlain();
                if (passes('[')) throw new NpyType.Unreadable(notPlain());
                descr = string();
            }
            case "fortran_order" -> {
                if (columnsFirst != null) throw notPlain();
                columnsFirst = truth();
            }
            case "shape" -> {
                if (sizes != null) throw notPlain();
                sizes = tuple();
            }
            default -> throw notPlain();
        }
    }

    private String string() {
        char mark = peek();
        int end = mark == '\'' || mark == '"' ? text.indexOf(mark, at + 1) : -1;
        if (end < 0) throw notPlain();
        var string = text.substring(at + 1, end);
        at = end + 1;
        return string;
    }

    private boolean truth() {
        space();
        boolean is = text.startsWith("True", at);
        if (!is && !text.startsWith("False", at)) throw notPlain();
        at += is ? 4 : 5;
        return is;
    }

    private int[] tuple() {
        take('(');
        var found = new int[4];
        int count = 0;
        while (!passes(')')) {
            if (count == found.length) found = Arrays.copyOf(found, 2 * count);
            found[count++] = size();
            if (continues(')')) continue;
            // (3) is a number in Python, and only (3,) a tuple
            if (count == 1) throw notPlain();
            break;
        }
        return Arrays.copyOf(found, count);
    }

    private int size() {
        int from = digits();
        long size = 0;
        for (int i = from; i < at; i++) size = Math.min(10 * size + text.charAt(i) - '0', Integer.MAX_VALUE + 1L);
        if (at == from) throw notPlain();
        if (size > Integer.MAX_VALUE) throw origin.malformed("its array has a size of "
            + Quote.name(text.substring(from, at)) + ", beyond what a Java array holds; save it in several parts");
        if (at < text.length() && text.charAt(at) == 'L') at++; // as Python 2 wrote them
        return (int) size;
    }

    @Override
    protected MalformedFileException expected(String what) { return notPlain(); }

    private MalformedFileException notPlain() {
        return origin.malformed("its header is not that of a plain array: " + Quote.name(text.strip())
            + "; arrays of records are not read: save each field as an array");
    }
}
