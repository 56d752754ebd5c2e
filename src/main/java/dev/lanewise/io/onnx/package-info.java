/// Models of other libraries, as files in ONNX, the Open Neural Network Exchange.
///
/// - [dev.lanewise.io.onnx.OnnxModel] runs what a file holds, as a [module][dev.lanewise.nn.Module] whose weights can be trained
///   further.
/// - [dev.lanewise.io.onnx.OnnxValue] is what goes in and comes out, floats, whole numbers or truths, of an
///   [dev.lanewise.io.onnx.OnnxType].
/// - [dev.lanewise.io.onnx.Onnx] writes what this library builds.
///
/// ```java
/// var file = Files.createTempDirectory("lanewise").resolve("model.onnx");
/// var model = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 2)).initialize(42);
/// Onnx.write(model, Tensor.zeros(1, 4), file);
/// var same = OnnxModel.read(file);
/// ```
///
/// A file is read by hand, without a library for its format; its weights are taken from where they lie in it. Sizes and indices
/// are whole numbers throughout, as the format has them, and never floats.
package dev.lanewise.io.onnx;
