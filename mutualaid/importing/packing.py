"""What stands in a part of a file, as a short text: rows repeat themselves, and a base is backed up."""

import zlib
from base64 import b64decode, b64encode


def pack(raw: bytes) -> str:
    return b64encode(zlib.compress(raw)).decode()


def unpack(text: str) -> bytes:
    return zlib.decompress(b64decode(text))
