/// Attention, transformers built of it, and what tells them positions. See [dev.lanewise.nn] for what modules have in common.
///
/// - [dev.lanewise.nn.attention.Attention]: the function, with its [options][dev.lanewise.nn.attention.AttentionOptions]: causal,
///   masks, biases.
/// - [dev.lanewise.nn.attention.MultiheadAttention]: the module, several heads side by side.
/// - [dev.lanewise.nn.attention.TransformerEncoderLayer], [dev.lanewise.nn.attention.TransformerDecoderLayer], and stacks of
///   them, [dev.lanewise.nn.attention.TransformerEncoder] and [dev.lanewise.nn.attention.TransformerDecoder].
/// - Positions: [dev.lanewise.nn.attention.SinusoidalPositions], [dev.lanewise.nn.attention.LearnedPositions],
///   [dev.lanewise.nn.attention.RotaryPositions]. A start of its own: [dev.lanewise.nn.attention.Mimetic].
///
/// ```java
/// var layer = new TransformerEncoderLayer(64, 4, TransformerOptions.feedForward(256).gelu().batchFirst(true).normFirst(true));
/// layer.initialize(42);
/// var y = layer.call(Tensor.zeros(8, 20, 64));          // [batch, tokens, width], as it came
/// ```
package dev.lanewise.nn.attention;
