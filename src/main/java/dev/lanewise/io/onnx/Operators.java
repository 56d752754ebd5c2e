package dev.lanewise.io.onnx;

import dev.lanewise.file.Quote;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The operations that are known, by their names: each in one place, for all versions of the set of operations.
final class Operators {

    /// The set of operations that is known, from one version to another.
    static final long FIRST = 7;
    static final long LAST = 28;

    private final Map<String, Kernel.Maker> makers = new HashMap<>();

    private static final Operators ALL = new Operators();

    private Operators() {
        Elementwise.register(this);
        Logical.register(this);
        Conversions.register(this);
        Reductions.register(this);
        Products.register(this);
        Windowed.register(this);
        Normalizations.register(this);
        Shapes.register(this);
        Pieces.register(this);
        Resizing.register(this);
        Recurrences.register(this);
    }

    void put(String name, Kernel.Maker maker) {
        if (makers.put(name, maker) != null) throw new AssertionError(name + " twice");
    }

    /// One that has a single output and no attributes.
    void plain(String name, Kernel.Single kernel) { put(name, _ -> kernel); }

    /// What a node computes.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if its operation or an attribute isn't known, or an attribute has another
    ///     kind or value
    static Kernel kernel(Node node, String domain) {
        var maker = domain.isEmpty() ? ALL.makers.get(node.type()) : null;
        if (maker == null) throw node.malformed("the operation " + Quote.of(node.type())
            + (domain.isEmpty() ? "" : " of " + Quote.of(domain))
            + " isn't known here; known are " + String.join(", ", new TreeSet<>(ALL.makers.keySet())));
        var kernel = maker.of(node);
        node.checkAllRead();
        return kernel;
    }

    /// The names of the operations.
    static Set<String> names() { return Set.copyOf(ALL.makers.keySet()); }
}
