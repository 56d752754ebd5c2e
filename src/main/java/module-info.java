/// Tensors, autograd, initializers and optimizers for CPUs, in pure Java, on the Vector API of the JDK.
///
/// **Where to begin.** To train a network: [dev.lanewise.nn], then [dev.lanewise.train]. To run a model of another library:
/// [dev.lanewise.io.onnx], or [dev.lanewise.io] for its weights. To compute, without a network: [dev.lanewise.tensor], or
/// [dev.lanewise.array] over arrays of your own. To choose how a network starts: [dev.lanewise.nn.init], then
/// [dev.lanewise.diagnose].
///
/// Pages beside the API: [a tour in ten minutes](doc-files/tour.html), [a cookbook](doc-files/cookbook.html), [all of
/// them](doc-files/README.html).
///
/// ```java
/// var model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10)).initialize(42);
/// var data = Split.holdOut(Glyphs.images(42, 2_000), 0.2, new Threefry(42).stream("split"));
/// var trainer = Trainer.classifier(model, new Adam(model.parameters(), 1e-3));
/// trainer.fit(new DataLoader<>(data.train(), 100).shuffle(new Threefry(42).stream("shuffle")), 2);
/// ```
///
/// **The packages, in reading order;** each knows only those before it.
///
/// 1. [dev.lanewise]: how the library computes in this JVM.
/// 2. [dev.lanewise.formula]: the language of elementwise functions and of optimizers' steps.
/// 3. [dev.lanewise.array]: the kernels over arrays of your own.
/// 4. [dev.lanewise.random]: random numbers that a seed determines, the library's, PyTorch's and NumPy's.
/// 5. [dev.lanewise.report]: charts and pages.
/// 6. [dev.lanewise.tensor]: tensors, autograd, operations of your own.
/// 7. [dev.lanewise.nn], [dev.lanewise.nn.init], [dev.lanewise.nn.loss], [dev.lanewise.nn.recurrent],
///    [dev.lanewise.nn.attention]: networks, how they start, losses.
/// 8. [dev.lanewise.optim]: optimizers, schedules, clipping.
/// 9. [dev.lanewise.data]: data sets, tables, texts, batches.
/// 10. [dev.lanewise.io], [dev.lanewise.io.onnx]: tensors and models in files, checkpoints, receipts.
/// 11. [dev.lanewise.check]: checks of gradients, initializers and checkpoints, for tests of your own.
/// 12. [dev.lanewise.group], [dev.lanewise.train]: training, in one process or several.
/// 13. [dev.lanewise.diagnose]: networks explained before they are trained.
/// 14. [dev.lanewise.serve]: answering many callers.
///
/// **What holds everywhere.** A result has the same bits on every machine and on any number of threads. Bad input is an
/// [IllegalArgumentException] that names operation, values and remedy; a damaged file a
/// [dev.lanewise.data.MalformedFileException]. Shapes are written `[batch, channels, height, width]`, outermost first. Unless a
/// page says otherwise, null is refused by a [NullPointerException], and what is immutable may be shared between threads: tensors
/// once made, data sets, initializers. One model may answer many threads at once, but only one may train it.
///
/// The module runs on Java 25 or later. On the class path start `java` with `--add-modules jdk.incubator.vector`, or all loops
/// are scalar; as a module it needs no flag. The JVM says at its start that it uses an incubator module: this one, which is how
/// the JDK ships the Vector API.
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
