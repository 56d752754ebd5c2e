package dev.lanewise.text;

import dev.lanewise.tensor.Tensor;

/// How the vectors of a text's tokens become one.
public enum Pooling {
    /// Their mean.
    MEAN {
        @Override
        Tensor of(Tensor tokens) { return tokens.mean(1); }
    },
    /// The first one, which is `[CLS]`'s.
    CLS {
        @Override
        Tensor of(Tensor tokens) { return tokens.select(1, 0); }
    };

    /// @param tokens [texts, tokens, width]
    abstract Tensor of(Tensor tokens);
}
