package dev.lanewise.io;

import java.util.SequencedMap;

/// A file whose elements are rounded.
record RoundedFile(TensorFile file) implements TensorFile {

    @Override
    public String format() { return file.format(); }

    @Override
    public SequencedMap<String, Info> tensors() { return file.tensors(); }

    @Override
    public SequencedMap<String, String> metadata() { return file.metadata(); }

    @Override
    public float[] read(String name, long from, int count) { return file.readRounded(name, from, count); }

    @Override
    public float[] readRounded(String name, long from, int count) { return file.readRounded(name, from, count); }
}
