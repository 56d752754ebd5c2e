/// Attention, transformers built of it, and what tells them positions.
package dev.lanewise.nn.attention;
