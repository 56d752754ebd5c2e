/// Tensors, autograd, initializers and optimizers for CPUs, in pure Java.
module dev.lanewise {
    // Not "requires static": the launcher then resolves the incubator module by itself, so that
    // `java -p lanewise.jar -m dev.lanewise` has SIMD with no flag.
    requires jdk.incubator.vector;
    // nothing else knows of signals: the command line's second Ctrl-C
    requires jdk.unsupported;
    // asked for a flag where it is there
    requires static jdk.management;

    exports dev.lanewise;
    exports dev.lanewise.array;
    exports dev.lanewise.check;
    exports dev.lanewise.data;
    exports dev.lanewise.diagnose;
    exports dev.lanewise.formula;
    exports dev.lanewise.group;
    exports dev.lanewise.io;
    exports dev.lanewise.io.onnx;
    exports dev.lanewise.nn;
    exports dev.lanewise.nn.attention;
    exports dev.lanewise.nn.init;
    exports dev.lanewise.nn.loss;
    exports dev.lanewise.nn.recurrent;
    exports dev.lanewise.optim;
    exports dev.lanewise.random;
    exports dev.lanewise.report;
    exports dev.lanewise.serve;
    exports dev.lanewise.tensor;
    exports dev.lanewise.train;
}
