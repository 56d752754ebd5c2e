package dev.lanewise.spark;

import dev.lanewise.train.Trainer;
import java.util.ArrayList;
import java.util.List;

/// A program whose examples are the bytes of another's.
record Packed<E, B>(CompactProgram<E, B> program) implements Program<byte[], B> {

    @Override
    public Trainer<B> trainer() { return program.trainer(); }

    @Override
    public B collate(List<byte[]> contents) {
        var examples = new ArrayList<E>(contents.size());
        for (var content : contents) examples.add(program.restore(content));
        return program.collate(examples);
    }

    @Override
    public byte[] content(byte[] content) { return content; }

    @Override
    public String description() { return program.description(); }
}
