package dev.lanewise.io;

/// Goes through a text from left to right, each character once; between what it takes, white space may stand.
abstract class TextCursor {

    final String text;
    int at;
    private final String whiteSpace;

    TextCursor(String text, String whiteSpace) {
        this.text = text;
        this.whiteSpace = whiteSpace;
    }

    /// The error for a text that doesn't go on as it must.
    abstract RuntimeException expected(String what);

    final void take(char c) {
        if (!passes(c)) throw expected("'" + c + "'");
    }

    /// Goes beyond white space and this character, if it is next.
    final boolean passes(char c) {
        space();
        boolean is = at < text.length() && text.charAt(at) == c;
        if (is) at++;
        return is;
    }

    final void space() {
        while (at < text.length() && whiteSpace.indexOf(text.charAt(at)) >= 0) at++;
    }

    /// Goes beyond white space and the decimal digits that follow.
    ///
    /// @return the first digit's index
    final int digits() {
        space();
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        return from;
    }

    /// After a member of a list: whether another one may follow.
    final boolean continues(char close) {
        if (passes(',')) return true;
        take(close);
        return false;
    }

    final void end() {
        space();
        if (at < text.length()) throw expected("the end");
    }
}
