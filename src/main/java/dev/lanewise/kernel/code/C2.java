package dev.lanewise.kernel.code;

import java.lang.classfile.CodeBuilder;

/// What is done as it is for the sake of HotSpot's optimizing compiler, and would be simpler without: in one place, so that each can
/// be tried anew with a new JDK. All were found with JDK 25; beside each stands what to try in its place, and which benchmark tells.
/// One more is [VectorCode#isInvariant]: no vector is kept across a loop.
public final class C2 {

    /// Vectors that one call of a long loop covers.
    ///
    /// A method called often enough is compiled from its beginning. Entered once for a million elements it is compiled
    /// from the middle of its loop (OSR), and there C2 gives up on long vector code ("COMPILE SKIPPED: Too many
    /// clones"). At 16 iterations a call HotSpot's count of calls reaches its threshold before its count of loops.
    ///
    /// To be tried: one call for all. `UnaryBenchmark` on a million elements and `RandomFillBenchmark` tell; `CompilationTest` alone
    /// doesn't, as it passes without.
    public static final int PIECE = 16;

    /// Nodes from which on an expression counts as long, so that its loop is called in pieces. To be tried with [#PIECE].
    public static final int LONG_FORMULA = 16;

    /// Nodes up to which an expression is one loop: longer ones are cut. HotSpot compiles no method of more than 8,000 bytes, and C2 gives up
    /// on some that are shorter.
    ///
    /// To be tried: more. `TermKernelTest` tells, which times a formula of a thousand nodes.
    public static final int LONGEST_FORMULA = 400;

    /// Floats of the left operand that a tile reads through one index where operands are packed.
    ///
    /// C2 moves the loads of a block of code to its beginning, and 16 registers don't hold a whole step's: 6x2 fell to 40 % of
    /// the peak. An index of which it can't tell before the loop whether it is within bounds ends a block. So it may know all
    /// about the right operand's indices, but not that the left one's go up together. An index for every two floats, or for
    /// each, takes more instructions than there is time for: 80 %.
    ///
    /// To be tried: all rows of a tile. `GemmBenchmark` with `-XX:UseAVX=2` tells.
    static final int TILE_GROUP = 3;

    /// HotSpot's FreqInlineSize is 325 bytes: no longer method becomes part of its caller.
    private static final int NOT_INLINED = 326;

    private C2() {}

    /// What is never reached makes a short loop long. A product, from where it is called, has so much else in it that C2 can reach its
    /// limits before all the loop's vector calls are inlined, and those that are left make objects of vectors.
    ///
    /// To be tried: none. `AllocationTest` counts the objects.
    static void emitPadding(CodeBuilder code) {
        for (int i = 0; i < NOT_INLINED; i++) code.nop();
        code.return_();
    }

    /// An [Assembler#loop] with the test behind the body. C2 rotates a loop itself, but not one that it enters while the loop
    /// runs, where it peels the test off and gives up on a long body ("Too many clones"). Register tiles lose a tenth on two threads
    /// by it.
    ///
    /// To be tried: the plain loop. `RandomFillBenchmark` tells; `CompilationTest` alone doesn't, as it passes without.
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
