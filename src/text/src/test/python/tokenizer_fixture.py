"""Draws tokenizers.json and tokenized.jsonl of src/test/resources/dev/lanewise/text: a small tokenizer with its variants, and what
Hugging Face's tokenizers make of texts by them.

    python src/test/python/tokenizer_fixture.py src/test/resources/dev/lanewise/text

The vocabulary is what is frequent in sentences.txt; random texts are drawn from seed 19. Needs the package tokenizers.
"""
import collections
import itertools
import json
import random
import sys

import tokenizers
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
folder = sys.argv[1]
with open(f"{folder}/sentences.txt", encoding="utf-8") as file:
    sentences = [line.rstrip("\n").split("\t")[1].replace("\\u0301", "\u0301") for line in file]

normalize, words = BertNormalizer().normalize_str, BertPreTokenizer().pre_tokenize_str
counts = collections.Counter()
# Half of the sentences, so that there are unknown characters in the other half.
for word, _ in (pair for sentence in sentences[::2] for pair in words(normalize(sentence))):
    for start, end in itertools.combinations(range(len(word) + 1), 2):
        counts[("##" if start else "") + word[start:end]] += 1
pieces = sorted(counts, key=lambda piece: (len(piece.removeprefix("##")) > 1, -counts[piece] * len(piece), piece))
vocabulary = {token: i for i, token in enumerate(SPECIAL + pieces[:1700])}
base = json.loads(Tokenizer(WordPiece(vocabulary, unk_token="[UNK]")).to_str())
base["pre_tokenizer"] = {"type": "BertPreTokenizer"}


def special(token, **flags):
    return {"id": vocabulary.get(token), "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": True, **flags}


def piece(name, type_id=0):
    return {"Sequence": {"id": name, "type_id": type_id}} if len(name) == 1 else {"SpecialToken": {"id": name, "type_id": type_id}}


def ids(*names):
    return {name: {"id": name, "ids": [vocabulary[name]], "tokens": [name]} for name in names}


def normalizer(**which):
    return {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True, **which}


def truncation(most, strategy="LongestFirst", direction="Right"):
    return {"direction": direction, "max_length": most, "strategy": strategy, "stride": 0}


base["normalizer"] = normalizer()
base["added_tokens"] = [special(token) for token in SPECIAL]
base["post_processor"] = {
    "type": "TemplateProcessing", "single": [piece("[CLS]"), piece("A"), piece("[SEP]")],
    "pair": [piece("[CLS]"), piece("A"), piece("[SEP]"), piece("B", 1), piece("[SEP]", 1)], "special_tokens": ids("[CLS]", "[SEP]")}
more = len(vocabulary)
variants = {
    "uncased": {},
    "cased": {"normalizer": normalizer(lowercase=False)},
    "cased without accents": {"normalizer": normalizer(lowercase=False, strip_accents=True)},
    "lowercase with accents": {"normalizer": normalizer(strip_accents=False)},
    "as it comes": {"normalizer": normalizer(clean_text=False, handle_chinese_chars=False)},
    "bare": {"post_processor": None},
    "bert": {"post_processor": {"type": "BertProcessing", "sep": ["[SEP]", vocabulary["[SEP]"]], "cls": ["[CLS]", vocabulary["[CLS]"]]}},
    "pair turned round": {"post_processor": {**base["post_processor"], "pair": [
        piece("B", 3), piece("[SEP]", 2), piece("[CLS]"), piece("A"), piece("[SEP]", 1)]}},
    "cut": {"truncation": truncation(9)},
    "cut from the left": {"truncation": truncation(8, direction="Left")},
    "first cut": {"truncation": truncation(40, "OnlyFirst")},
    "words added": {"added_tokens": base["added_tokens"][:4] + [
        special("[MASK]", lstrip=True),
        special("Ça", id=more, special=False, normalized=True),
        special("die", id=more + 1, special=False, single_word=True),
        special("[X]", id=more + 2, rstrip=True),
        special("[X] [Y]", id=more + 3, lstrip=True, rstrip=True, single_word=True),
        special("ΣΟΦΌΣ", id=more + 4, special=False, normalized=True, single_word=True)]},
}

draw = random.Random(19)
POOLS = [range(0x20, 0x7f), range(0x41, 0x7b), range(0, 0x20), range(0x7f, 0x180), range(0x300, 0x370), range(0x370, 0x400), range(0x400, 0x530),
         range(0x590, 0x700), range(0x900, 0xe00), range(0x1100, 0x1200), range(0xac00, 0xd7a4), range(0x2000, 0x2070), range(0x20d0, 0x2100),
         range(0x3000, 0x3100), range(0x4e00, 0xa000), range(0xf900, 0xfb00), range(0xfb00, 0xfdd0), range(0xfe00, 0x10000),
         range(0x1b00, 0x1c50), range(0x1d165, 0x1d1ae), range(0x1f300, 0x1f650), range(0x20000, 0x20010), range(0xe0000, 0xe0080),
         range(0xe000, 0xe010), range(0x11380, 0x113e3), range(0x16100, 0x16130), range(0x16ea0, 0x16ee0), range(0x8c0, 0x900),
         [0x130, 0x131, 0x49, 0x69, 0xdf, 0x1e9e, 0x3a3, 0x3c2, 0x3c3, 0x0, 0xfffd, 0xfeff, 0xad, 0x200d, 0x302e, 0x302f, 0x1b44, 0x9cd, 0x334, 0x345]]
WORDS = ["[CLS]", "[MASK]", "[X]", "[X] [Y]", " die ", "die", "Ça", "ΣΟΦΌΣ", "##", " ", "[", "\u3000", "a" * 99, "é" * 101]


def text():
    kind = draw.randrange(4)
    if kind == 0:
        points = (draw.choice([draw.randrange(0xd800), draw.randrange(0xe000, 0x110000)]) for _ in range(draw.randrange(12)))
        return "".join(map(chr, points))
    pools = draw.sample(POOLS, draw.randrange(1, 5))
    made = "".join(chr(draw.choice(draw.choice(pools))) for _ in range(draw.randrange(30)))
    if kind == 1:
        made += draw.choice(WORDS) + draw.choice(WORDS) + made[::-1]
    return made


with open(f"{folder}/tokenizers.json", "w", encoding="utf-8") as file:
    json.dump({"drawnBy": f"tokenizer_fixture.py, tokenizers {tokenizers.__version__}", "base": base, "variants": variants}, file,
              ensure_ascii=True, separators=(",", ":"))
    file.write("\n")
with open(f"{folder}/tokenized.jsonl", "w", encoding="utf-8") as file:
    for name, changes in variants.items():
        made = Tokenizer.from_str(json.dumps({**base, **changes}))
        texts = [[s] for s in sentences] if name == "uncased" else [[draw.choice(sentences)] for _ in range(8)]
        texts += [[text()] for _ in range(260 if name == "uncased" else 50)]
        if name != "first cut":
            texts += [[text(), text()] for _ in range(16)] + [[draw.choice(sentences), draw.choice(sentences)] for _ in range(12)]
        for each in texts:
            encoding = made.encode(*each)
            file.write(json.dumps([name, each, encoding.ids, encoding.type_ids if any(encoding.type_ids) else []], ensure_ascii=True, separators=(",", ":")) + "\n")
