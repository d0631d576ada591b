"""The sheet to import: the real requests where they are, else as many made-up ones of their shape."""

import csv
import shutil
from pathlib import Path
from random import Random

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "requests-haiti-2010.csv"
ROWS, TOWNS = 1_164, 60
HEADINGS = [
    "Reference", "Submitted at", "What is needed", "Details",
    "Categories", "Place", "Latitude", "Longitude",
]  # fmt: skip
KINDS = {
    "food": "food",
    "water": "water",
    "hygiene": "hygiene",
    "power": "power",
    "shelter": "housing",
    "medical": "health",
    "medicine": "prescription",
    "household goods": "goods",
    "fuel": "power",
    "mental health": "company",
}


def sheet_in(folder: Path, path: str) -> Path:
    """Return a copy, in `folder`, of the file `path`, else of the real requests, else made-up ones."""
    source, copy = Path(path) if path else REAL, folder / "needs.csv"
    if source.exists():
        shutil.copyfile(source, copy)
        print(f"Sheet: {source.name}")
    else:
        print(f"Sheet: {source.name} is not here; {ROWS:,} made-up rows of its shape")
        _make_up(copy)
    return copy


def _make_up(path: Path) -> None:
    random = Random(1)
    towns = [(random.gauss(18.55, 0.3), random.gauss(-72.4, 0.5)) for _ in range(TOWNS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(ROWS):
            town = random.randrange(TOWNS)
            position = [f"{random.gauss(middle, 0.02):.3f}" for middle in towns[town]]
            kinds = random.sample(list(KINDS), random.choice([1, 1, 2, 2, 3]))
            moment = f"{random.randint(1, 28):02}/02/2010 10:00"
            texts = ["Help needed", "We are many here. " * 8, "; ".join(kinds), f"Town {town}"]
            writer.writerow([number, moment, *texts, *position])
