"""Writes what the safetensors library says of files of all kinds, which SafetensorsReferenceTest holds ours to.

    python src/test/python/safetensors_headers.py src/test/resources/dev/lanewise/io/safetensors_reference.txt

A line is a case's name, "accepted" or "refused" as the library has it, and the file's bytes in Base64. Names that begin with "types" are
files of all element types with values that no float32 holds among them; "half" and "bfloat" hold floats and what NumPy and PyTorch round
them to. It was run with safetensors 0.8.0, NumPy 2.4.6, PyTorch 2.13.
"""
import base64
import json
import struct
import sys

import numpy as np
import torch
from safetensors import deserialize


def file(header, data=b""):
    header = header if isinstance(header, bytes) else header.encode()
    return struct.pack("<Q", len(header)) + header + data


def entry(dtype="F32", shape="[1]", offsets="[0,4]", more=""):
    return '{"dtype":"%s","shape":%s,"data_offsets":%s%s}' % (dtype, shape, offsets, more)


def one(*args, bytes_=4, after="", **kwargs):
    return file('{"a":%s}%s' % (entry(*args, **kwargs), after), bytes(bytes_))


def two(first, second, bytes_):
    return file('{"a":%s,"b":%s}' % (first, second), bytes(bytes_))


def cases():
    none = entry(shape="[0]", offsets="[%d,%d]" % (0, 0))
    yield "empty object", file("{}")
    yield "one tensor", one()
    yield "scalar", one(shape="[]")
    yield "empty name", file('{"":%s}' % entry(), bytes(4))
    yield "name twice", file('{"a":%s,"a":%s}' % (entry(), entry(offsets="[4,8]")), bytes(8))
    yield "name twice at one place", file('{"a":%s,"a":%s}' % (entry(), entry()), bytes(4))
    yield "field twice", file('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytes(4))
    yield "metadata twice", file('{"__metadata__":{"k":"1"},"__metadata__":{"k":"2"}}')
    yield "text twice", file('{"__metadata__":{"k":"1","k":"2"}}')
    yield "null metadata", file('{"__metadata__":null}')
    yield "metadata last", file('{"a":%s,"__metadata__":{"k":"v"}}' % entry(), bytes(4))
    yield "metadata a number", file('{"__metadata__":{"k":1}}')
    yield "metadata a null", file('{"__metadata__":{"k":null}}')
    yield "metadata an array", file('{"__metadata__":[]}')
    for more in ('"x":[1,{"y":[2.5e-3,null,true,false,"z"]}]', '"x":NaN', '"x":1e999', '"x":01', '"x":"\\q"', '"x":"\\ud800"', '"x":nul', '"x":-', '"x":1.',
                 '"x":.5', '"x":1e', '"x":[1,]', '"x":' + '[' * 100 + ']' * 100, '"x":' + '[' * 130 + ']' * 130, '"x":1,"x":2', '"x":+1', '"x":-0.0', '"x":'):
        yield "more " + more[:12].replace(" ", "") + str(len(more)), one(more="," + more)
    yield "unknown type", one("F31")
    yield "type in small letters", one("f32")
    yield "type escaped", one("F\\u0033\\u0032")
    yield "hole", two(entry(), entry(offsets="[8,12]"), 12)
    yield "overlap", two(entry(), entry(offsets="[0,4]"), 4)
    yield "overlap by a byte", two(entry(), entry(offsets="[3,7]"), 7)
    yield "begins late", one(offsets="[4,8]", bytes_=8)
    yield "a byte more", one(bytes_=5)
    yield "a byte less", one(bytes_=3)
    yield "more elements than bytes", one(shape="[2]")
    yield "fewer elements than bytes", one(shape="[0]")
    yield "ends before it begins", one(shape="[0]", offsets="[4,0]")
    yield "other order of bytes", two(entry(offsets="[4,8]"), entry(), 8)
    yield "none first", two(none, entry(), 4)
    yield "none last", two(entry(), entry(shape="[0]", offsets="[4,4]"), 4)
    yield "none inside", two(entry(), entry(shape="[0]", offsets="[2,2]"), 4)
    yield "none beyond", two(entry(), entry(shape="[0]", offsets="[8,8]"), 4)
    yield "unaligned elements", two(entry("U8", "[1]", "[0,1]"), entry(offsets="[1,5]"), 5)
    yield "space first", file(" {}")
    yield "byte order mark", file("\ufeff{}")
    for name, after in ("spaces", "   "), ("a line break", "\n"), ("a zero", "\0"), ("a letter", "x"), ("an object", "{}"):
        yield "ends with " + name, one(after=after)
    for shape in "[-1]", "[1.0]", "[1e0]", "[-0]", "[01]", "[1,]", "[1 1]", "1", "null", "[null]", "[\"1\"]", "[[1]]", "[" + "1," * 500 + "1]":
        yield "shape " + shape[:9].replace(" ", "_") + str(len(shape)), one(shape=shape)
    for shape in ("[18446744073709551616,0]", "[4294967296,4294967296,0]", "[0,4294967296,4294967296]", "[4294967296,4294967296]", "[4611686018427387904]",
                  "[999999999999999999,0]", "[1000000,1000000,1000000]"):
        yield "large " + shape, one(shape=shape, offsets="[0,0]", bytes_=0)
    for offsets in "[0,4,4]", "[0]", "[]", "null", "[0,4.0]", "[-0,4]", "[0,-4]", "{}":
        yield "offsets " + offsets, one(offsets=offsets)
    yield "no shape", file('{"a":{"dtype":"F32","data_offsets":[0,4]}}', bytes(4))
    yield "no type", file('{"a":{"shape":[1],"data_offsets":[0,4]}}', bytes(4))
    yield "no offsets", file('{"a":{"dtype":"F32","shape":[1]}}', bytes(4))
    yield "a tensor as an array", file('{"a":["F32",[1],[0,4]]}', bytes(4))
    yield "a type as an object", file('{"a":{"dtype":{"F32":null},"shape":[1],"data_offsets":[0,4]}}', bytes(4))
    yield "a tensor as null", file('{"a":null}')
    for header in "", "[]", "{", "}", "{} x", "{}}", "{'a':{}}", "{\"a\"}", "null", "1", "\"a\"", "{" * 200, '{"a":' + "[" * 200 + "]" * 200 + "}":
        yield "header " + header[:8].replace(" ", "_") + str(len(header)), file(header)
    yield "no UTF-8", file(b"{\xff}")
    yield "half a surrogate pair", file('{"__metadata__":{"k":"\\ud800"}}')
    yield "half a pair in a name", file('{"\\ud800":%s}' % entry(), bytes(4))
    yield "a pair", file('{"__metadata__":{"k":"\\ud83d\\ude00"}}')
    yield "a control character", file('{"__metadata__":{"k":"\x01"}}')
    yield "a comma at the end", file('{"a":%s,}' % entry(), bytes(4))
    yield "escapes", file('{"\\u0061\\/\\b":%s}' % entry(), bytes(4))
    for type_, bits in (("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8),
                        ("F8_E5M2FNUZ", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64), ("F64", 64),
                        ("I64", 64), ("U64", 64)):
        yield "four of " + type_, one(type_, "[4]", "[0,%d]" % (bits // 2), bytes_=bits // 2)
    yield "three of 4 bits", one("F4", "[3]", "[0,2]", bytes_=2)
    yield "one of 4 bits in none", one("F4", "[1]", "[0,0]", bytes_=0)
    yield "two of 6 bits", one("F6_E2M3", "[2]", "[0,2]", bytes_=2)
    yield "7 bytes", bytes(7)
    yield "no bytes", b""
    yield "zeros", bytes(8)
    yield "header too long", struct.pack("<Q", 100_000_001) + b"{}"
    yield "header of 2^64-1", struct.pack("<Q", 2 ** 64 - 1) + b"{}"
    yield "header of 2^63", struct.pack("<Q", 2 ** 63) + b"{}"
    yield "header cut off", struct.pack("<Q", 9) + b"{}"


def typed():
    """Of each type numbers at the ends of what it holds, and what float32 makes of them."""
    arrays = {"F64": np.array([0, -0.0, 1 / 3, 1e300, -1e300, 5e-324, 1e-46, 2.0 ** 24 + 1, np.inf, np.nan, 1.5], "<f8"),
              "F16": np.arange(0, 65536, 127, dtype="<u2").view("<f2"), "F32": np.array([1 / 3, np.inf, -0.0, 1e-45], "<f4"),
              "BOOL": np.array([True, False]), "U8": np.arange(256, dtype="u1"), "I8": np.arange(256, dtype="u1").view("i1")}
    for bits in 16, 32, 64:
        ends = [0, 1, 2 ** 24, 2 ** 24 + 1, 2 ** (bits - 1) - 1, 2 ** (bits - 2) + 1, 2 ** 40 + 2 ** 20, 2 ** 53 + 1, 2 ** 62 + 2 ** 38 + 1]
        arrays["I%d" % bits] = np.array([s * v for v in ends for s in (1, -1) if v < 2 ** (bits - 1)] + [-2 ** (bits - 1)], "<i%d" % (bits // 8))
        arrays["U%d" % bits] = np.array([v for v in ends if v < 2 ** bits] + [2 ** bits - 1, 2 ** (bits - 1), 2 ** bits - 2 ** (bits - 25 if bits > 25 else 0)],
                                        "<u%d" % (bits // 8))
    for type_, array in arrays.items():
        # 0 where an element is a float32 as it stands
        with np.errstate(all="ignore"):
            floats = array.astype("<f4")
        exact = np.array([a != a or np.isinf(a) or (np.isfinite(f) and int(a) == int(f) and float(a) == float(f)) for a, f in zip(array.tolist(), floats.tolist())])
        header = '{"v":%s,"f":%s,"x":%s}' % (entry(type_, "[%d]" % len(array), "[0,%d]" % array.nbytes),
            entry("F32", "[%d]" % len(array), "[%d,%d]" % (array.nbytes, array.nbytes + floats.nbytes)),
            entry("BOOL", "[%d]" % len(array), "[%d,%d]" % (array.nbytes + floats.nbytes, array.nbytes + floats.nbytes + len(array))))
        yield "types " + type_, file(header, array.tobytes() + floats.tobytes() + exact.tobytes())
    bits = torch.arange(0, 65536, 127, dtype=torch.int32).to(torch.uint16)
    floats = bits.view(torch.bfloat16).float().numpy()
    n = len(floats)
    yield "types BF16", file('{"v":%s,"f":%s,"x":%s}' % (entry("BF16", "[%d]" % n, "[0,%d]" % (2 * n)), entry("F32", "[%d]" % n, "[%d,%d]" % (2 * n, 6 * n)),
        entry("BOOL", "[%d]" % n, "[%d,%d]" % (6 * n, 7 * n))), bits.numpy().tobytes() + floats.tobytes() + bytes([1]) * n)


def rounded():
    """Floats, and what they are rounded to: ties, both sides of them, subnormals, the ends."""
    for name, to, step in ("half", torch.float16, 13), ("bfloat", torch.bfloat16, 16):
        random = np.random.RandomState(1).randint(0, 2 ** 32, 600, dtype=np.uint32)
        ties = (random[:300] >> step << step) + np.uint32(1 << step - 1)
        bits = np.concatenate([random, ties, ties - 1, ties + 1, np.array([0, 1, 0x80000000, 0x7f800000, 0xff800000, 0x33000000, 0x33000001, 0x387fe000, 0x387ff000,
                                                                          0x477fe000, 0x477fefff, 0x7f7f0000, 0x7f7f7fff], np.uint32)])
        if name == "half":  # mostly near its range
            bits[:500] = np.random.RandomState(2).randint(0x32000000, 0x47800000, 500).astype(np.uint32) | (bits[:500] & 0x80000000)
        floats = torch.from_numpy(bits.view(np.float32).copy())
        kept = floats[~floats.isnan() & (floats.to(to).isinf() == floats.isinf())]
        data = kept.numpy().tobytes() + kept.to(to).view(torch.uint8).numpy().tobytes()
        type_ = "F16" if name == "half" else "BF16"
        yield name, file('{"f":%s,"v":%s}' % (entry("F32", "[%d]" % len(kept), "[0,%d]" % (4 * len(kept))),
            entry(type_, "[%d]" % len(kept), "[%d,%d]" % (4 * len(kept), 6 * len(kept)))), data)


def verdict(data):
    try:
        deserialize(data)
        return "accepted"
    except Exception:
        return "refused"


with open(sys.argv[1], "w") as out:
    for part in cases(), typed(), rounded():
        for name, data in part:
            out.write("%s\t%s\t%s\n" % (json.dumps(name)[1:-1], verdict(data), base64.b64encode(data).decode()))
