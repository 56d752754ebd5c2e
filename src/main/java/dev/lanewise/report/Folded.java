package dev.lanewise.report;

import java.util.List;
import java.util.Objects;

/// Blocks that a reader may open: numbers below the chart that shows them, what only few look for. On paper they are open.
///
/// @param summary what there is to open
public record Folded(String summary, List<Block> blocks) implements Block {

    /// Keeps a copy of the blocks.
    public Folded {
        Objects.requireNonNull(summary, "summary");
        blocks = List.copyOf(blocks);
    }

    /// Blocks one below the other.
    ///
    /// @param summary what there is to open
    public Folded(String summary, Block... blocks) {
        this(summary, List.of(blocks));
    }

    @Override
    public String html() {
        var markup = new Markup().open("details").element("summary", summary);
        blocks.forEach(block -> markup.raw(block.html()));
        return markup.close().toString();
    }
}
