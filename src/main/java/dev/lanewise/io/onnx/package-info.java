/// Models of other libraries: [dev.lanewise.io.onnx.OnnxModel] runs what a file in ONNX, the Open Neural Network Exchange, holds, as a
/// module whose weights can be trained further, and [dev.lanewise.io.onnx.Onnx] writes what this library builds.
///
/// A file is read by hand, without a library for its format; its weights are taken from where they lie in it. Sizes and indices are whole
/// numbers throughout, as the format has them, and never floats.
package dev.lanewise.io.onnx;
