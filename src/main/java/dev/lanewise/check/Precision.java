package dev.lanewise.check;

/// The type that values were kept in, whose steps they were rounded to. What is wider than a float is read as one.
enum Precision {
    FLOAT32(24, Float.MIN_EXPONENT), BFLOAT16(8, Float.MIN_EXPONENT), FLOAT16(11, -14);

    /// Of a significand in binary, the leading one included.
    private final int digits;
    /// Exponent of the least normal number.
    private final int smallest;

    Precision(int digits, int smallest) {
        this.digits = digits;
        this.smallest = smallest;
    }

    /// @param dtype as safetensors names it
    static Precision of(String dtype) {
        return switch (dtype) {
            case "BF16" -> BFLOAT16;
            case "F16" -> FLOAT16;
            default -> FLOAT32;
        };
    }

    /// The distance from a number of this size to the next.
    double step(double size) {
        return Math.scalb(1.0, Math.max(size == 0 ? smallest : Math.getExponent(size), smallest) - digits + 1);
    }
}
