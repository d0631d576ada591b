"""The six principles of the charter of REAS, the Spanish network for a solidarity economy, in its order."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Key(TextChoices):
    """Each by what people call it."""

    EQUITY = "equity", _("Equity")
    WORK = "work", _("Good work")
    ECOLOGY = "ecology", _("Ecology")
    COOPERATION = "cooperation", _("Cooperation")
    NO_PROFIT = "no_profit", _("No profit")
    SURROUNDINGS = "surroundings", _("Our surroundings")


MEANS = {
    Key.EQUITY: _("Everyone counts the same. No one has to prove a need, and no one is rated."),
    Key.WORK: _("Help is work too. It is shared, and no one should carry too much of it."),
    Key.ECOLOGY: _("We share, lend and mend before anything new is bought."),
    Key.COOPERATION: _("We work with others near by, and don't compete with them."),
    Key.NO_PROFIT: _("No one earns from what we do, with money or with data."),
    Key.SURROUNDINGS: _("We are part of where we live, and what we do stays there."),
}
"""What each means, in a sentence for everyone."""
