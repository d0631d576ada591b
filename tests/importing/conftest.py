import pytest

from tests.support import factories


@pytest.fixture(autouse=True)
def catalogue(db):
    """Two kinds of help, two languages, and three areas: at 0, 1 and 100 km along the equator."""
    for slug in ("food", "water"):
        factories.category(slug)
    factories.language("en", "English")
    factories.language("ht", "Kreyòl")
    factories.locality("riverside", 0.0, 0.0)
    factories.locality("hilltop", 0.0, 0.009)
    factories.locality("faraway", 0.0, 0.9)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "may.csv"
