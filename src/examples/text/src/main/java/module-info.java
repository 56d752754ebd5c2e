/// A model of characters: trained, saved, loaded, and asked for more text.
module dev.lanewise.examples.text {
    requires dev.lanewise;
}
