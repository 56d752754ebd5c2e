"""Writes tiny.onnx of src/test/resources/dev/lanewise/text: a network with the inputs and the output of BERT's, small enough to be kept.

    python src/test/python/tiny_model.py src/test/resources/dev/lanewise/text

Random weights of seed 19; each token's vector depends on the mean of all. Needs the packages numpy and onnx.
"""
import json
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH = 4
folder = sys.argv[1]
with open(f"{folder}/tokenizers.json", encoding="utf-8") as file:
    vocabulary = len(json.load(file)["base"]["model"]["vocab"])
draw = np.random.default_rng(19)


def weight(name, *shape):
    return numpy_helper.from_array(draw.standard_normal(shape).astype(np.float32), name)


def port(name, kind, *sizes):
    return helper.make_tensor_value_info(name, kind, sizes)


ids = ["input_ids", "attention_mask", "token_type_ids"]
nodes = [
    helper.make_node("Gather", ["words", "input_ids"], ["word"]),
    helper.make_node("Gather", ["types", "token_type_ids"], ["type"]),
    helper.make_node("Add", ["word", "type"], ["token"]),
    helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
    helper.make_node("Unsqueeze", ["mask"], ["column"], axes=[2]),
    helper.make_node("Mul", ["token", "column"], ["seen"]),
    helper.make_node("ReduceMean", ["seen"], ["all"], axes=[1], keepdims=1),
    helper.make_node("Add", ["seen", "all"], ["sum"]),
    helper.make_node("MatMul", ["sum", "dense.weight"], ["product"]),
    helper.make_node("Add", ["product", "dense.bias"], ["linear"]),
    helper.make_node("Tanh", ["linear"], ["last_hidden_state"]),
]
graph = helper.make_graph(nodes, "tiny", [port(name, TensorProto.INT64, "batch", "sequence") for name in ids],
                          [port("last_hidden_state", TensorProto.FLOAT, "batch", "sequence", WIDTH)],
                          [weight("words", vocabulary, WIDTH), weight("types", 2, WIDTH), weight("dense.weight", WIDTH, WIDTH),
                           weight("dense.bias", WIDTH)])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
onnx.checker.check_model(model)
onnx.save(model, f"{folder}/tiny.onnx")
