/// Tensors in files: [dev.lanewise.io.Safetensors] for the weights of a model, [dev.lanewise.io.Npy] and
/// [dev.lanewise.io.Npz] for arrays that NumPy has or is to have, [dev.lanewise.io.Checkpoint] for a training run that is to
/// go on.
///
/// Whatever is written takes its place in one move, when it is whole: a program that is interrupted leaves the old file as it
/// was. Whatever is read is checked against its header first, and memory grows with what a file holds, never with what it
/// promises. Nothing here knows of training.
package dev.lanewise.io;
