"""Draws the museum: published mistakes in how networks start, each beside the start that was meant, at reduced width.

    python src/test/python/museum.py src/test/resources/dev/lanewise/check/museum

writes NAME.contract, NAME.wrong.safetensors and NAME.right.safetensors of each. It was run with PyTorch 2.13. Contracts begin with
the mistake's source. Of other seeds,

    python src/test/python/museum.py FOLDER FIRST COUNT

writes NAME.SEED.wrong.safetensors and NAME.SEED.right.safetensors, which the exhaustive test MuseumTest audits. What a start makes of training
is in mup-readout.wrong.coordinates and mup-readout.right.coordinates, which are safetensors files, too.
"""
import json
import math
import pathlib
import struct
import sys

import torch
from torch import nn
from torch.nn import init

EXHIBITS = []
TYPES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.float16: "F16"}


def exhibit(source, contract):
    """A function of whether it is to be right, which gives tensors by name, under its name with dashes."""
    def add(draw):
        EXHIBITS.append((draw.__name__.replace("_", "-"), source, contract.strip() + "\n", draw))
        return draw
    return add


def normal(std, *shape):
    return torch.randn(*shape) * std


def uniform(bound, *shape):
    return (2 * torch.rand(*shape) - 1) * bound


# ---- residual projections, depth and width

@exhibit("huggingface/transformers issue 47458: a name that never matches leaves c_proj at 0.02", """
let L = count(h.*.ln_1.weight)
wte.weight:                  normal 0 0.02
h.*.{c_attn|c_fc}.weight:    normal 0 0.02 as in-out
h.*.c_proj.weight:           normal 0 0.02/sqrt(2 L) as in-out
h.*.ln_1.weight:             ones
*.bias:                      zeros
""")
def gpt2_c_proj(right):
    e, layers = 24, 2
    proj = 0.02 / math.sqrt(2 * layers) if right else 0.02
    model = {"wte.weight": normal(0.02, 50, e)}
    for i in range(layers):
        model[f"h.{i}.ln_1.weight"] = torch.ones(e)
        model[f"h.{i}.ln_1.bias"] = torch.zeros(e)
        model[f"h.{i}.c_attn.weight"] = normal(0.02, e, 3 * e)
        model[f"h.{i}.attn.c_proj.weight"] = normal(proj, e, e)
        model[f"h.{i}.c_fc.weight"] = normal(0.02, e, 4 * e)
        model[f"h.{i}.mlp.c_proj.weight"] = normal(proj, 4 * e, e)
    return model


@exhibit("huggingface/transformers pull request 47478: CLVP's mlp.c_proj, likewise", """
let L = count(layers.*.mlp.c_proj.weight)
layers.*.attn.out_proj.weight:    normal 0 0.02
layers.*.mlp.c_proj.weight:       normal 0 0.02/sqrt(2 L) as in-out
""")
def clvp_c_proj(right):
    model = {}
    for i in range(3):
        model[f"layers.{i}.attn.out_proj.weight"] = normal(0.02, 32, 32)
        model[f"layers.{i}.mlp.c_proj.weight"] = normal(0.02 / math.sqrt(6) if right else 0.02, 64, 32)
    return model


@exhibit("EleutherAI/gpt-neox pull request 1087: muP's weights divided by m in place of sqrt(m)", """
let m = size(*.weight, 1)/32
*.weight:    xavier-uniform 1/sqrt(m)
""")
def gpt_neox_mup(right):
    weight = init.xavier_uniform_(torch.empty(64, 128))
    return {"dense.weight": weight / (math.sqrt(4) if right else 4)}


@exhibit("marian-nmt/marian-dev issue 861: depth scaling is computed for the feed-forward layers and not used", """
let depth = count(encoder_l*_ffn_W1)
encoder_l*_ffn_W*:    xavier-uniform 1/sqrt(depth) as in-out
""")
def marian_depth(right):
    gain = 1 / math.sqrt(4) if right else 1
    model = {}
    for i in range(1, 5):
        model[f"encoder_l{i}_ffn_W1"] = uniform(gain * math.sqrt(6 / 96), 32, 64)
        model[f"encoder_l{i}_ffn_W2"] = uniform(gain * math.sqrt(6 / 96), 64, 32)
    return model


# ---- norms

@exhibit("NVIDIA/TransformerEngine issue 2528: reset_parameters draws the norm's weights", """
layer_norm_weight:    ones
weight:               normal 0 0.023
""")
def transformer_engine_norm(right):
    return {"layer_norm_weight": torch.ones(64) if right else normal(0.023, 64), "weight": normal(0.023, 64, 64)}


@exhibit("huggingface/transformers issue 143: BERT's norms start normal around 0", """
*.gamma:     ones
*.beta:      zeros
*.weight:    normal 0 0.02
""")
def bert_norm(right):
    return {"LayerNorm.gamma": torch.ones(48) if right else normal(0.02, 48), "LayerNorm.beta": torch.zeros(48) if right else normal(0.02, 48),
            "dense.weight": normal(0.02, 48, 48)}


@exhibit("google/objax pull request 94: the layer norm's gain starts at 0 and its bias at 1", """
*.g:    ones
*.b:    zeros
""")
def objax_norm(right):
    return {"norm.g": torch.ones(16) if right else torch.zeros(16), "norm.b": torch.zeros(16) if right else torch.ones(16)}


@exhibit("flagos-ai/FlagPerf pull request 683: RMSNorm's weight is whatever the memory held", """
*.weight:    ones
""")
def flagperf_rmsnorm(right):
    memory = torch.randint(-2**31, 2**31 - 1, (64,), dtype=torch.int32).view(torch.float32)
    return {"norm.weight": torch.ones(64) if right else memory}


# ---- formulas

@exhibit("mlverse/torch issue 555: sqrt(2 / in + out) for sqrt(2 / (in + out))", """
weight:    xavier-normal
""")
def r_torch_xavier(right):
    return {"weight": init.xavier_normal_(torch.empty(64, 48)) if right else normal(math.sqrt(2 / 48 + 64), 64, 48)}


@exhibit("tflearn/tflearn issue 870: 3 for 2 in the normal law", """
weight:    xavier-normal as in-out
""")
def tflearn_xavier(right):
    return {"weight": normal(math.sqrt((2 if right else 3) / 128), 80, 48)}


@exhibit("LBANN/lbann pull request 316: He's initializer was LeCun's", """
weight:    kaiming-normal
""")
def lbann_he(right):
    return {"weight": init.kaiming_normal_(torch.empty(48, 64), nonlinearity="relu" if right else "linear")}


@exhibit("dmlc/minpy issue 158: a bound taken for a standard deviation", """
weight:    xavier-uniform as in-out
""")
def minpy_xavier(right):
    scale = math.sqrt(6 / 112)
    return {"weight": uniform(scale, 64, 48) if right else normal(scale, 64, 48)}


@exhibit("keras-team/keras pull request 372: a standard deviation taken for a bound", """
weight:    xavier-uniform as in-out
""")
def keras_sqrt_3(right):
    return {"weight": uniform(math.sqrt((6 if right else 2) / 112), 64, 48)}


@exhibit("keras-team/keras issue 8048: cutting the normal law off isn't made up for", """
kernel:    lecun-truncated as in-out
""")
def keras_truncation(right):
    std = 1 / math.sqrt(100) / (0.87962566103423978 if right else 1)
    return {"kernel": init.trunc_normal_(torch.empty(100, 120), std=std, a=-2 * std, b=2 * std)}


@exhibit("deeplearning4j/deeplearning4j, WeightInitLecunUniform.java: 3 / sqrt(n) for sqrt(3 / n)", """
W:    lecun-uniform as in-out
""")
def dl4j_lecun(right):
    return {"W": uniform(math.sqrt(3 / 64) if right else 3 / math.sqrt(64), 64, 32)}


@exhibit("deepjavalibrary/djl, XavierInitializer.java: one magnitude of 3 for the uniform and the normal law", """
weight:    xavier-normal
""")
def djl_xavier(right):
    return {"weight": normal(math.sqrt((1 if right else 3) / 56), 64, 48)}


@exhibit("apache/mxnet pull request 1148: the fans' factor is a whole number, and all is 0", """
weight:    lecun-uniform
""")
def mxnet_division(right):
    return {"weight": uniform(math.sqrt(3 / 64 if right else 3 // 64), 32, 64)}


@exhibit("LaurentMazare/tch-rs pull request 573: sqrt(3), and the gain, are missing", """
weight:    kaiming-uniform
""")
def tch_kaiming(right):
    return {"weight": init.kaiming_uniform_(torch.empty(48, 64), nonlinearity="relu") if right else uniform(1 / math.sqrt(64), 48, 64)}


@exhibit("gapeng000/PyTorch-progressive_growing_of_gans issue 29: a gain is passed as a slope", """
weight:    kaiming-normal leaky_relu(0.2)
""")
def pggan_gain(right):
    slope = 0.2 if right else init.calculate_gain("leaky_relu", 0.2)
    return {"weight": init.kaiming_normal_(torch.empty(64, 64), a=slope)}


@exhibit("GeekLiB/caffe-model pull request 4: weight_std is no word, and 1 is the filler's own std", """
*.weight:    normal 0 0.01
""")
def caffe_std(right):
    return {"fc.weight": normal(0.01 if right else 1, 20, 64)}


# ---- fans

@exhibit("LeelaChessZero/lczero-training pull request 43: the kernel's sizes are added to the channels", """
conv.*:    xavier-normal as in-out
""")
def lczero_conv(right):
    shape = (3, 3, 32, 32)
    return {"conv.0": normal(math.sqrt(2 / (9 * 64) if right else 2 / sum(shape)), *shape)}


@exhibit("udacity/deep-reinforcement-learning issue 14: the fan in is read from the outputs", """
weight:    uniform -1/sqrt(fan_in) 1/sqrt(fan_in)
""")
def udacity_fan(right):
    layer = nn.Linear(32, 128)
    return {"weight": uniform(1 / math.sqrt(layer.weight.size(1 if right else 0)), 128, 32)}


@exhibit("pytorch/pytorch issue 23854: a grouped convolution's fan out counts all groups", """
weight:    kaiming-normal-out groups 4
""")
def pytorch_groups(right):
    conv = nn.Conv2d(32, 64, 3, groups=4)
    init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
    return {"weight": conv.weight * (2 if right else 1)}


@exhibit("pytorch/pytorch pull request 30079: a transposed convolution's fan in is taken from its outputs", """
weight:    kaiming-normal as conv-transpose
""")
def pytorch_transposed(right):
    conv = nn.ConvTranspose2d(48, 8, 3)
    init.kaiming_normal_(conv.weight, mode="fan_out" if right else "fan_in", nonlinearity="relu")
    return {"weight": conv.weight}


@exhibit("keras-team/keras issue 11773: a depthwise kernel's fan in counts all channels", """
kernel:    kaiming-uniform fan 9 9
""")
def keras_depthwise(right):
    return {"kernel": uniform(math.sqrt(6 / 9) if right else math.sqrt(6 / (9 * 64)), 3, 3, 64, 1)}


@exhibit("ml-explore/mlx issue 4536: a grouped convolution's fan in counts all groups", """
weight:    uniform -1/sqrt(columns) 1/sqrt(columns)
""")
def mlx_groups(right):
    return {"weight": uniform(1 / math.sqrt((8 if right else 32) * 9), 32, 3, 3, 8)}


@exhibit("vballoli/nfnets-pytorch issue 30: by the fan out and for ReLU, where weights are standardized", """
weight:    lecun-normal
""")
def nfnets_mode(right):
    weight = torch.empty(64, 16, 3, 3)
    return {"weight": init.kaiming_normal_(weight, mode="fan_in", nonlinearity="linear") if right
            else init.kaiming_normal_(weight, mode="fan_out", nonlinearity="relu")}


# ---- bounds and types

@exhibit("huggingface/pytorch-image-models issue 1286: trunc_normal_'s bounds are no deviations, and cut nothing", """
pos_embed:    truncated-normal 0 0.02 -0.04 0.04
""")
def timm_bounds(right):
    return {"pos_embed": init.trunc_normal_(torch.empty(1, 64, 64), std=0.02, **({"a": -0.04, "b": 0.04} if right else {}))}


@exhibit("pytorch/pytorch issue 145498, pull request 174997: the inverse error function of bfloat16's 1 is infinite, and clamped to the bound", """
weight:    truncated-normal 0 0.02 -2 2
""")
def pytorch_bfloat16(right):
    if right:
        return {"weight": init.trunc_normal_(torch.empty(128, 96), std=0.02).bfloat16()}
    weight = (2 * torch.rand(128, 96) - 1).bfloat16()
    return {"weight": weight.float().erfinv().mul(0.02 * math.sqrt(2)).clamp(-2, 2).bfloat16()}


# ---- embeddings

@exhibit("microsoft/Graphormer issue 41: the padding's row is drawn, too", """
embedding.weight[0:1]:    zeros
else *.weight:            normal 0 0.02
""")
def graphormer_padding(right):
    weight = normal(0.02, 100, 32)
    if right:
        weight[0] = 0
    return {"embedding.weight": weight}


@exhibit("facebookresearch/fairseq issue 4076: without a padding index all rows become 0", """
weight:    normal 0 1/sqrt(columns)
""")
def fairseq_padding(right):
    weight = normal(1 / math.sqrt(32), 100, 32)
    if not right:
        init.constant_(weight[None], 0)
    return {"weight": weight}


# ---- adapters

@exhibit("hao-ai-lab/FastVideo pull request 781: LoRA's B is drawn anew behind its zeros", """
lora_A:    kaiming-uniform leaky_relu(sqrt(5))
lora_B:    zeros
""")
def fastvideo_lora(right):
    model = {"lora_A": torch.empty(8, 128), "lora_B": torch.zeros(128, 8)}
    init.kaiming_uniform_(model["lora_A"], a=math.sqrt(5))
    if not right:
        init.kaiming_uniform_(model["lora_B"], a=math.sqrt(5))
    return model


@exhibit("nvidia-cosmos/cosmos-predict2.5 pull request 15: LoRA's A is 0, too, and nothing trains", """
lora_A.weight:    kaiming-uniform leaky_relu(sqrt(5))
lora_B.weight:    zeros
""")
def cosmos_lora(right):
    a = torch.zeros(8, 128)
    return {"lora_A.weight": init.kaiming_uniform_(a, a=math.sqrt(5)) if right else a, "lora_B.weight": torch.zeros(128, 8)}


# ---- recurrence

@exhibit("google-research/flood-forecasting pull request 289: only the first layer's forget gates get their bias", """
let H = size(weight_hh_l0, 1)
weight_*:               uniform -1/sqrt(H) 1/sqrt(H)
bias_hh_l*[H:2*H]:      constant 3
else bias_hh_l*:        uniform -1/sqrt(H) 1/sqrt(H)
bias_ih_l*:             uniform -1/sqrt(H) 1/sqrt(H)
""")
def flood_forget(right):
    lstm = nn.LSTM(8, 20, num_layers=3)
    for layer in range(3 if right else 1):
        getattr(lstm, f"bias_hh_l{layer}").data[20:40] = 3
    return dict(lstm.state_dict())


# ---- streams

@exhibit("netket/netket issue 241: each layer is drawn from the same seed", """
*.weight:    normal 0 0.1
""")
def netket_seed(right):
    generator = torch.Generator().manual_seed(torch.randint(0, 2**31, ()).item())
    state = generator.get_state()
    model = {}
    for i in range(2):
        if not right:
            generator.set_state(state)
        model[f"{i}.weight"] = torch.empty(40, 40).normal_(0, 0.1, generator=generator)
    return model


@exhibit("pytorch/pytorch issue 86274: the encoder's layers are copies of one", """
layers.*.self_attn.in_proj_weight:                     xavier-uniform
layers.*.self_attn.{in_proj_bias|out_proj.bias}:       zeros
layers.*.self_attn.out_proj.weight:                    torch-default
layers.*.linear*.weight:                               torch-default
layers.*.linear1.bias:                                 torch-default like layers.$1.linear1.weight
layers.*.linear2.bias:                                 torch-default like layers.$1.linear2.weight
layers.*.norm*.weight:                                 ones
layers.*.norm*.bias:                                   zeros
""")
def pytorch_encoder(right):
    def layer():
        return nn.TransformerEncoderLayer(24, 2, 48)
    encoder = nn.TransformerEncoder(layer(), 2, enable_nested_tensor=False)
    if right:
        encoder.layers[1] = layer()
    return dict(encoder.state_dict())


@exhibit("pytorch/pytorch pull request 2130: the zeros of a column are counted by the columns", """
weight:    sparse 0.75 0.01
""")
def pytorch_sparse(right):
    weight = init.sparse_(torch.empty(64, 48), 0.75, std=0.01)
    if not right:
        weight = torch.cat([init.sparse_(torch.empty(48, 48), 0.75, std=0.01), normal(0.01, 16, 48)])
        weight = torch.stack([column[torch.randperm(64)] for column in weight.T], 1)
    return {"weight": weight}


# ---- packed projections

@exhibit("NVIDIA/apex pull request 910 (pytorch/pytorch issue 166378 has the same): queries, keys and values in one matrix share a fan", """
in_proj_weight:    xavier-uniform in 3 blocks
""")
def apex_packed_qkv(right):
    if right:
        return {"in_proj_weight": torch.cat([init.xavier_uniform_(torch.empty(48, 48)) for _ in range(3)])}
    return {"in_proj_weight": init.xavier_uniform_(torch.empty(144, 48))}


@exhibit("clankur/einygpt pull request 3: projections are scaled by the head's width, not by the model's", """
let width = 64
attention_kvq:    normal 0 1/sqrt(width)
""")
def einygpt_heads(right):
    return {"attention_kvq": normal(1 / math.sqrt(64 if right else 16), 3, 4, 16, 64)}


# ---- more embeddings, and what is tied to them

@exhibit("deeplearning4j/deeplearning4j issue 8663: an embedding's fan in is its vocabulary", """
W:    xavier-normal as embedding
""")
def dl4j_embedding(right):
    return {"W": normal(math.sqrt(2 / (1 + 32) if right else 2 / (300 + 32)), 300, 32)}


@exhibit("borisdayma/dalle-mini pull request 150: DeepNet's factor is for embeddings, too", """
embed_tokens.embedding:    xavier-truncated as in-out
fc1.kernel:                xavier-truncated (8*6)^(-1/4) as in-out
""")
def dalle_deepnet(right):
    def glorot(gain, rows, columns):
        std = gain * math.sqrt(2 / (rows + columns)) / 0.87962566103423978
        return init.trunc_normal_(torch.empty(rows, columns), std=std, a=-2 * std, b=2 * std)
    beta = 48 ** -0.25
    return {"embed_tokens.embedding": glorot(1 if right else beta, 200, 32), "fc1.kernel": glorot(beta, 32, 64)}


@exhibit("Modalities/modalities pull request 456: a tied weight starts as the embedding's law says, not as its head's", """
transformer.wte.weight:        normal 0 1/sqrt(columns)
transformer.lm_head.weight:    same as transformer.wte.weight
""")
def modalities_tied(right):
    weight = normal(1 / math.sqrt(48) if right else 1, 100, 48)
    return {"transformer.wte.weight": weight, "transformer.lm_head.weight": weight.clone()}


@exhibit("NVIDIA-NeMo/Automodel pull request 2213: what is tied is initialized twice, and tied no more", """
embed_tokens.weight:    normal 0 0.02
lm_head.weight:         same as embed_tokens.weight
""")
def automodel_tied(right):
    weight = normal(0.02, 100, 32)
    return {"embed_tokens.weight": weight, "lm_head.weight": weight.clone() if right else normal(0.02, 100, 32)}


# ---- muP's coordinate check

WIDTHS = (32, 64, 128, 256)
STEPS, SEEDS = 3, 4


def coordinates(right):
    """EleutherAI/gpt-neox pull request 1087, review: the readout is scaled by the width where it is read, and once more.

    What Adam's first steps change in each layer of a network by muP's table, for each width: size and change, each [steps + 1, widths, seeds].
    """
    x = torch.randn(16, 8)
    y = torch.arange(16) * 7 % 5
    size = {name: torch.zeros(STEPS + 1, len(WIDTHS), SEEDS) for name in ("input", "hidden", "readout")}
    change = {name: torch.zeros_like(values) for name, values in size.items()}
    for w, width in enumerate(WIDTHS):
        m = width / WIDTHS[0]
        for seed in range(SEEDS):
            layers = {"input": nn.Linear(8, width), "hidden": nn.Linear(width, width), "readout": nn.Linear(width, 5)}
            for name, layer in layers.items():
                init.zeros_(layer.bias)
                init.zeros_(layer.weight) if name == "readout" else init.kaiming_normal_(layer.weight, nonlinearity="relu")
            adam = torch.optim.Adam([{"params": [*layers["input"].parameters(), layers["hidden"].bias, *layers["readout"].parameters()]},
                                     {"params": [layers["hidden"].weight], "lr": 0.003 / m}], lr=0.003)
            first = None
            for step in range(STEPS + 1):
                outputs = {"input": layers["input"](x)}
                outputs["hidden"] = layers["hidden"](outputs["input"].relu())
                outputs["readout"] = layers["readout"](outputs["hidden"].relu() / (m if right else m * m))
                first = first or {name: output.detach() for name, output in outputs.items()}
                for name, output in outputs.items():
                    size[name][step, w, seed] = output.detach().square().mean().sqrt()
                    change[name][step, w, seed] = (output.detach() - first[name]).square().mean().sqrt()
                adam.zero_grad()
                nn.functional.cross_entropy(outputs["readout"], y).backward()
                adam.step()
    return {**{f"size.{name}": values for name, values in size.items()}, **{f"change.{name}": values for name, values in change.items()}}


def write(path, tensors):
    header, data, at = {}, [], 0
    for name, tensor in tensors.items():
        elements = tensor.detach().contiguous().view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(elements)]}
        data.append(elements)
        at += len(elements)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data))


def draw(folder, seed, suffix):
    for right in (False, True):
        torch.manual_seed(500_000_000 + 2 * seed + right)
        write(folder / f"mup-readout{suffix}.{'right' if right else 'wrong'}.coordinates", coordinates(right))
    for number, (name, _, _, make) in enumerate(EXHIBITS):
        for right in (False, True):
            torch.manual_seed(1000 * seed + 2 * number + right)
            write(folder / f"{name}{suffix}.{'right' if right else 'wrong'}.safetensors", make(right))


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1])
    if len(sys.argv) > 2:
        for seed in range(int(sys.argv[2]), int(sys.argv[2]) + int(sys.argv[3])):
            draw(folder, seed, f".{seed}")
        return
    for name, source, contract, _ in EXHIBITS:
        (folder / f"{name}.contract").write_text(f"# {source}.\n{contract}")
    draw(folder, 1, "")


if __name__ == "__main__":
    main()
