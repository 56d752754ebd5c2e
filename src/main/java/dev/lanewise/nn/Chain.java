package dev.lanewise.nn;

import java.util.List;

/// A layer whose call is that of others, one after the other, each on what the one before gave, and nothing else: [Sequential],
/// and what you write in its place. So what explains networks needs no batch to see through it.
public interface Chain {

    /// In the order in which they run.
    List<? extends Layer> layers();
}
