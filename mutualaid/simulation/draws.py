"""Random numbers that depend on what they are for, and not on what was drawn before.

Each is a hash of the seed and the names of what it decides, so that two strategies meet the same people
(common random numbers; P. Glasserman and D. D. Yao, Management Science 38, 1992).
"""

from dataclasses import dataclass
from hashlib import blake2b
from math import exp, log
from statistics import NormalDist
from uuid import UUID

_NORMAL = NormalDist()
BITS = 53
"""As many as a float holds."""


@dataclass(frozen=True)
class Draws:
    seed: int

    def uniform(self, *name: str | int) -> float:
        """Draw from between 0 and 1, both excluded."""
        number = int.from_bytes(self._hash(8, name)) >> (64 - BITS)
        return (number + 0.5) / (1 << BITS)

    def normal(self, *name: str | int) -> float:
        """Draw with mean 0 and spread 1."""
        return _NORMAL.inv_cdf(self.uniform(*name))

    def exponential(self, mean: float, *name: str | int) -> float:
        return -mean * log(self.uniform(*name))

    def lognormal(self, median: float, spread: float, *name: str | int) -> float:
        """`spread` is that of the logarithm."""
        return median * exp(spread * self.normal(*name))

    def uuid(self, *name: str | int) -> UUID:
        return UUID(bytes=self._hash(16, name), version=4)

    def _hash(self, size: int, name: tuple[str | int, ...]) -> bytes:
        key = "/".join(map(str, (self.seed, *name))).encode()
        return blake2b(key, digest_size=size).digest()
