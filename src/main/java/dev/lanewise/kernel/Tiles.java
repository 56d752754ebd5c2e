package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loop.Tile.Layout;
import dev.lanewise.kernel.expr.Epilogue;
import java.util.function.Function;

/// Register tiles of one kind by their shapes, each defined when it is first asked for.
final class Tiles<L extends Loop> {

    /// Widths from 0 on.
    private final int widths;
    private final Prepared<L> loops;

    Tiles(Tiling tiling, Function<Loop.Tile.Shape, L> maker) {
        this.widths = tiling.mostVectors() + 1;
        this.loops = new Prepared<>((tiling.mostRows() + 1) * widths * Layout.COUNT * Epilogue.Form.COUNT,
            number -> maker.apply(shape(number)));
    }

    /// Those of a rehearsal, which make nothing.
    ///
    /// @param maker a tile that runs what it is given: this tells that the real one is needed
    Tiles(Tiles<L> real, Rehearsal rehearsal, Function<Runnable, L> maker) {
        this.widths = real.widths;
        this.loops = new Prepared<>(real.loops.count(), number -> maker.apply(() -> rehearsal.needs(real.loops, number)));
    }

    L of(int rows, int vectors, Layout layout, Epilogue.Form ending) {
        return loops.get(((rows * widths + vectors) * Layout.COUNT + layout.ordinal()) * Epilogue.Form.COUNT + ending.index());
    }

    /// That of the number that [#of] gives it.
    private Loop.Tile.Shape shape(int number) {
        int layout = number / Epilogue.Form.COUNT;
        int size = layout / Layout.COUNT;
        return new Loop.Tile.Shape(size / widths, size % widths, Layout.values()[layout % Layout.COUNT],
            Epilogue.Form.at(number % Epilogue.Form.COUNT));
    }
}
