import pytest

from tests.support import factories


@pytest.fixture
def kept(db: None) -> None:
    """A group that keeps a record."""
    factories.set_policy(has_record=True)


@pytest.fixture
def kept_for_good(transactional_db: None) -> None:
    """The same, where each transaction is a real one."""
    factories.set_policy(has_record=True)
