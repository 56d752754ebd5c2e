/// QuickGELU as an operation and a layer of one's own.
module dev.lanewise.examples.activation {
    requires transitive dev.lanewise;
    exports dev.lanewise.examples.activation;
}
