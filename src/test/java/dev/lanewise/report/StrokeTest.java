package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrokeTest {
    private static final double[][] TYPICAL = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    /// Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
    private static final double[][] PROTANOPIA = {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
        {-0.003882, -0.048116, 1.051998}};
    private static final double[][] DEUTERANOPIA = {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
        {-0.011820, 0.042940, 0.968881}};

    @Test
    void coloursStandOutFromTheGround() {
        Stroke.LIGHT.forEach(colour -> assertTrue(1.05 / (luminance(colour) + 0.05) >= 3, colour));
        Stroke.DARK.forEach(colour -> assertTrue((luminance(colour) + 0.05) / (luminance("#14181c") + 0.05) >= 3, colour));
    }

    @Test
    void coloursDifferForColourBlindReaders() {
        for (var palette : List.of(Stroke.LIGHT, Stroke.DARK)) {
            for (var vision : List.of(TYPICAL, PROTANOPIA, DEUTERANOPIA)) {
                for (var i = 0; i < palette.size(); i++) {
                    for (var j = 0; j < i; j++) {
                        var distance = distance(lab(palette.get(i), vision), lab(palette.get(j), vision));
                        assertTrue(distance >= 0.1, palette.get(i) + " and " + palette.get(j) + " are only " + distance
                            + " apart");
                    }
                }
            }
        }
    }

    @Test
    void twentyFourStrokesDiffer() {
        var looks = IntStream.range(0, 24).mapToObj(Stroke::new).map(s -> s.colour() + s.dashes()).collect(Collectors.toSet());
        assertEquals(24, looks.size());
    }

    private static double[] linear(String colour) {
        return IntStream.of(1, 3, 5).mapToDouble(i -> Integer.parseInt(colour.substring(i, i + 2), 16) / 255.0)
                .map(c -> c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4)).toArray();
    }

    private static double luminance(String colour) {
        return times(new double[][] {{0.2126, 0.7152, 0.0722}}, linear(colour))[0];
    }

    /// Ottosson's Oklab, in which 0.02 is a just noticeable difference.
    private static double[] lab(String colour, double[][] vision) {
        var cones = times(new double[][] {{0.4122214708, 0.5363325363, 0.0514459929}, {0.2119034982, 0.6806995451, 0.1073969566},
            {0.0883024619, 0.2817188376, 0.6299787005}}, times(vision, linear(colour)));
        return times(new double[][] {{0.2104542553, 0.7936177850, -0.0040720468}, {1.9779984951, -2.4285922050, 0.4505937099},
            {0.0259040371, 0.7827717662, -0.8086757660}}, IntStream.range(0, 3).mapToDouble(i -> Math.cbrt(cones[i])).toArray());
    }

    private static double distance(double[] a, double[] b) {
        return Math.sqrt(IntStream.range(0, 3).mapToDouble(i -> (a[i] - b[i]) * (a[i] - b[i])).sum());
    }

    private static double[] times(double[][] matrix, double[] vector) {
        return IntStream.range(0, matrix.length)
                .mapToDouble(i -> IntStream.range(0, vector.length).mapToDouble(j -> matrix[i][j] * vector[j]).sum()).toArray();
    }
}
