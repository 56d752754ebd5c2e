package dev.lanewise.nn;

import java.util.List;

/// A module that adds what branches make to what skips them.
public interface Branched {

    /// The sums, in the order in which they are made.
    List<ResidualSum> sums();

    /// What the branches are made of: all parameters that take part in what is added.
    List<Parameter> branchParameters();
}
