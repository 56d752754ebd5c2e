"""Runs the models that `WrittenModels` has written into a folder by ONNX Runtime, and prints a digest of each that is accepted and gives the
library's output within 1e-5 of its scale; others end it.

    java … dev.lanewise.io.onnx.WrittenModels FOLDER
    python onnx_written.py FOLDER > src/test/resources/dev/lanewise/io/onnx/written.txt
"""
import hashlib
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    declared = session.get_inputs()[0]
    expected = np.fromfile(path.with_suffix(".output"), np.float32)
    given = np.fromfile(path.with_suffix(".input"), np.float32)
    # sizes that may be any are those of the example
    fixed = [size if isinstance(size, int) else None for size in declared.shape]
    shapes = {12: (3, 4), 96: (2, 4, 12), 512: (2, 4, 8, 8), 256: (4, 8, 8), 80: (2, 5, 8), 40: (5, 8), 10: (2, 5)}
    shape = shapes[given.size]
    assert len(shape) == len(fixed) and all(size in (None, real) for size, real in zip(fixed, shape)), (path, fixed)
    given = given.reshape(shape).astype(np.int64 if "int64" in declared.type else np.float32)
    found = session.run(None, {"input": given})[0].ravel()
    worst = np.max(np.abs(found - expected)) / np.max(np.abs(expected))
    assert worst <= 1e-5, (path, worst)
    if declared.shape[0] == "batch":
        twice = session.run(None, {"input": np.concatenate([given, given])})[0]
        # time comes first, and may be any, too
        assert twice.shape[0] == 2 * shape[0] or path.stem in ("tokens_first", "rnn_rectified"), path
    print(path.stem, hashlib.sha256(path.read_bytes()).hexdigest()[:16])
