/// Text to vectors: WordPiece tokenizers with the ids of Hugging Face's, and sentence embeddings by networks from ONNX files.
///
/// [dev.lanewise.text.SentenceEncoder] is where to begin.
package dev.lanewise.text;
