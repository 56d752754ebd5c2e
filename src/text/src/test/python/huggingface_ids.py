"""Answers with the ids of Hugging Face's tokenizers: a JSON text a line in, ids with spaces between out.

    python src/test/python/huggingface_ids.py TOKENIZER.JSON < texts > ids

Needs the package tokenizers.
"""
import itertools
import json
import sys

from tokenizers import Tokenizer

tokenizer = Tokenizer.from_file(sys.argv[1])
tokenizer.no_padding()
lines = open(sys.stdin.fileno(), encoding="ascii")
while batch := [json.loads(line) for line in itertools.islice(lines, 4096)]:
    for encoding in tokenizer.encode_batch(batch):
        print(*encoding.ids)
