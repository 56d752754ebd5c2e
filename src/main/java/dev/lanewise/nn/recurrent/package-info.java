/// Recurrent layers and their cells, and packed sequences of different lengths. Each is a [dev.lanewise.nn.Module] with a call of
/// its own shape, whose results are records of tensors.
///
/// - [dev.lanewise.nn.recurrent.LSTM], [dev.lanewise.nn.recurrent.GRU], [dev.lanewise.nn.recurrent.RNN]: over whole sequences;
///   how many layers, which directions and how they start says [dev.lanewise.nn.recurrent.RecurrentOptions].
/// - [dev.lanewise.nn.recurrent.LSTMCell], [dev.lanewise.nn.recurrent.GRUCell], [dev.lanewise.nn.recurrent.RNNCell]: one step.
/// - [dev.lanewise.nn.recurrent.PackedSequence]: sequences of different lengths, without padding.
///
/// ```java
/// var lstm = new LSTM(8, 32, RecurrentOptions.layers(1).batchFirst(true));
/// lstm.initialize(42);
/// var states = lstm.call(Tensor.zeros(16, 50, 8)).output();   // [batch, time, hidden]
/// ```
///
/// Their theory, step by step, is [dev.lanewise.diagnose.SequenceExplanation].
package dev.lanewise.nn.recurrent;
