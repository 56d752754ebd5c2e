package dev.lanewise.tensor;

/// The array behind a tensor and its views, and how often it was changed in place.
final class Storage {

    final float[] data;
    private int version;

    Storage(float[] data) { this.data = data; }

    int version() { return version; }

    /// To be called after each change in place, so that backward can tell.
    void changed() { version++; }
}
