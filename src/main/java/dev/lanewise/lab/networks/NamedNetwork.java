package dev.lanewise.lab.networks;

import dev.lanewise.file.Quote;
import dev.lanewise.nn.Layer;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A network that people start today, in any size. Each starts as its paper or PyTorch says, and has no dropout.
public enum NamedNetwork {

    TRANSFORMER("transformer", "a pre-norm transformer of GELUs", Starts.TORCH_TRANSFORMER, new Size(256, 12),
        Family.TOKENS, size -> Transformers.encoder(size, true)),
    POST_NORM("transformer-post-norm", "the transformer of 2017 with GELUs, a norm behind each sum", Starts.TORCH_TRANSFORMER,
        new Size(256, 12), Family.TOKENS, size -> Transformers.encoder(size, false)),
    ENCODER_DECODER("encoder-decoder", "a pre-norm transformer's encoder, and a decoder that reads what it made",
        Starts.TORCH_TRANSFORMER, new Size(256, 6), Family.TOKENS, EncoderDecoder::new),
    GPT("gpt", "a language model: embeddings and learned positions, causal pre-norm layers, logits by the embeddings",
        "GPT-2's: normal of deviation 0.02, over the root of twice the layers at a branch's end", new Size(256, 12),
        Family.INDICES, Gpt::new),
    RESNET("resnet", "residual blocks of two convolutions with batch norm, a rectifier behind each sum", Starts.KAIMING,
        new Size(64, 8), Family.IMAGES, size -> ResidualNetworks.normed(size, false)),
    PREACTIVATION("resnet-preact",
        "residual blocks of batch norm, rectifier and convolution, twice, with nothing behind the sums", Starts.KAIMING,
        new Size(64, 8), Family.IMAGES, size -> ResidualNetworks.normed(size, true)),
    NO_NORM("resnet-no-norm", "residual blocks of rectifier and convolution, twice, with no norm", Starts.KAIMING,
        new Size(64, 8), Family.IMAGES, ResidualNetworks::plain),
    FIXUP("fixup", "residual blocks of rectifier and convolution, twice, with no norm",
        "Fixup's: a branch's last convolution and the last layer at 0, other convolutions of a variance of 2/out over the number"
        + " of blocks", new Size(64, 8),
        Family.IMAGES, ResidualNetworks::fixup),
    REZERO("rezero", "residual blocks of rectifier and convolution, twice, with no norm, each branch times a learned number",
        "ReZero's: that number at 0, convolutions of a variance of 2/in", new Size(64, 8),
        Family.IMAGES, ResidualNetworks::rezero),
    UNET("unet", "a U-shaped network: convolutions and pooling down, upsampling and what was kept on the way up", Starts.KAIMING,
        new Size(32, 3), Family.LEVELS, UNet::new),
    CNN("cnn", "convolutions with rectifiers, the largest of 2 x 2 windows after every second", Starts.KAIMING, new Size(64, 6),
        Family.CHAIN, ResidualNetworks::chain),
    GLU("glu", "gated linear units one behind the other", "a variance of 4/in, as Gehring's of 2017", new Size(256, 12),
        Family.GATES, GatedNetworks::chain),
    SWIGLU("swiglu", "residual blocks of RMS norm and SwiGLU, as between a Llama's attentions", Starts.LECUN, new Size(256, 12),
        Family.GATED_BLOCKS, size -> GatedNetworks.blocks(size, false)),
    GEGLU("geglu", "residual blocks of RMS norm and GEGLU", Starts.LECUN, new Size(256, 12),
        Family.GATED_BLOCKS, size -> GatedNetworks.blocks(size, true));

    /// Of several networks.
    private static final class Starts {
        static final String TORCH_TRANSFORMER = "PyTorch's: Xavier's law in attention, a variance of 1/(3 in) in linear layers";
        static final String KAIMING = "Kaiming's: normal of a variance of 2/in";
        static final String LECUN = "normal of a variance of 1/in";
    }

    /// What networks take, and what they are made of.
    private enum Family {
        TOKENS("layer", false, size -> new int[] {Transformers.TOKENS, size.width}),
        INDICES("layer", false, _ -> new int[] {Transformers.TOKENS}),
        IMAGES("block", false, _ -> image(ResidualNetworks.SIDE)),
        CHAIN("layer", true, size -> image(ResidualNetworks.side(size))),
        LEVELS("level", true, size -> image(UNet.side(size))),
        GATES("layer", false, size -> new int[] {size.width}),
        GATED_BLOCKS("block", false, size -> new int[] {size.width});

        private final String unit;
        /// Whether images get smaller from layer to layer.
        private final boolean narrows;
        private final Function<Size, int[]> shape;

        Family(String unit, boolean narrows, Function<Size, int[]> shape) {
            this.unit = unit;
            this.narrows = narrows;
            this.shape = shape;
        }

        private static int[] image(int side) { return new int[] {3, side, side}; }
    }

    /// How large a network is.
    ///
    /// @param width  of a token's vector, or units, or channels; of a U-shaped network those of the first level, which each level
    ///     doubles
    /// @param layers or residual blocks, or levels
    public record Size(int width, int layers) {

        public Size {
            if (width < 1 || layers < 1) throw new IllegalArgumentException("named network: width " + width + ", " + layers
                + " layers; there must be at least one of each");
        }
    }

    private final String word;
    private final String summary;
    private final String start;
    private final Size usual;
    private final Family family;
    private final Function<Size, Layer> maker;

    NamedNetwork(String word, String summary, String start, Size usual, Family family, Function<Size, Layer> maker) {
        this.word = word;
        this.summary = summary;
        this.start = start;
        this.usual = usual;
        this.family = family;
        this.maker = maker;
    }

    /// What it is called.
    public String word() { return word; }

    /// What it is, as the end of a sentence.
    public String summary() { return summary; }

    /// What its weights start from.
    public String start() { return start; }

    /// What is looked at where nothing else is asked for.
    public Size usual() { return usual; }

    /// What [Size#layers] counts.
    public String unit() { return family.unit; }

    /// A new one, which isn't initialized.
    public Layer of(Size size) { return maker.apply(size); }

    /// Whether it takes numbers of tokens, rather than numbers of any size.
    public boolean takesIndices() { return family == Family.INDICES; }

    /// Of one input: tokens and width, or channels, rows and columns.
    public int[] inputShape(Size size) { return family.shape.apply(size); }

    /// How many numbers the blocks give for one input, all together, at the least.
    public double blockOutputs(Size size) {
        var shape = inputShape(size);
        double positions = shape.length == 3 ? (double) shape[1] * shape[2] : shape.length == 2 || takesIndices() ? shape[0] : 1;
        return family.narrows ? positions * size.width : positions * size.width * size.layers;
    }

    /// What it takes, independent and standard normal where it takes numbers.
    public Tensor inputs(Size size, int batch, RandomSource source) {
        return takesIndices() ? Gpt.tokens(batch, Transformers.TOKENS, source)
            : Tensor.randn(source, IntStream.concat(IntStream.of(batch), Arrays.stream(inputShape(size))).toArray());
    }

    /// @throws IllegalArgumentException if there is none of that name; the message says which there are
    public static NamedNetwork named(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException(
            "network " + Quote.of(word) + " is not known; there are " + Arrays.stream(values()).map(NamedNetwork::word)
            .collect(Collectors.joining(", "))));
    }
}
