package dev.lanewise.data;

/// The shapes of [Glyphs], as lines in the square from -1 to 1 with y pointing down. Their order is that of the labels.
enum Glyph {
    RING(arc(0, 0, 0.9, 0, 360)),
    HORSESHOE(arc(0, 0, 0.9, -220, 40)),
    TRIANGLE(line(-0.95, 0.8, 0.95, 0.8, 0, -0.95, -0.95, 0.8)),
    BOX(line(-0.8, -0.8, 0.8, -0.8, 0.8, 0.8, -0.8, 0.8, -0.8, -0.8)),
    CROSS(line(0, -0.95, 0, 0.95), line(-0.95, 0, 0.95, 0)),
    TEE(line(-0.85, -0.85, 0.85, -0.85), line(0, -0.85, 0, 0.95)),
    FORK(line(0, 0.95, 0, 0), line(-0.75, -0.9, 0, 0, 0.75, -0.9)),
    WAVE(arc(0, -0.45, 0.45, -20, -270), arc(0, 0.45, 0.45, -90, 160)),
    ZIGZAG(line(-0.75, -0.85, 0.75, -0.85, -0.75, 0.85, 0.75, 0.85)),
    HOOK(line(0.4, -0.95, 0.4, 0.4), arc(-0.1, 0.4, 0.5, 0, 180));

    /// Polylines, each as x0, y0, x1, y1, …
    final float[][] strokes;

    Glyph(float[]... strokes) {
        this.strokes = strokes;
    }

    private static float[] line(double... points) {
        var out = new float[points.length];
        for (int i = 0; i < out.length; i++) out[i] = (float) points[i];
        return out;
    }

    /// A circular arc, in pieces of at most 30 degrees, from one angle to another; angles grow from the x axis to the y axis.
    private static float[] arc(double x, double y, double radius, double fromDegrees, double toDegrees) {
        int pieces = (int) Math.ceil(Math.abs(toDegrees - fromDegrees) / 30);
        var out = new float[2 * (pieces + 1)];
        for (int i = 0; i <= pieces; i++) {
            double angle = StrictMath.toRadians(fromDegrees + (toDegrees - fromDegrees) * i / pieces);
            out[2 * i] = (float) (x + radius * StrictMath.cos(angle)); // Math.cos may differ between machines
            out[2 * i + 1] = (float) (y + radius * StrictMath.sin(angle));
        }
        return out;
    }
}
