"""Writes the weights of Keras' layers under Keras' paths, an input of each, and its output:

    KERAS_BACKEND=torch python src/test/python/keras_layers.py src/test/resources/dev/lanewise/io/keras_layers.txt

It was run with Keras 3.15.
"""
import sys

import keras
import numpy as np
from keras import layers

from torch_state import line, safetensors

keras.utils.set_random_seed(1)

LAYERS = {
    "rnn": (layers.SimpleRNN(3, return_sequences=True, name="rnn"), (2, 5, 4)),
    "lstm": (layers.LSTM(3, return_sequences=True, name="lstm"), (2, 5, 4)),
    "gru": (layers.GRU(3, return_sequences=True, name="gru"), (2, 5, 4)),
    "plain": (layers.LSTM(3, return_sequences=True, use_bias=False, name="plain"), (2, 5, 4)),
    "both": (layers.Bidirectional(layers.GRU(3, return_sequences=True, name="gru"), name="both"), (2, 5, 4)),
    "before": (layers.GRU(3, reset_after=False, name="before"), (2, 5, 4)),
    "separable": (layers.SeparableConv2D(5, (3, 2), depth_multiplier=2, name="separable"), (2, 6, 6, 3)),
    "depthwise": (layers.DepthwiseConv2D((3, 2), depth_multiplier=2, name="depthwise"), (2, 6, 6, 3)),
    "conv": (layers.Conv2D(5, (3, 2), name="conv"), (2, 6, 6, 3)),
    "transposed": (layers.Conv2DTranspose(5, (3, 2), name="transposed"), (2, 4, 4, 3)),
    "conv1": (layers.Conv1D(5, 3, name="conv1"), (2, 6, 3)),
    "dense": (layers.Dense(5, name="dense"), (2, 4)),
    "batch": (layers.BatchNormalization(name="batch"), (2, 4)),
    "norm": (layers.LayerNormalization(name="norm"), (2, 4)),
}


def main(target):
    random = np.random.default_rng(2)
    arrays = {}
    for name, (layer, shape) in LAYERS.items():
        x = random.standard_normal(shape).astype(np.float32)
        layer(x)
        for each in layer.variables:
            if each.dtype == "float32":
                each.assign(random.uniform(0.1, 1, each.shape).astype(np.float32) * random.choice([-1, 1], each.shape)
                            if "variance" not in each.path else random.uniform(0.5, 2, each.shape))
                arrays[each.path] = keras.ops.convert_to_numpy(each)
        arrays["input." + name] = x
        arrays["output." + name] = keras.ops.convert_to_numpy(layer(x, training=False))
    tensors = [(name, "F32", list(array.shape), array.ravel().tolist()) for name, array in arrays.items()]
    with open(target, "w", encoding="ascii", newline="\n") as out:
        out.write(line("keras_layers", safetensors(tensors)))


if __name__ == "__main__":
    main(sys.argv[1])
