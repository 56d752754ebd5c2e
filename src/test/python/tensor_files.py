"""Writes the files that Safetensors, Npy and Npz are tested against, with Python's own libraries.

    python src/test/python/tensor_files.py src/test/resources/dev/lanewise/io/files.txt

A line is a file's name and its bytes in Base64. It was run with safetensors 0.8.0 and NumPy 2.4.6. Where a file of the library's
own is to be looked at,

    python src/test/python/tensor_files.py --show FILE...

prints name, type, shape and the first elements' bits of what these libraries find in it.
"""
import base64
import io
import pathlib
import sys
import tempfile
import zipfile

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

NAN_BITS = np.array([0x7FC00000, 0xFFC00001, 0x7F800001, 0x7FBFFFFF, 0x80000000, 0x00000001, 0xFF800000], "<u4")


def tensors():
    return {
        "0.bias": np.array([-1.5, 0.25], np.float32),
        "0.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
        "bits": NAN_BITS.view("<f4"),
        "empty": np.zeros((3, 0, 2), np.float32),
        "größe \"q\"\\\n\x01/😀": np.ones((1, 1), np.float32),
        "scalar": np.array(2.5, np.float32),
    }


def safetensors_files(folder):
    save_file(tensors(), folder / "tensors.safetensors", metadata={"von \"wem\"": "Zeile 1\nZeile 2\t😀"})
    save_file({}, folder / "nothing.safetensors")
    save_file({"w": np.zeros(2, np.float16)}, folder / "half.safetensors")


def version(array, number):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=number)
    return out.getvalue()


def npy_files(folder):
    matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
    whole = [0, 1, 100]
    files = {
        "matrix": matrix,
        "scalar": np.array(2.5, np.float32),
        "vector": np.arange(3, dtype=np.float32),
        "empty": np.zeros((0, 2), np.float32),
        "cube": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
        "bits": NAN_BITS.view("<f4"),
        "deep": np.ones((1,) * 15, np.float32),
        "fortran": np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)),
        "big_endian": matrix.astype(">f4"),
        "doubles": np.array([0.5, -3.0, np.inf, np.nan]),
        "tenth": np.array([0.5, 0.1, 1e300]),
        "big_doubles": matrix.astype(">f8"),
        "half": np.array([0.5, -65504.0, 2.0 ** -24], np.float16),
        "bool": np.array([True, False]),
        "int64": np.array([2 ** 24, -2 ** 62, 3]),
        "odd": np.array([7, 2 ** 24 + 1, -(2 ** 53 + 1)]),
        "uint64": np.array([2 ** 64 - 2 ** 40, 2 ** 63], np.uint64),
        "odd_uint64": np.array([2 ** 63 + 2 ** 39 + 1, 2 ** 63 + 2 ** 39, 2 ** 64 - 1], np.uint64),
        "complex": np.zeros(2, np.complex64),
        "complex_parts": np.array([[1 - 2j, 3 + 0.5j, -4j], [5, 6 + 7j, complex(np.inf, np.nan)]], np.complex64),
        "complex_fortran": np.asfortranarray(np.array([[1 - 2j, 3 + 0.5j, -4j], [5, 6 + 7j, 8j]], ">c16")),
        "complex_odd": np.array([1 + 0.1j], np.complex128),
        "complex_scalar": np.array(1 - 2j, np.complex64),
        "text": np.array(["a", "bc"]),
        "records": np.zeros(2, [("a", "<f4"), ("b", "<i4")]),
    }
    for kind in ("i1", "i2", "<i4", ">i2", "u1", "<u2", ">u4"):
        files["whole_" + kind.strip("<>") + ("_big" if kind[0] == ">" else "")] = np.array(whole, kind)
    for name, array in files.items():
        np.save(folder / f"{name}.npy", array)
    for number in ((2, 0), (3, 0)):
        (folder / f"version{number[0]}.npy").write_bytes(version(matrix, number))


def npz_files(folder):
    matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.savez(folder / "stored.npz", np.float32(3), matrix=matrix)
    np.savez_compressed(folder / "deflated.npz", matrix=matrix, doubles=np.array([0.1]))
    with zipfile.ZipFile(folder / "other.npz", "w") as file:
        file.writestr("readme.txt", "no array")


def show(name):
    if name.endswith(".safetensors"):
        with safe_open(name, "np") as file:
            print(name, file.metadata())
            found = {key: file.get_tensor(key) for key in file.keys()}
    else:
        loaded = np.load(name)
        found = dict(loaded) if name.endswith(".npz") else {name: loaded}
    for key, array in found.items():
        bits = np.ravel(array)[:8].astype("<f4").view("<u4")
        print(repr(key), array.dtype, array.shape, " ".join(f"{b:08x}" for b in bits))


if __name__ == "__main__":
    if sys.argv[1] == "--show":
        for each in sys.argv[2:]:
            show(each)
    else:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for write in (safetensors_files, npy_files, npz_files):
                write(folder)
            lines = [f"{file.name} {base64.b64encode(file.read_bytes()).decode()}\n" for file in sorted(folder.iterdir())]
        target = pathlib.Path(sys.argv[1])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(lines), encoding="ascii")
