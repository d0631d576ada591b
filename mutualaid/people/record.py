"""The kinds of entry in the record about who coordinates and who keeps the site."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from mutualaid.people.models import Role
from mutualaid.record.entries import EntryKind, Facts, register_kind


def _role(facts: Facts) -> Mapping[str, object]:
    return {"role": Role(str(facts["role"])).label}


for name, sentence in {
    "role.given": _("Someone got a role: {role}"),
    "role.taken": _("Someone gave up a role, or it was taken from them: {role}"),
    "role.off": _("Someone with this role was switched off: {role}"),
    "role.on": _("Someone with this role was switched on again: {role}"),
    "role.erased": _("Someone with this role erased their account: {role}"),
}.items():
    kind = EntryKind(name, sentence, facts=("role",), people=("person", "by"), displayed=_role)
    register_kind(kind)
