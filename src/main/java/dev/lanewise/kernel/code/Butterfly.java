package dev.lanewise.kernel.code;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The permutations and masks of transpositions, folds and strided copies in registers, as constants that C2 sees: emitters name
/// them.
///
/// Loaded by emitted vector code alone, so without the module never.
final class Butterfly {

    private Butterfly() {}

    static final class Lanes4 {
        private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_128;
        static final VectorShuffle<Float> SWAP_1 = swap(SPECIES, 1);
        static final VectorShuffle<Float> SWAP_2 = swap(SPECIES, 2);
        static final VectorMask<Float> UPPER_1 = upper(SPECIES, 1);
        static final VectorMask<Float> UPPER_2 = upper(SPECIES, 2);
        static final VectorShuffle<Float> EVEN = everySecond(SPECIES, 0);
        static final VectorShuffle<Float> ODD = everySecond(SPECIES, 1);

        private Lanes4() {}
    }

    static final class Lanes8 {
        private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
        static final VectorShuffle<Float> SWAP_1 = swap(SPECIES, 1);
        static final VectorShuffle<Float> SWAP_2 = swap(SPECIES, 2);
        static final VectorShuffle<Float> SWAP_4 = swap(SPECIES, 4);
        static final VectorMask<Float> UPPER_1 = upper(SPECIES, 1);
        static final VectorMask<Float> UPPER_2 = upper(SPECIES, 2);
        static final VectorMask<Float> UPPER_4 = upper(SPECIES, 4);
        static final VectorShuffle<Float> EVEN = everySecond(SPECIES, 0);
        static final VectorShuffle<Float> ODD = everySecond(SPECIES, 1);

        private Lanes8() {}
    }

    /// Transpositions and strided copies do with eight lanes at the most; [SoftmaxEmitter] folds all sixteen.
    static final class Lanes16 {
        private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
        static final VectorShuffle<Float> SWAP_1 = swap(SPECIES, 1);
        static final VectorShuffle<Float> SWAP_2 = swap(SPECIES, 2);
        static final VectorShuffle<Float> SWAP_4 = swap(SPECIES, 4);
        static final VectorShuffle<Float> SWAP_8 = swap(SPECIES, 8);

        private Lanes16() {}
    }

    /// Exchanges the halves of each group of 2 `stage` lanes.
    private static VectorShuffle<Float> swap(VectorSpecies<Float> species, int stage) {
        return species.shuffleFromOp(lane -> lane ^ stage);
    }

    /// The elements on even lanes (0) or on odd ones (1), in both halves.
    private static VectorShuffle<Float> everySecond(VectorSpecies<Float> species, int first) {
        return species.shuffleFromOp(lane -> (2 * lane + first) % species.length());
    }

    private static VectorMask<Float> upper(VectorSpecies<Float> species, int stage) {
        long bits = 0;
        for (int lane = 0; lane < species.length(); lane++) if ((lane & stage) != 0) bits |= 1L << lane;
        return VectorMask.fromLong(species, bits);
    }
}
