"""Two asks that look alike and are of different people: they stay apart. It can be undone."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import actions
from requests_app.admin.two_asks import OtherForm, TwoAsksPage
from requests_app.lifecycle.actors import coordinator


class DifferentPeoplePage(TwoAsksPage):
    name = "different-people"
    title = gettext_lazy("Of different people")
    explains = gettext_lazy(
        "They look alike and stay apart: contact details, links and who may see what. The hint that"
        " they may be of the same person goes away."
    )
    button = gettext_lazy("They are different people")

    def act(self, form: OtherForm) -> str:
        actions.mark_alike(self.row, other=form.cleaned_data["other"], by=coordinator(self.me))
        return _("They stay apart.")


class NotDifferentPage(TwoAsksPage):
    """Undoes `DifferentPeoplePage`."""

    name = "not-different"
    title = gettext_lazy("Not different people after all")
    explains = gettext_lazy("The hint that they may be of the same person comes back.")
    button = gettext_lazy("Undo")

    def act(self, form: OtherForm) -> str:
        actions.unmark_alike(self.row, other=form.cleaned_data["other"], by=coordinator(self.me))
        return _("Done.")
