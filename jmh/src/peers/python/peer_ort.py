"""ONNX Runtime: inference."""
import numpy
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from protocol import Peer

OPSET = 17
IR_VERSION = 9


class OnnxRuntime(Peer):
    def __init__(self, threads):
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads
        self.options.inter_op_num_threads = 1
        self.random = numpy.random.default_rng(42)

    def ask_mlp_infer(self, batch, sizes):
        nodes, weights = [], []
        last = len(sizes) - 2
        for layer, (into, out) in enumerate(zip(sizes, sizes[1:])):
            weight = self.random.standard_normal((into, out), dtype=numpy.float32) * numpy.float32((2 / into) ** 0.5)
            weights += [numpy_helper.from_array(weight, f"weight{layer}"),
                        numpy_helper.from_array(numpy.zeros(out, numpy.float32), f"bias{layer}")]
            sum_of = f"sum{layer}" if layer < last else "y"
            nodes.append(helper.make_node("Gemm", [f"x{layer}", f"weight{layer}", f"bias{layer}"], [sum_of]))
            if layer < last:
                nodes.append(helper.make_node("Relu", [sum_of], [f"x{layer + 1}"]))
        graph = helper.make_graph(nodes, "mlp", [helper.make_tensor_value_info("x0", TensorProto.FLOAT, [batch, sizes[0]])],
                                  [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, sizes[-1]])], weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        session = onnxruntime.InferenceSession(model.SerializeToString(), self.options, providers=["CPUExecutionProvider"])
        x = self.random.random((batch, sizes[0]), dtype=numpy.float32)
        return lambda: session.run(None, {"x0": x}), 1, "ms/call"
