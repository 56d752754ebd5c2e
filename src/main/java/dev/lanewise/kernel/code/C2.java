package dev.lanewise.kernel.code;

import java.lang.classfile.CodeBuilder;

/// What is done as it is for the sake of HotSpot's compilers, and would be simpler without: in one list, so that each can be
/// tried anew with a new JDK. Beside each stands the JDK that it was last seen to be needed with, what to try in its place, and
/// which benchmark tells.
///
/// What isn't written here:
/// - [VectorCode#isInvariant]: no vector is kept across a loop. A method that is entered in the middle of it (OSR) would find an
///   object in its place, and C2 gives up on some such loops. JDK 25. To be tried: broadcasts before the loop, as scalar code has
///   them. `CompilationTest` and `UnaryBenchmark` tell.
/// - [VectorCode#store], [VectorCode#recognize]: a vector is cast to its class before it is stored, and an accumulator before it
///   is added to. While C2 reads `intoArray` or `add` it doesn't know yet what calls before return, and never what a loop's turn
///   before has left: it takes the classes that they have met so far, in all loops, for a hint. If they are two, such as that of
///   a product's tiles and that of a transposition's narrower vectors, it compiles for both, and if none were counted for
///   neither: vectors stay objects for good. JDK 25. To be tried: values as they are. `WarmUpTest` tells.
/// - The last columns of a product are made whole, apart from it (`TiledGemm.cut`), since C1 can't compile register tiles with
///   masks, and a long softmax takes a class for each pass. JDK 25. To be tried: masked tiles, one class. `CompilationTest`, its
///   tiles in C1, and `SoftmaxBenchmark` tell.
/// - A product without the Vector API has sums in arrays of their own, two rows and four steps at a time (`ScalarGemm`): the form
///   that C2 makes vector loops of by itself. JDK 25. To be tried: register tiles of scalars. `GemmBenchmark` with
///   `-Dlanewise.simd=off` tells.
/// - The number of registers, and so of accumulators, that C2 gets along with is part of the tiles' sizes (`Tiling`), measured
///   with JDK 25. To be tried: larger tiles. `GemmBenchmark`, with `-XX:UseAVX=2`, too, tells.
public final class C2 {

    /// Vectors that one call of a long loop covers, or rows of a softmax.
    ///
    /// A method called often enough is compiled from its beginning. Entered once for a million elements it is compiled
    /// from the middle of its loop (OSR), and there C2 gives up on long vector code ("COMPILE SKIPPED: Too many
    /// clones"). At 16 iterations a call HotSpot's count of calls reaches its threshold before its count of loops.
    ///
    /// JDK 25. To be tried: one call for all. `UnaryBenchmark` on a million elements and `RandomFillBenchmark` tell;
    /// `CompilationTest` alone doesn't, as it passes without.
    public static final int PIECE = 16;

    /// Elements of one call of a long scalar loop: the same at a lower price, since a call weighs more where an iteration does
    /// less.
    private static final int SCALAR_PIECE = 256;

    /// Nodes from which on an expression counts as long, so that its loop is called in pieces. To be tried with [#PIECE].
    private static final int LONG_FORMULA = 16;

    /// Nodes, leaves apart, up to which an expression is one loop: longer ones are cut. HotSpot compiles no method of more than
    /// 8,000 bytes, and C1 gives up on one of 5,000 ("out of virtual registers"), without whose counts C2 comes late or never. A
    /// node takes some 30.
    ///
    /// JDK 25. To be tried: more. `TermKernelTest` tells, which times a formula of a thousand nodes.
    public static final int LONGEST_FORMULA = 100;

    /// Floats of the left operand that a tile reads through one index where operands are packed.
    ///
    /// C2 moves the loads of a block of code to its beginning, and 16 registers don't hold a whole step's: 6x2 fell to 40 % of
    /// the peak. An index of which it can't tell before the loop whether it is within bounds ends a block. So it may know all
    /// about the right operand's indices, but not that the left one's go up together. An index for every two floats, or for
    /// each, takes more instructions than there is time for: 80 %.
    ///
    /// JDK 25. To be tried: all rows of a tile. `GemmBenchmark` with `-XX:UseAVX=2` tells.
    static final int TILE_GROUP = 3;

    /// Sums of a register tile up to which its epilogue follows while they are in registers. Those of more are written first and
    /// ended row by row: C1 gives up on the straight-line code ("out of virtual registers"), 24 times that of ReLU.
    ///
    /// JDK 25. To be tried: any number. `CompilationTest`, its tiles in C1, tells.
    static final int MOST_SUMS_ENDED_AT_ONCE = 20;

    /// HotSpot's FreqInlineSize is 325 bytes: no longer method becomes part of its caller.
    private static final int NOT_INLINED = 326;

    private C2() {}

    /// Positions that one call of a long loop covers: [#PIECE].
    public static int piece(Target target) { return target.isScalar() ? SCALAR_PIECE : PIECE * target.lanes(); }

    /// The same of a formula's loop: all at once, if it is short.
    public static int piece(Target target, int nodes) { return nodes < LONG_FORMULA ? Integer.MAX_VALUE : piece(target); }

    /// What is never reached makes a short loop long. A product, from where it is called, has so much else in it that C2 can
    /// reach its limits before all the loop's vector calls are inlined, and those that are left make objects of vectors.
    ///
    /// JDK 25. To be tried: none. `AllocationTest` counts the objects.
    static void emitPadding(CodeBuilder code) {
        for (int i = 0; i < NOT_INLINED; i++) code.nop();
        code.return_();
    }

    /// A negative number of turns is counted up to zero, and nothing else is done: what makes HotSpot compile a vector loop that
    /// has hardly run, which is much of the price of one otherwise, in the interpreter and in C1's code.
    ///
    /// These turns count as the method's. Its counts reach HotSpot's limits, C2 compiles the idle loop in the middle (OSR), which
    /// is soon done, and raises the whole method to the same tier. Compiled, idle turns take no time at all: so one sees that it
    /// is. What the real loop's branches did is known from a few real turns, always the same; so C2's code is always the same,
    /// too. How often the branch here was taken must stay below the 40 times from which on C2 believes it.
    ///
    /// JDK 25, its `compilationPolicy.cpp`. To be tried: real turns alone. The first steps of a training, timed by
    /// `processes.py`, tell.
    static void emitIdleTurns(CodeBuilder code, int turns) {
        var real = code.newLabel();
        var again = code.newLabel();
        code.iload(turns).ifge(real)
            .labelBinding(again).iinc(turns, 1).iload(turns).iflt(again).return_()
            .labelBinding(real);
    }

    /// An [Assembler#loop] with the test behind the body. C2 rotates a loop itself, but not one that it enters while the loop
    /// runs, where it peels the test off and gives up on a long body ("Too many clones"). Register tiles lose a tenth on two
    /// threads by it.
    ///
    /// JDK 25. To be tried: the plain loop. `RandomFillBenchmark` tells; `CompilationTest` alone doesn't, as it passes without.
    static void rotatedLoop(Assembler a, Int.Local index, Int bound, int step, Runnable body) {
        a.ifLess(index, bound, () -> {
            var again = a.code().newLabel();
            a.code().labelBinding(again);
            body.run();
            a.code().iinc(index.slot(), step).iload(index.slot());
            bound.push(a.code());
            a.code().if_icmplt(again);
        });
    }
}
