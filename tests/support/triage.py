"""Needs that wait to be read."""

from requests_app.actions import ContactDetails, ImportedAsk, Origin, import_asks
from requests_app.models import Need
from tests.support import factories


def waiting(count: int) -> list[Need]:
    """Needs in triage, each of an ask of its own by someone with an e-mail."""
    factories.set_policy(needs_open_at_once=False)
    import_asks(
        [
            ImportedAsk(
                Origin("sheet", str(n)),
                [factories.details()],
                ContactDetails(name="Ana", email=f"{n}@people.example"),
                [factories.language()],
            )
            for n in range(count)
        ]
    )
    return list(Need.objects.order_by("pk"))
