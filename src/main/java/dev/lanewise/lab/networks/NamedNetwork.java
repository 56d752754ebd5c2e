package dev.lanewise.lab.networks;

import dev.lanewise.file.Quote;
import dev.lanewise.nn.Layer;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Collectors;

/// A network that people start today, in any size. Each starts as its paper or PyTorch says, and has no dropout.
public enum NamedNetwork {

    TRANSFORMER("transformer", "a pre-norm transformer of GELUs, started as PyTorch's", new Size(256, 12)) {
        @Override
        public Layer of(Size size) { return Transformers.encoder(size, true); }
    },
    POST_NORM("transformer-post-norm", "the transformer of 2017, the norm behind each sum, started as PyTorch's", new Size(256, 12)) {
        @Override
        public Layer of(Size size) { return Transformers.encoder(size, false); }
    },
    ENCODER_DECODER("encoder-decoder", "a pre-norm transformer's encoder, and a decoder that reads what it made", new Size(256, 6)) {
        @Override
        public Layer of(Size size) { return new EncoderDecoder(size); }
    },
    GPT("gpt", "a language model of GPT-2's start: embeddings and positions, causal pre-norm layers, tied logits", new Size(256, 12)) {
        @Override
        public Layer of(Size size) { return new Gpt(size); }

        @Override
        public Tensor inputs(Size size, int batch, RandomSource source) { return Gpt.tokens(batch, Transformers.TOKENS, source); }
    },
    RESNET("resnet", "residual blocks of two convolutions with batch norm, a rectifier behind each sum", new Size(64, 8)) {
        @Override
        public Layer of(Size size) { return ResidualNetworks.normed(size, false); }
    },
    PREACTIVATION("resnet-preact", "residual blocks of batch norm, rectifier and convolution, twice, with nothing behind the sums", new Size(64, 8)) {
        @Override
        public Layer of(Size size) { return ResidualNetworks.normed(size, true); }
    },
    NO_NORM("resnet-no-norm", "residual blocks of rectifier and convolution, twice, from Kaiming's law, with no norm", new Size(64, 8)) {
        @Override
        public Layer of(Size size) { return ResidualNetworks.plain(size); }
    },
    FIXUP("fixup", "the same from Fixup: a branch's last convolution starts at 0", new Size(64, 8)) {
        @Override
        public Layer of(Size size) { return ResidualNetworks.fixup(size); }
    },
    REZERO("rezero", "the same as ReZero has it: a branch is multiplied by a learned number that starts at 0", new Size(64, 8)) {
        @Override
        public Layer of(Size size) { return ResidualNetworks.rezero(size); }
    },
    UNET("unet", "a U-shaped network: convolutions and pooling down, upsampling and what was kept on the way up", new Size(32, 3)) {
        @Override
        public Layer of(Size size) { return new UNet(size); }
    },
    CNN("cnn", "convolutions with rectifiers, the image halved by the largest of windows after every second", new Size(64, 6)) {
        @Override
        public Layer of(Size size) { return ResidualNetworks.chain(size); }
    },
    GLU("glu", "gated linear units one behind the other, from a variance of 4/in", new Size(256, 12)) {
        @Override
        public Layer of(Size size) { return GatedNetworks.chain(size); }
    },
    SWIGLU("swiglu", "residual blocks of RMS norm and SwiGLU, as between a Llama's attentions", new Size(256, 12)) {
        @Override
        public Layer of(Size size) { return GatedNetworks.blocks(size, false); }
    },
    GEGLU("geglu", "the same with GELU in place of SiLU", new Size(256, 12)) {
        @Override
        public Layer of(Size size) { return GatedNetworks.blocks(size, true); }
    };

    /// How large a network is.
    ///
    /// @param width  of a token's vector, or units, or channels; of a U-shaped network those of the first level, which each level doubles
    /// @param layers or residual blocks, or levels
    public record Size(int width, int layers) {

        public Size {
            if (width < 1 || layers < 1) throw new IllegalArgumentException("named network: width " + width + ", " + layers
                + " layers; there must be at least one of each");
        }
    }

    private final String word;
    private final String summary;
    private final Size usual;

    NamedNetwork(String word, String summary, Size usual) {
        this.word = word;
        this.summary = summary;
        this.usual = usual;
    }

    /// What it is called.
    public String word() { return word; }

    /// What it is, as the end of a sentence.
    public String summary() { return summary; }

    /// What is looked at where nothing else is asked for.
    public Size usual() { return usual; }

    /// A new one, which isn't initialized.
    public abstract Layer of(Size size);

    /// What it takes, independent and standard normal where it takes numbers.
    public Tensor inputs(Size size, int batch, RandomSource source) {
        return switch (this) {
            case TRANSFORMER, POST_NORM, ENCODER_DECODER -> Tensor.randn(source, batch, Transformers.TOKENS, size.width);
            case RESNET, PREACTIVATION, NO_NORM, FIXUP, REZERO -> Tensor.randn(source, batch, 3, ResidualNetworks.SIDE, ResidualNetworks.SIDE);
            case CNN -> Tensor.randn(source, batch, 3, ResidualNetworks.side(size), ResidualNetworks.side(size));
            case UNET -> Tensor.randn(source, batch, 3, UNet.side(size), UNet.side(size));
            default -> Tensor.randn(source, batch, size.width);
        };
    }

    /// @throws IllegalArgumentException if there is none of that name; the message says which there are
    public static NamedNetwork named(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst().orElseThrow(() -> new IllegalArgumentException(
            "network " + Quote.of(word) + " is not known; there are " + Arrays.stream(values()).map(NamedNetwork::word).collect(Collectors.joining(", "))));
    }
}
