"""Draws finetuning.json of src/test/resources/dev/lanewise/text: pairs of sentences, a loss of theirs, and its gradients for the
last layer of all-MiniLM-L6-v2 by PyTorch, in double precision.

    python src/test/python/finetuning_fixture.py MODEL.ONNX TOKENIZER.JSON src/test/resources/dev/lanewise/text

What goes into the layer is ONNX Runtime's; the layer is made of the file's weights. Needs numpy, onnx, onnxruntime, tokenizers, torch.
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper
from tokenizers import Tokenizer

HEADS, LAYER = 12, "encoder.layer.5."
BELOW = "/encoder/layer.4/output/LayerNorm/Add_1_output_0"
PAIRS = [
    ("The cat sleeps on the warm roof.", "A kitten naps on top of the house.", 1),
    ("Our train is late again.", "The railway has a delay once more.", 1),
    ("She bakes bread every Sunday.", "Bread is what she makes at weekends.", 1),
    ("Our train is late again.", "The cat sleeps on the warm roof.", -1),
    ("The river froze in January.", "Ice covers the stream this winter.", -1),
    ("He repairs old radios.", "The river froze in January.", 1),
]

model = onnx.load(sys.argv[1])
weights = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
products = {node.name: node.input[1] for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in weights}
model.graph.output.append(helper.make_tensor_value_info(BELOW, onnx.TensorProto.FLOAT, None))
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
tokenizer = Tokenizer.from_file(sys.argv[2])
tokenizer.no_padding()
parameters = {}


def parameter(name):
    if name not in parameters:
        parameters[name] = torch.tensor(weights[name], dtype=torch.float64, requires_grad=True)
    return parameters[name]


def dense(x, place):
    weight = products["/encoder/layer.5/" + place.replace(".", "/") + "/MatMul"]
    return x @ parameter(weight) + parameter(LAYER + place + ".bias")


def norm(x, place):
    return F.layer_norm(x, x.shape[-1:], parameter(LAYER + place + ".weight"), parameter(LAYER + place + ".bias"), 1e-12)


def layer(x):
    query, key, value = (dense(x, "attention.self." + part).view(len(x), HEADS, -1).transpose(0, 1) for part in ("query", "key", "value"))
    attended = F.scaled_dot_product_attention(query, key, value).transpose(0, 1).reshape(len(x), -1)
    x = norm(dense(attended, "attention.output.dense") + x, "attention.output.LayerNorm")
    return norm(dense(F.gelu(dense(x, "intermediate.dense")), "output.dense") + x, "output.LayerNorm")


def vector(text):
    encoding = tokenizer.encode(text)
    values = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask, "token_type_ids": encoding.type_ids}
    last, below = session.run(None, {name: np.array([numbers], np.int64) for name, numbers in values.items()})
    ours = layer(torch.tensor(below[0], dtype=torch.float64))
    assert (ours.detach() - torch.tensor(last[0])).abs().max() < 1e-5, "the layer isn't the file's"
    return F.normalize(ours.mean(0), dim=0)


first, second = (torch.stack([vector(pair[side]) for pair in PAIRS]) for side in (0, 1))
loss = F.cosine_embedding_loss(first, second, torch.tensor([pair[2] for pair in PAIRS], dtype=torch.float64))
loss.backward()
gradients = {}
for name, value in parameters.items():
    gradient = value.grad.flatten()
    places = [i * (len(gradient) - 1) // 11 for i in range(12)]
    gradients[name] = {"norm": gradient.norm().item(), "at": places, "values": gradient[places].tolist()}
with open(f"{sys.argv[3]}/finetuning.json", "w", encoding="utf-8") as file:
    json.dump({"pairs": PAIRS, "loss": loss.item(), "gradients": gradients}, file, indent=1)
    file.write("\n")
print(loss.item(), len(gradients))
