/// Tensors in files: [dev.lanewise.io.Weights] brings weights of any framework into a model, [dev.lanewise.io.Safetensors] keeps
/// them, [dev.lanewise.io.Npy] and [dev.lanewise.io.Npz] are for arrays that NumPy has or is to have,
/// [dev.lanewise.io.Checkpoint] for a training run that is to go on. [dev.lanewise.io.TensorFile] is what they have in common.
///
/// Whatever is written takes its place in one move, when it is whole: a program that is interrupted leaves the old file as it
/// was. Whatever is read is checked against its header first, and memory grows with what a file holds, never with what it
/// promises. Nothing here knows of training.
package dev.lanewise.io;
