package dev.lanewise.file;

/// Goes through a text from left to right, each character once; between what it takes, white space may stand.
public abstract class TextCursor {

    protected final String text;
    protected int at;
    private final String whiteSpace;

    /// @param whiteSpace the characters that count as such
    protected TextCursor(String text, String whiteSpace) {
        this.text = text;
        this.whiteSpace = whiteSpace;
    }

    /// The error for a text that doesn't go on as it must.
    protected abstract RuntimeException expected(String what);

    /// Goes beyond white space and this character, which must be next.
    protected final void take(char c) {
        if (!passes(c)) throw expected("'" + c + "'");
    }

    /// Goes beyond white space and this character, if it is next.
    protected final boolean passes(char c) {
        boolean is = peek() == c && at < text.length();
        if (is) at++;
        return is;
    }

    /// Goes beyond white space: the character that is next; 0 at the end.
    protected final char peek() {
        space();
        return at < text.length() ? text.charAt(at) : 0;
    }

    /// Goes beyond white space.
    protected final void space() {
        while (at < text.length() && whiteSpace.indexOf(text.charAt(at)) >= 0) at++;
    }

    /// Goes beyond white space and the decimal digits that follow.
    ///
    /// @return the first digit's index
    protected final int digits() {
        space();
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        return from;
    }

    /// After a member of a list: whether another one may follow.
    protected final boolean continues(char close) {
        if (passes(',')) return true;
        take(close);
        return false;
    }

    /// There must be nothing more.
    protected final void end() {
        space();
        if (at < text.length()) throw expected("the end");
    }
}
