/// A program that depends on Lanewise as a module.
module consumer {
    requires dev.lanewise;
}
