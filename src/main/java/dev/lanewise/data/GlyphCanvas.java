package dev.lanewise.data;

import java.util.Arrays;

/// A square grey page on which strokes are drawn. A stroke is everything within a distance of a line, so its ends are round;
/// the strokes of one layer share a distance field and join without seams.
///
/// Only `+ - * /`, comparisons and `sqrt`, which Java defines to the last bit: the same page on every machine.
final class GlyphCanvas {
    /// The farthest from its line that a stroke may reach, in pixels: radius and soft edge.
    static final float REACH = 3;

    private final int side;
    private final float[] page;
    private final float[] squaredDistance; // from each pixel's centre to the nearest line of the current layer

    GlyphCanvas(int side) {
        this.side = side;
        page = new float[side * side];
        squaredDistance = new float[side * side];
        newLayer();
    }

    private void newLayer() {
        Arrays.fill(squaredDistance, REACH * REACH);
    }

    /// Adds the line from (x0, y0) to (x1, y1), in pixels, to the current layer.
    void line(float x0, float y0, float x1, float y1) {
        float dx = x1 - x0;
        float dy = y1 - y0;
        float inverse = 1 / Math.max(dx * dx + dy * dy, 1e-6f);
        int top = firstPixel(Math.min(y0, y1));
        int bottom = endPixel(Math.max(y0, y1));
        int left = firstPixel(Math.min(x0, x1));
        int right = endPixel(Math.max(x0, x1));
        for (int y = top; y < bottom; y++) {
            float py = y + 0.5f - y0;
            for (int x = left; x < right; x++) {
                float px = x + 0.5f - x0;
                float along = Math.clamp((px * dx + py * dy) * inverse, 0f, 1f);
                float ex = px - along * dx;
                float ey = py - along * dy;
                squaredDistance[y * side + x] = Math.min(squaredDistance[y * side + x], ex * ex + ey * ey);
            }
        }
    }

    private int firstPixel(float lowest) {
        return Math.clamp((int) (lowest - REACH), 0, side);
    }

    private int endPixel(float highest) {
        return Math.clamp((int) (highest + REACH) + 1, 0, side);
    }

    /// Draws the current layer over the page and starts a new one.
    ///
    /// @param radius half the width of the strokes, in pixels
    /// @param soft half the width of the band in which their edge fades, in pixels
    /// @param ink how light they are, 0 to 1
    void draw(float radius, float soft, float ink) {
        for (int i = 0; i < page.length; i++) {
            float inside = radius + soft - (float) Math.sqrt(squaredDistance[i]);
            if (inside > 0) {
                float t = Math.min(inside / (2 * soft), 1f);
                page[i] = Math.max(page[i], ink * t * t * (3 - 2 * t));
            }
        }
        newLayer();
    }

    /// Writes the page as bytes, 0 black to 255 white, with `noise[i] - 0.5` times `strength` added to pixel `i`, and clears it.
    ///
    /// @param noise one value of `[0, 1)` per pixel, from `noiseOffset` on
    void develop(float[] noise, int noiseOffset, float strength, byte[] out, int outOffset) {
        for (int i = 0; i < page.length; i++) {
            float value = page[i] + strength * (noise[noiseOffset + i] - 0.5f);
            out[outOffset + i] = (byte) (int) (Math.clamp(value, 0f, 1f) * 255 + 0.5f);
        }
        Arrays.fill(page, 0);
    }
}
