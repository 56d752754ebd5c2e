package dev.lanewise.data;

import java.util.Arrays;

/// What standardizing subtracts from a number, and then divides it by.
///
/// @param mean finite
/// @param std  the standard deviation, finite and above 0; 1 for a number that never changed
record Scale(double mean, double std) {

    /// As the numbers have it, over their count; their order makes no difference, nor does their magnitude.
    ///
    /// @param numbers at least one, all finite; they are put in order
    static Scale of(double[] numbers) {
        Arrays.sort(numbers);
        double low = numbers[0];
        double high = numbers[numbers.length - 1];
        if (low == high) return new Scale(low + 0.0, 1); // no sum, which would round; and no -0
        // in units of a power of two, in which no sum and no square overflows
        int unit = Math.getExponent(Math.max(Math.abs(low), Math.abs(high)));
        double sum = 0;
        for (double number : numbers) sum += Math.scalb(number, -unit);
        double mean = sum / numbers.length;
        double squares = 0;
        for (double number : numbers) {
            double distance = Math.scalb(number, -unit) - mean;
            squares += distance * distance;
        }
        double std = Math.scalb(Math.sqrt(squares / numbers.length), unit);
        return new Scale(Math.scalb(mean, unit), Math.max(std, Double.MIN_VALUE));
    }

    double apply(double number) {
        double distance = number - mean;
        return Double.isInfinite(distance) ? (number / 2 - mean / 2) / std * 2 : distance / std;
    }

    double undo(double scaled) {
        return scaled * std + mean;
    }
}
