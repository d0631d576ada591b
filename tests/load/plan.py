"""Who comes to which site, how often and how long: what one process tells the other."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """`people` by the name of their journey; all together make `per_second` requests, 0 for no pause.

    `patience`: seconds for which each sends again what the site was away for.
    """

    host: str
    people: dict[str, int]
    per_second: float
    seconds: float
    folder: Path
    patience: float = 0.0

    @property
    def cast(self) -> Path:
        return self.folder / "cast.json"

    @property
    def seen(self) -> Path:
        """A line of JSON for each request."""
        return self.folder / "seen.jsonl"

    @property
    def ended(self) -> Path:
        """How many journeys of each kind were walked to their end."""
        return self.folder / "ended.json"

    @property
    def receipts(self) -> Path:
        """What pages have confirmed."""
        return self.folder / "receipts.json"

    def read_receipts(self) -> list[dict[str, str]]:
        receipts: list[dict[str, str]] = json.loads(self.receipts.read_text())
        return receipts

    def read_ended(self) -> dict[str, int]:
        ended: dict[str, int] = json.loads(self.ended.read_text())
        return ended

    def write(self) -> Path:
        path = self.folder / "plan.json"
        path.write_text(json.dumps(asdict(self), default=str))
        return path

    @classmethod
    def read(cls, path: Path) -> "Plan":
        values = json.loads(path.read_text())
        return cls(**values | {"folder": Path(values["folder"])})
