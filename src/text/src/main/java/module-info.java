/// Tokenizers and sentence embeddings on top of Lanewise.
module dev.lanewise.text {
    requires transitive dev.lanewise;

    exports dev.lanewise.text;
}
