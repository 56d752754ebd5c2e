/// Tensors in files. Nothing here knows of training.
///
/// - [dev.lanewise.io.Weights] brings weights of any framework into a model, by rules for names and layouts.
/// - [dev.lanewise.io.Safetensors] keeps tensors by name; [dev.lanewise.io.SafetensorsFile] reads them one by one.
///   [dev.lanewise.io.Npy] and [dev.lanewise.io.Npz] are for arrays that NumPy has or is to have. [dev.lanewise.io.TensorFile] is
///   what they have in common.
/// - [dev.lanewise.io.Checkpoint]: a training run that is to go on, with all that is [dev.lanewise.io.Stateful].
/// - [dev.lanewise.io.Receipt]: what a run was, line by line, so that it can be run again and compared.
/// - Models of other libraries: [dev.lanewise.io.onnx].
///
/// ```java
/// var file = Files.createTempDirectory("lanewise").resolve("weights.safetensors");
/// var model = new Linear(4, 2).initialize(42);
/// Safetensors.write(file, model.stateDict());
/// model.loadStateDict(Safetensors.read(file).tensors());
/// ```
///
/// Whatever is written takes its place in one move, when it is whole: a program that is interrupted leaves the old file as it
/// was. Whatever is read is checked against its header first, and memory grows with what a file holds, never with what it
/// promises.
package dev.lanewise.io;
