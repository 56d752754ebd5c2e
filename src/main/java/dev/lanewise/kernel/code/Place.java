package dev.lanewise.kernel.code;

/// A place in an array of floats, of a method that is written.
///
/// @param array  the local variable that holds the array
/// @param offset of the element, or of the first
record Place(int array, Int offset) {

    /// So many elements further on.
    Place at(Int position) { return new Place(array, offset.plus(position)); }

    Place at(int position) { return at(Int.of(position)); }
}
