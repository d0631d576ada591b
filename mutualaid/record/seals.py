"""Check what was downloaded from a record: python3 seals.py FILE… with Python 3 alone, nothing to install.

The site makes its seals with the same functions. Entries are the leaves of a Merkle tree as in RFC 6962,
section 2.1: a leaf and a pair are hashed apart, by a first byte of 0 or 1. The head of a seal, with a first
byte of 2, is over the root and the head before. What is hashed is JSON: sorted, without spaces, in ASCII.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

HASHED = ("number", "at", "first_number", "last_number", "previous", "root")
"""What of a seal its head covers."""
BEGINNING = "0" * 64
"""Stands for the head before the first."""


def leaf(entry: Mapping[str, Any]) -> str:
    """Return the hash of one entry: its number, time, kind, facts, people and salt."""
    return hashed(entry, b"\0")


def leaves(seal: Mapping[str, Any]) -> list[str]:
    """Return the hashes of the entries of a seal, made anew where the file has the entries themselves."""
    if "entries" in seal:
        return [leaf(entry) for entry in seal["entries"]]
    return list(seal["leaves"])


def is_whole(seal: Mapping[str, Any]) -> bool:
    """Whether it has as many entries, or hashes of them, as it says, and in their order."""
    numbers = list(range(seal["first_number"], seal["last_number"] + 1))
    if "entries" in seal:
        return [entry["number"] for entry in seal["entries"]] == numbers
    return len(seal["leaves"]) == len(numbers)


def root(hashes: Sequence[str]) -> str:
    """Return the root of the tree over these hashes, of which there is at least one."""
    level = [bytes.fromhex(one) for one in hashes]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
    return level[0].hex()


def head(seal: Mapping[str, Any]) -> str:
    """Return the head of a seal: it stands for all entries up to its last."""
    return hashed({name: seal[name] for name in HASHED}, b"\2")


def faults(seals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what does not hold of these seals as they stand in files, in the order of their numbers."""
    before: Mapping[str, Any] | None = None
    for seal in seals:
        if not is_whole(seal):
            yield f"Seal {seal['number']}: entries are missing, or there are too many."
        elif root(leaves(seal)) != seal["root"]:
            yield f"Seal {seal['number']}: an entry was changed."
        if head(seal) != seal["head"]:
            yield f"Seal {seal['number']}: it was changed."
        if before and before["number"] == seal["number"] and before["head"] != seal["head"]:
            yield f"Seal {seal['number']}: two files say different things of it."
        if before and before["number"] + 1 == seal["number"] and before["head"] != seal["previous"]:
            yield f"Seal {seal['number']}: it does not follow the one before."
        before = seal


def hashed(value: object, first_byte: bytes = b"") -> str:
    """Return the SHA-256 of a value as JSON, after a byte that tells what it is."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(first_byte + text.encode()).hexdigest()


def main(files: Sequence[str]) -> int:
    """Print what does not hold of these files, and the head to compare; return 1 if anything does not."""
    seals = list[Mapping[str, Any]]()
    for file in files:
        with open(file, encoding="utf-8") as lines:
            seals += map(json.loads, lines)
    ordered = sorted(seals, key=lambda seal: int(seal["number"]))
    found = list(faults(ordered))
    for fault in found:
        print(fault)  # noqa: T201
    if ordered and not found:
        last = ordered[-1]
        many = len({seal["number"] for seal in ordered})
        print(f"{many} seals hold. Up to number {last['last_number']}: {last['head']}")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
