"""Draws embeddings.txt of src/test/resources/dev/lanewise/text: some sentences and what all-MiniLM-L6-v2 makes of them by ONNX Runtime.

    python src/test/python/embedding_fixture.py MODEL.ONNX TOKENIZER.JSON src/test/resources/dev/lanewise/text

A line for each: the sentence's number in sentences.txt, and the vector as embeddings.py writes it.
"""
import json
import os
import subprocess
import sys

model, tokenizer, folder = sys.argv[1:]
with open(f"{folder}/sentences.txt", encoding="utf-8") as file:
    sentences = [line.rstrip("\n").split("\t")[1].replace("\\u0301", "\u0301") for line in file]
chosen = list(range(0, len(sentences), 8))
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "embeddings.py")
vectors = subprocess.run([sys.executable, script, model, tokenizer], input="".join(json.dumps(sentences[i]) + "\n" for i in chosen),
                         check=True, capture_output=True, text=True).stdout.splitlines()
with open(f"{folder}/embeddings.txt", "w", encoding="ascii") as file:
    for i, vector in zip(chosen, vectors, strict=True):
        file.write(f"{i} {vector}\n")
