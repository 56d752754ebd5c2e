package dev.lanewise.nn.init;

import dev.lanewise.tensor.Tensor;
import java.util.List;

/// What holds between the elements that an [Initializer] draws, beyond the law of each.
public sealed interface Structure {

    /// Nothing: each element is a draw of its own.
    record Independent() implements Structure {}

    /// Nothing is drawn: these are the values, in the parameter's shape.
    record Fixed(Tensor values) implements Structure {}

    /// These values stand at the beginning of each dimension; around them is what else was drawn.
    ///
    /// @param rest what held between all elements before the values took the place of some
    record Given(Tensor values, Structure rest) implements Structure {}

    /// A matrix Q of the rows and all other dimensions flattened, drawn as Haar's measure has it: Qᵀ Q = gain² I, or
    /// Q Qᵀ where there are fewer rows than columns; and turning it makes no difference to its law.
    record Orthogonal(double gain) implements Structure {}

    /// Each slice along the first dimension is a vector of this length, whose direction is as likely as any other and has nothing
    /// to do with those of others.
    record Directions(double length) implements Structure {}

    /// A convolution's kernel that is 0 but at one place, where it is as [Orthogonal].
    ///
    /// @param place the place, counted through the kernel's dimensions in row-major order
    record OrthogonalAt(double gain, int place) implements Structure {}

    /// A matrix of which each column has so many zeros, in random places; all else are independent draws.
    ///
    /// @param zeros in each column
    /// @param rest  what the other elements are drawn from
    record ZerosPerColumn(int zeros, Distribution rest) implements Structure {}

    /// Along the first dimension each slice stands so many times, side by side.
    ///
    /// @param times how often
    /// @param each  what holds between the elements of different slices
    record Repeated(int times, Structure each) implements Structure {}

    /// Two equal blocks along the first dimension: the second is drawn, the first is the second with the other sign.
    ///
    /// @param law  of an element of the second
    /// @param each what holds within it
    record Opposite(Distribution law, Structure each) implements Structure {}

    /// Equal blocks along the first dimension, which have nothing to do with each other; see [Fan#blocks()].
    ///
    /// @param blocks how many
    /// @param each   what holds within a block
    record Stacked(int blocks, Structure each) implements Structure {}

    /// Equal blocks along the first dimension, as those that are [Stacked], but of different laws.
    ///
    /// @param blocks in their order
    record Parted(List<Block> blocks) implements Structure {

        /// Keeps a copy of the blocks.
        public Parted { blocks = List.copyOf(blocks); }

        /// One of them.
        ///
        /// @param law       of an element of it
        /// @param structure what holds within it
        public record Block(Distribution law, Structure structure) {}
    }
}
