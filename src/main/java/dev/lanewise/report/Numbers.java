package dev.lanewise.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Numbers as people read them.
final class Numbers {
    private Numbers() {}

    /// How wide a text is at most in common typefaces, in units of the font size. SVG cannot measure before it draws.
    static double width(String text) {
        return 0.56 * text.codePointCount(0, text.length());
    }

    /// Three significant digits, `0.512`, `2.30`, `1240`; outside [0.001, 10000) two and a power of ten, `1.2e5`.
    static String compact(double value) {
        return compact(value, 3);
    }

    /// With as many significant digits, at least 2; the powers of ten always with two.
    static String compact(double value, int digits) {
        if (!Double.isFinite(value)) return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        if (value == 0) return "0";
        var rounded = BigDecimal.valueOf(value).round(new MathContext(digits));
        var exponent = exponent(rounded);
        if (exponent < -3 || exponent > 3) {
            var two = BigDecimal.valueOf(value).round(new MathContext(2));
            return scientific(two.setScale(1 - exponent(two), RoundingMode.UNNECESSARY));
        }
        return minus(rounded.setScale(Math.max(0, digits - 1 - exponent), RoundingMode.HALF_EVEN).toPlainString());
    }

    /// `1.5e6`, with the digits that the value has.
    static String scientific(BigDecimal value) {
        var exponent = exponent(value);
        return minus(value.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent);
    }

    /// The power of ten of the first digit of a value that is not zero.
    static int exponent(BigDecimal value) {
        return value.precision() - value.scale() - 1;
    }

    /// All digits that are needed and no more: `37`, `0.25`.
    static String plain(double value) {
        return minus(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
    }

    /// A coordinate to a tenth of a pixel, which is finer than a screen shows.
    static String pixel(double value) {
        var tenths = Math.round(value * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
    }

    /// A typographic minus sign in front, as wide as the digits beside it; the exponent keeps its hyphen.
    static String minus(String number) {
        return number.startsWith("-") ? "−" + number.substring(1) : number;
    }
}
