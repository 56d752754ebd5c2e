package dev.lanewise.file;

/// The syntax of numbers in texts: Java's own would also take "1f", "0x1p3" and "NaN".
public final class Decimal {
    private Decimal() {}

    /// Whether a text is a sign or none, digits with at most one point among them, and an exponent or none. One walk over the
    /// text, whatever it holds.
    public static boolean is(String text) {
        int at = sign(text, 0);
        int whole = digits(text, at);
        int fraction = whole < text.length() && text.charAt(whole) == '.' ? digits(text, whole + 1) : whole;
        if (whole == at && fraction <= whole + 1) return false; // no digit
        if (fraction == text.length()) return true;
        if (text.charAt(fraction) != 'e' && text.charAt(fraction) != 'E') return false;
        int exponent = sign(text, fraction + 1);
        return exponent < text.length() && digits(text, exponent) == text.length();
    }

    private static int sign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-') ? at + 1 : at;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        return at;
    }
}
