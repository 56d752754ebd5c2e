"""Measures what PyTorch, Keras, JAX and Flax draw under the names of their initializers, for the vocabulary of the command `initializers`.

    python src/test/python/initializer_laws.py > src/main/resources/dev/lanewise/lab/initializers/measured.txt

was run with PyTorch 2.13, Keras 3.15 on JAX, JAX 0.10 and Flax 0.12. Each draws a weight of 1000 inputs and 3000 outputs. A line has the
library, the name, and the values' mean, deviation, kurtosis and greatest absolute value over the deviation; - where they are all the same.
"""
import os

os.environ["KERAS_BACKEND"] = "jax"

import flax.linen
import jax
import keras
import numpy as np
import torch
from torch import nn

IN, OUT = 1000, 3000
MODES = ("fan_in", "fan_out", "fan_avg")
# those of LeCun, He and Glorot
SCALE = {"fan_in": 1.0, "fan_out": 2.0, "fan_avg": 1.0}


def say(library, name, values):
    values = np.asarray(values, np.float64).ravel()
    mean, std = values.mean(), values.std()
    shape = "- -"
    if std > 0:
        centred = (values - mean) / std
        shape = f"{(centred ** 4).mean():.4g} {np.abs(centred).max():.4g}"
    print(library, name, f"{mean:.6g} {std:.6g} {shape}")


def pytorch():
    torch.manual_seed(1)
    for name in ("uniform_", "normal_", "trunc_normal_", "ones_", "zeros_", "eye_", "xavier_uniform_", "xavier_normal_", "orthogonal_"):
        say("PyTorch", name, getattr(nn.init, name)(torch.empty(OUT, IN)))
    say("PyTorch", "sparse_(0.1)", nn.init.sparse_(torch.empty(OUT, IN), 0.1))
    for name in ("kaiming_uniform_", "kaiming_normal_"):
        for mode in ("fan_in", "fan_out"):
            say("PyTorch", f"{name}({mode})", getattr(nn.init, name)(torch.empty(OUT, IN), mode=mode, nonlinearity="relu"))
        say("PyTorch", f"{name}(linear)", getattr(nn.init, name)(torch.empty(OUT, IN), nonlinearity="linear"))
    linear = nn.Linear(IN, OUT)
    say("PyTorch", "Linear.weight", linear.weight.detach())
    say("PyTorch", "Linear.bias", linear.bias.detach())
    say("PyTorch", "Embedding", nn.Embedding(IN, OUT).weight.detach())


def of_keras():
    names = ("Zeros", "Ones", "RandomNormal", "RandomUniform", "TruncatedNormal", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform",
             "LecunNormal", "LecunUniform", "Orthogonal", "VarianceScaling")
    for name in names:
        say("Keras", name, getattr(keras.initializers, name)()((IN, OUT)))
    for mode in MODES:
        for law in ("uniform", "untruncated_normal", "truncated_normal"):
            say("Keras", f"VarianceScaling({mode},{law})", keras.initializers.VarianceScaling(SCALE[mode], mode, law)((IN, OUT)))
    dense = keras.layers.Dense(OUT)
    dense.build((None, IN))
    say("Keras", "Dense.kernel", dense.kernel)
    embedding = keras.layers.Embedding(IN, OUT)
    embedding.build()
    say("Keras", "Embedding", embedding.embeddings)


def of_jax():
    key = jax.random.key(1)
    for name in ("uniform", "normal", "truncated_normal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
                 "orthogonal"):
        say("JAX", name, getattr(jax.nn.initializers, name)()(key, (IN, OUT)))
    for mode in MODES:
        for law in ("uniform", "normal", "truncated_normal"):
            say("JAX", f"variance_scaling({mode},{law})", jax.nn.initializers.variance_scaling(SCALE[mode], mode, law)(key, (IN, OUT)))
    say("Flax", "Dense.kernel", flax.linen.Dense(OUT).init(key, np.zeros((1, IN), np.float32))["params"]["kernel"])
    say("Flax", "Embed", flax.linen.Embed(IN, OUT).init(key, np.zeros(1, np.int32))["params"]["embedding"])


if __name__ == "__main__":
    pytorch()
    of_keras()
    of_jax()
