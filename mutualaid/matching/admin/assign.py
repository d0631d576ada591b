"""Giving a need to someone who agreed to it by phone or in person."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from mutualaid.matching import actions
from mutualaid.matching.admin.assign_form import AssignForm
from mutualaid.transitions import StateChanged
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need

ASSIGN_REFUSALS = {
    **REFUSALS,
    StateChanged: gettext_lazy("Someone else has it already, or it is closed."),
}


class AssignPage(StepPage[Need, AssignForm]):
    name = "assign"
    permission = "coordinate"
    title = gettext_lazy("Assign")
    template = "admin/need_assign.html"
    explains = gettext_lazy(
        "Ask them first. Whoever gets it is told at once and sees the contact details."
    )
    button = gettext_lazy("Give it to this person")
    refusals = ASSIGN_REFUSALS

    def form(self, data: QueryDict | None = None) -> AssignForm:
        return AssignForm(data, need=self.row)

    def act(self, form: AssignForm) -> str:
        person = form.chosen
        actions.assign(self.row, to=person, by=coordinator(self.me))
        return _("%s has it now and was told.") % person
