package dev.lanewise.kernel.code;

import jdk.incubator.vector.FloatVector;

/// The classes of vectors of so many lanes, which have no name outside the API, as constants that C2 sees: emitted code names
/// them.
///
/// Loaded by emitted vector code alone, so without the module never.
final class VectorClasses {

    static final Class<?> LANES_4 = FloatVector.SPECIES_128.vectorType();
    static final Class<?> LANES_8 = FloatVector.SPECIES_256.vectorType();
    static final Class<?> LANES_16 = FloatVector.SPECIES_512.vectorType();

    private VectorClasses() {}
}
