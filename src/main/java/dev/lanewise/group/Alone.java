package dev.lanewise.group;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A group of one.
enum Alone implements Group {
    GROUP;

    @Override
    public int rank() { return 0; }

    @Override
    public int size() { return 1; }

    @Override
    public List<ByteBuffer> exchange(List<ByteBuffer> messages) {
        SocketGroup.requireOneEach(messages, 1);
        return List.of(messages.getFirst().duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }
}
