"""The node tests of the ONNX project that are of operations and types which the library knows, in one file: for each its name, its model, and
its inputs and outputs. What ONNX Runtime makes of them is compared; where it runs one and gives something else, that is said.

    python onnx_node_tests.py src/test/resources/dev/lanewise/io/onnx/node_tests.bin.gz

Made with onnx 1.23.1 and onnxruntime 1.30.0.
"""
import gzip
import io
import struct
import sys
import warnings

import numpy as np
import onnx
from onnx import numpy_helper

warnings.simplefilter("ignore")
from onnx.backend.test.case.node import collect_testcases  # noqa: E402

OPERATIONS = set("""
Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast CastLike Ceil Celu Clip Concat Constant ConstantOfShape Conv ConvTranspose Cos
CumSum DepthToSpace Div Dropout Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor Gather GatherElements Gelu Gemm GlobalAveragePool
GlobalMaxPool Greater GreaterOrEqual GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN
LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization MatMul Max MaxPool Mean Min Mish Mod Mul Neg Not OneHot Or PRelu
Pad Pow RMSNormalization Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
ReduceSumSquare Relu Reshape Resize Round Selu Shape Shrink Sigmoid Sign Sin Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt
LSTM GRU RNN Squeeze Sub Sum Swish Tanh ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Upsample Where Xor
""".split())
# float, (u)int8 to (u)int64, bool, float16, double, bfloat16
TYPES = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 16}
MOST_BYTES = 40_000


def types(graph):
    for value in list(graph.input) + list(graph.output):
        yield value.type.tensor_type.elem_type if value.type.HasField("tensor_type") else 0
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t.data_type
            if node.op_type == "Cast" and attribute.name == "to":
                yield attribute.i


def tensor(value, declared):
    if isinstance(value, onnx.TensorProto):
        return value
    return numpy_helper.from_array(np.asarray(value), declared.name)


def same(a, b):
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    if a.dtype.kind != "f":
        return np.array_equal(a, b)
    a, b = a.astype(np.float64), b.astype(np.float64)
    ends = ~np.isfinite(a) | ~np.isfinite(b)
    if not np.array_equal(a[ends], b[ends], equal_nan=True):
        return False
    scale = np.max(np.abs(a[~ends]), initial=0)
    return np.max(np.abs(a[~ends] - b[~ends]), initial=0) <= 1e-5 * scale


def runtime(model, inputs, outputs):
    import onnxruntime
    onnxruntime.set_default_logger_severity(4)
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        given = {declared.name: numpy_helper.to_array(each) for declared, each in zip(model.graph.input, inputs)}
        results = session.run(None, given)
    except Exception:
        return "not run"
    return "same" if all(same(numpy_helper.to_array(a), b) for a, b in zip(outputs, results)) else "OTHER"


def main(path):
    packed = io.BytesIO()
    count = skipped = 0
    agree = {}
    for case in collect_testcases(None):
        model = case.model
        if not {node.op_type for node in model.graph.node} <= OPERATIONS or any(node.domain not in ("", "ai.onnx") for node in model.graph.node):
            continue
        if model.functions or not set(types(model.graph)) <= TYPES:
            continue
        if any(onnx.AttributeProto.GRAPH == attribute.type for node in model.graph.node for attribute in node.attribute):
            continue
        # whole numbers' and texts' own tests are of the same operations
        inputs, outputs = case.data_sets[0]
        blobs = [model.SerializeToString()]
        tensors = [[tensor(value, declared) for value, declared in zip(values, ports)]
                   for values, ports in ((inputs, model.graph.input), (outputs, model.graph.output))]
        blobs += [each.SerializeToString() for each in tensors[0] + tensors[1]]
        if sum(map(len, blobs)) > MOST_BYTES:
            skipped += 1
            continue
        found = runtime(model, tensors[0], tensors[1])
        agree.setdefault(found, []).append(case.name)
        name = case.name.encode()
        packed.write(struct.pack(">i", len(name)) + name + struct.pack(">ii", len(tensors[0]), len(tensors[1])))
        for blob in blobs:
            packed.write(struct.pack(">i", len(blob)) + blob)
        count += 1
    with open(path, "wb") as file:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=9, mtime=0) as out:
            out.write(packed.getvalue())
    print(count, "tests,", skipped, "too large;", {found: len(names) for found, names in agree.items()})
    print("otherwise in ONNX Runtime:", *agree.get("OTHER", []))


main(sys.argv[1])
