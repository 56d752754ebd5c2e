"""Answers with a sentence encoder's vectors by ONNX Runtime: a JSON text a line in, a vector's floats, little-endian, in base64 out.

    python src/test/python/embeddings.py MODEL.ONNX TOKENIZER.JSON < texts > vectors

The mean of the tokens' vectors, of length 1; one text at a time. Needs the packages numpy, onnxruntime and tokenizers.
"""
import base64
import json
import sys

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
tokenizer = Tokenizer.from_file(sys.argv[2])
tokenizer.no_padding()
for line in open(sys.stdin.fileno(), encoding="ascii"):
    encoding = tokenizer.encode(json.loads(line))
    values = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask, "token_type_ids": encoding.type_ids}
    inputs = {put.name: np.array([values[put.name]], np.int64) for put in session.get_inputs()}
    vector = session.run(None, inputs)[0][0].astype(np.float64).mean(0)
    vector /= np.linalg.norm(vector)
    print(base64.b64encode(vector.astype("<f4").tobytes()).decode())
