"""What the documents say of each other is so."""

import re

from django.conf import settings

DECISIONS = settings.BASE_DIR / "mutualaid" / "docs" / "adr"
LINE = re.compile(r"^\| (\d+) \| \[(.+)\]\((.+\.md)\) \| (accepted|superseded by \d+)\b.*\|$", re.M)
LEFT_OUT = {33}


def test_every_decision_is_in_the_index_by_its_title_and_with_its_state():
    index = {
        file: f"# {number}. {title}"
        for number, title, file, _state in LINE.findall((DECISIONS / "README.md").read_text())
    }
    written = {
        path.name: path.read_text().partition("\n")[0] for path in DECISIONS.glob("[0-9]*.md")
    }
    assert index == written


def test_no_number_is_missing_but_those_that_were_left_out():
    numbers = {int(path.name[:4]) for path in DECISIONS.glob("[0-9]*.md")}
    assert set(range(1, max(numbers) + 1)) - numbers == LEFT_OUT


def test_every_link_of_the_documents_leads_to_a_file():
    documents = [
        *settings.BASE_DIR.glob("*.md"),
        *(settings.BASE_DIR / "mutualaid/docs").rglob("*.md"),
    ]
    dead = [
        f"{path.name}: {link}"
        for path in documents
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text())
        if not (path.parent / link).exists()
    ]
    assert dead == []
