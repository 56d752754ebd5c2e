"""Writes the state of a PyTorch model as safetensors, byte by byte, with Python alone:

    python src/test/python/torch_state.py src/test/resources/dev/lanewise/io/torch_state.txt

The names, types and shapes are those of

    torch.nn.Sequential(torch.nn.Conv2d(1, 2, 2), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3))

after 5 steps; element i of all that floats hold is i / 8, counted through the file.
"""
import base64
import json
import struct
import sys

STATE = [("0.weight", "F32", [2, 1, 2, 2]), ("0.bias", "F32", [2]),
         ("1.weight", "F32", [2]), ("1.bias", "F32", [2]), ("1.running_mean", "F32", [2]), ("1.running_var", "F32", [2]),
         ("1.num_batches_tracked", "I64", []),
         ("3.weight", "F32", [3, 8]), ("3.bias", "F32", [3])]
FORMS = {"F32": "f", "I64": "q"}


def safetensors(tensors):
    """Of names, types, shapes and numbers."""
    # safetensors lays the widest types first, and within a type by name
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, dtype, shape, numbers in sorted(tensors, key=lambda each: (each[1] != "I64", each[0])):
        begin = len(data)
        data += struct.pack("<%d%s" % (len(numbers), FORMS[dtype]), *numbers)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def torch_state():
    tensors, floats = [], 0
    for name, dtype, shape in sorted(STATE):
        count = 1
        for size in shape:
            count *= size
        if dtype == "I64":
            tensors.append((name, dtype, shape, [5]))
        else:
            tensors.append((name, dtype, shape, [(floats + i) / 8 for i in range(count)]))
            floats += count
    return safetensors(tensors)


def line(name, content):
    return name + ".safetensors " + base64.b64encode(content).decode() + "\n"


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="ascii", newline="\n") as out:
        out.write(line("torch_state", torch_state()))
