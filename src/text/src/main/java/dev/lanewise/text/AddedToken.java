package dev.lanewise.text;

/// A token that is looked for in the text itself, before it is split into words.
///
/// @param singleWord only where no letter or digit is beside it
/// @param lstrip     takes the white space before it
/// @param rstrip     takes the white space after it
/// @param normalized is looked for in the normalized text, as its normalized form
record AddedToken(String content, int id, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized) {}
