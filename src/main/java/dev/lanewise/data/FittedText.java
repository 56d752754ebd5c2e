package dev.lanewise.data;

import dev.lanewise.file.Decimal;
import dev.lanewise.file.Quote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The text in which fitted values are kept: a first line with kind and version, lines of words, numbers and quoted texts with
/// one space between them, and the line "end". It holds any string, unpaired surrogates too, as printable characters, and doubles
/// to the bit, as the shortest decimal that gives them back.
final class FittedText {
    private static final String VERSION = "1";

    private FittedText() {}

    static final class Writer {
        private final StringBuilder text = new StringBuilder();
        private boolean begun;

        Writer(String kind) {
            word("lanewise").word(kind).word(VERSION).line();
        }

        Writer word(String word) {
            if (begun) text.append(' ');
            begun = true;
            text.append(word);
            return this;
        }

        Writer number(double number) {
            return word(Double.toString(number));
        }

        Writer quoted(String value) {
            word("\"");
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                boolean pair = Character.isHighSurrogate(c) && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1));
                if (c == '"' || c == '\\') text.append('\\').append(c);
                else if (pair && Quote.isPlain(value.codePointAt(i))) text.append(c).append(value.charAt(++i));
                else if (!pair && Quote.isPlain(c)) text.append(c);
                else Quote.escape(text, c);
            }
            text.append('"');
            return this;
        }

        Writer line() {
            text.append('\n');
            begun = false;
            return this;
        }

        String end() {
            return word("end").line().text.toString();
        }
    }

    /// Reads what a [Writer] wrote, and refuses everything else, naming the line.
    static final class Reader {
        private final String who;
        private final String text;
        private int at;
        private int line = 1;

        Reader(String who, String kind, String text) {
            this.who = who;
            this.text = text;
            if (!text.startsWith("lanewise " + kind + " ")) throw damaged("it doesn't begin with \"lanewise " + kind
                + " \"; give a text that toText wrote");
            word();
            word();
            var version = word();
            if (!version.equals(VERSION)) throw damaged("it is of version " + Quote.of(version)
                + ", and this library reads " + VERSION + "; use the library that wrote it, or a newer one");
            endLine();
        }

        /// Whether the line goes on.
        boolean hasMore() {
            return at < text.length() && text.charAt(at) == ' ';
        }

        /// The letters up to the next space or the end of the line.
        String word() {
            step();
            int from = at;
            while (at < text.length() && " \n\r\"".indexOf(text.charAt(at)) < 0) at++;
            if (at == from) throw damaged("a word is missing");
            return text.substring(from, at);
        }

        double number() {
            var word = word();
            double number = Decimal.is(word) ? Double.parseDouble(word) : Double.NaN;
            if (!Double.isFinite(number)) throw damaged(Quote.of(word) + " is no finite number");
            return number;
        }

        /// A quoted text.
        String quoted() {
            step();
            if (at == text.length() || text.charAt(at) != '"') throw damaged("a quoted text is missing");
            var value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                char c = text.charAt(at);
                if (c < ' ') throw damaged("a line break or control character stands within a quoted text");
                value.append(c == '\\' ? escaped() : c);
            }
            if (at++ >= text.length()) throw damaged("a quoted text is cut off");
            return value.toString();
        }

        /// All quoted texts up to the end of the line.
        List<String> quotedToEnd() {
            var all = new ArrayList<String>();
            while (hasMore()) all.add(quoted());
            endLine();
            return all;
        }

        void endLine() {
            if (text.startsWith("\r\n", at)) at++;
            if (at >= text.length()) throw damaged("it is cut off");
            if (text.charAt(at) != '\n') throw damaged("more stands in the line than belongs there");
            at++;
            line++;
        }

        /// After the last line.
        void end() {
            endLine();
            if (at < text.length()) throw damaged("more follows after its end");
        }

        MalformedFileException damaged(String what) {
            return MalformedFileException.inLine(who, (Path) null, line, what);
        }

        private void step() {
            if (at > 0 && text.charAt(at - 1) != '\n') {
                if (!hasMore()) throw damaged("something is missing at its end");
                at++;
            }
        }

        private char escaped() {
            char c = ++at < text.length() ? text.charAt(at) : 0;
            if (c == '"' || c == '\\') return c;
            int value = 0;
            for (int i = 1; i <= 4; i++) {
                int digit = c == 'u' && at + i < text.length() && text.charAt(at + i) < 128
                    ? Character.digit(text.charAt(at + i), 16) : -1;
                if (digit < 0) throw damaged("an escape in a quoted text is none of \\\", \\\\ and \\u with four"
                    + " hexadecimal digits");
                value = 16 * value + digit;
            }
            at += 4;
            return (char) value;
        }
    }
}
