/// A table model behind HTTP: an example of what Lanewise is used for.
module dev.lanewise.examples.serve {
    requires dev.lanewise;
    requires com.fasterxml.jackson.core;
    requires jdk.httpserver;
}
