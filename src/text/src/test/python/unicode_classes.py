"""Draws src/main/resources/dev/lanewise/text/unicode.txt: what Hugging Face's tokenizers make of each code point, found by asking them.

    python src/test/python/unicode_classes.py JAVA > src/main/resources/dev/lanewise/text/unicode.txt

JAVA is the `java` of a JDK 25, whose mappings are the ones that need not be written down. Python needs the package tokenizers.
"""
import os
import subprocess
import sys
import unicodedata

import tokenizers
from tokenizers.normalizers import BertNormalizer, Lowercase, NFD
from tokenizers.pre_tokenizers import BertPreTokenizer

POINTS = [c for c in range(0x110000) if not 0xd800 <= c <= 0xdfff]
# combining classes 1 and 240, which are the lowest and the highest that are more than 0
LOWEST, HIGHEST = "\u0334", "\u0345"


def step(**which):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return BertNormalizer(**{**off, **which}).normalize_str


def ranges(points):
    found = []
    for c in sorted(points):
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in found)


def pairs(mapping):
    return " ".join(f"{a:x}={b:x}" for a, b in sorted(mapping.items()))


jdk_nfd, jdk_lower = {}, {}
here = os.path.dirname(os.path.abspath(__file__))
for line in subprocess.run([sys.argv[1], os.path.join(here, "JdkUnicode.java")], check=True, capture_output=True,
                           text=True).stdout.splitlines():
    c, nfd, lower = line.split("\t")
    jdk_nfd[int(c, 16)] = "".join(chr(int(part, 16)) for part in nfd.split(" "))
    jdk_lower[int(c, 16)] = chr(int(lower, 16))

clean, strip, lowercase = step(clean_text=True), step(strip_accents=True), Lowercase().normalize_str
nfd, words = NFD().normalize_str, BertPreTokenizer().pre_tokenize_str

removed = {c for c in POINTS if clean(chr(c)) == ""}
marks = {c for c in POINTS if strip(chr(c)) == ""}
punctuation = {c for c in POINTS if len(words("a" + chr(c) + "b")) == 3}
# A mark that doesn't let a lower class past it.
starters = {c for c in marks if nfd("\u0315" + chr(c) + LOWEST) == "\u0315" + chr(c) + LOWEST}

whole, combining = set(), {}
for c in POINTS:
    theirs = nfd(chr(c))
    if theirs != jdk_nfd[c]:
        if theirs != chr(c):
            sys.exit(f"{c:x}: decomposed to {ascii(theirs)} there and {ascii(jdk_nfd[c])} in the JDK")
        whole.add(c)
    for part in theirs:
        if ord(part) not in marks and len(theirs) == 1 and (
                nfd(part + LOWEST) != part + LOWEST or nfd(HIGHEST + part) != HIGHEST + part):
            combining[ord(part)] = unicodedata.combining(part)
for a in combining:
    for b in combining:
        text = chr(a) + chr(b)
        if (nfd(text) != text) != (combining[a] > combining[b] > 0):
            sys.exit(f"{a:x} {b:x}: not in the order of their classes")

lower = {}
for c in POINTS:
    theirs = lowercase(chr(c))
    if c != 0x130 and theirs != jdk_lower[c]:
        lower[c] = ord(theirs)

print("# Drawn by unicode_classes.py from tokenizers " + tokenizers.__version__
      + "; code points in hexadecimal. UnicodeClasses says what the tables are.")
print("removed: " + ranges(removed))
print("punctuation: " + ranges(punctuation))
print("marks: " + ranges(marks))
print("starters: " + ranges(starters))
print("combining: " + pairs(combining))
print("whole: " + ranges(whole))
print("lower: " + pairs(lower))
