package dev.lanewise.lab.cnn;

import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import java.util.Arrays;
import java.util.stream.Collectors;

/// What is trained, for grey images of any size from 16 x 16 on, and how fast.
enum Network {

    /// Three residual blocks of 16, 32 and 64 channels, an average over all places, and one linear layer: He et al., "Deep
    /// residual learning for image recognition", 2016, in small.
    RESIDUAL("residual", 0.1, true) {
        @Override
        Sequential make(int height, int width, int classes) {
            return new Sequential(convolution(1, 16, 3, 2), new BatchNorm2d(16), new ReLU(), block(16, 16, 1), new ReLU(),
                block(16, 32, 2), new ReLU(), block(32, 64, 2), new ReLU(), new AdaptiveAvgPool2d(1), new Flatten(),
                new Linear(64, classes));
        }
    },
    /// LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998, with rectifiers and
    /// the largest of windows.
    LENET("lenet", 0.05, false) {
        @Override
        Sequential make(int height, int width, int classes) {
            int places = (height / 2 - 4) / 2 * ((width / 2 - 4) / 2);
            return new Sequential(new Conv2d(1, 6, ConvOptions.kernel(5).padding(2)), new ReLU(), new MaxPool2d(2),
                new Conv2d(6, 16, 5), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(16 * places, 120), new ReLU(),
                new Linear(120, 84), new ReLU(), new Linear(84, classes));
        }
    };

    static final int LEAST_SIDE = 16;

    private final String word;
    private final double learningRate;
    private final boolean flips;

    Network(String word, double learningRate, boolean flips) {
        this.word = word;
        this.learningRate = learningRate;
        this.flips = flips;
    }

    /// From `[batch, 1, height, width]` to `[batch, classes]`.
    abstract Sequential make(int height, int width, int classes);

    String word() { return word; }

    /// The highest.
    double learningRate() { return learningRate; }

    /// Whether it learns from images that are turned round, too: a small network has enough to do without.
    boolean flips() { return flips; }

    static Network named(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException(
            "--net: \"" + word + "\" is no network; there are " + Arrays.stream(values()).map(Network::word)
            .collect(Collectors.joining(", "))));
    }

    private static Layer convolution(int in, int out, int kernel, int stride) {
        return new Conv2d(in, out, ConvOptions.kernel(kernel).stride(stride).padding(kernel / 2).bias(false));
    }

    private static Layer block(int in, int out, int stride) {
        var body = new Sequential(convolution(in, out, 3, stride), new BatchNorm2d(out), new ReLU(), convolution(out, out, 3, 1),
            new BatchNorm2d(out));
        return new Residual(body, in == out ? new Identity()
            : new Sequential(convolution(in, out, 1, stride), new BatchNorm2d(out)));
    }
}
