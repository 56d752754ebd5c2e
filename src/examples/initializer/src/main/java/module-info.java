/// An initializer with a law of one's own.
module dev.lanewise.examples.initializer {
    requires transitive dev.lanewise;
    exports dev.lanewise.examples.initializer;
}
