"""Words of a sheet for how soon something is needed, and for what has become of it."""

from collections.abc import Mapping
from functools import cache
from typing import Generic, TypeVar

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from mutualaid.admin.refusals import Text
from mutualaid.importing.names import normalize
from mutualaid.importing.problems import FileProblem, Unread
from mutualaid.resources.models import ResourceKind
from requests_app.states import NeedState, Urgency

T = TypeVar("T")
LONGEST_WORD = 40
"""Characters of a cell that a message quotes."""


class Fate(TextChoices):
    """What a row becomes by its status. What is over is never open by accident."""

    OPEN = "open", gettext_lazy("Still needed")
    READ = "read", gettext_lazy("Perhaps still needed: we read it first")
    LEAVE_OUT = "leave_out", gettext_lazy("Over: leave it out")
    FULFILLED = "fulfilled", gettext_lazy("Over, the help arrived: keep it as closed")
    WITHDRAWN = "withdrawn", gettext_lazy("Over, not needed any more: keep it as closed")


def _words(lines: Mapping[T, str]) -> dict[str, T]:
    return {normalize(word): value for value, words in lines.items() for word in words.split(",")}


URGENCY_WORDS = _words(
    {
        Urgency.CRITICAL: "asap, today, now, immediately, immediate, right away, urgent, very urgent,"
        " emergency, critical, as soon as possible, same day, hoy, urgente, ya, inmediato,"
        " lo antes posible, aujourd'hui, urgence, tout de suite, heute, sofort, dringend, hoje, jodi a,"
        " ijan, اليوم, عاجل, 4, within 24 hours, 24 hours",
        Urgency.HIGH: "high, tomorrow, in two days, soon, within 2 days, within 48 hours, 48 hours,"
        " alta, alto, mañana, pronto, demain, élevée, bientôt, morgen, hoch, amanhã, demen, غدا, 3",
        Urgency.NORMAL: "normal, medium, moderate, this week, within a week, in a few days, few days,"
        " esta semana, media, medio, cette semaine, moyenne, diese woche, mittel, semèn sa a, 2,"
        " هذا الأسبوع",
        Urgency.LOW: "low, no hurry, not urgent, flexible, whenever, any time, next week, can wait,"
        " baja, bajo, sin prisa, no es urgente, faible, pas urgent, niedrig, nicht dringend, baixa, 1,"
        " غير عاجل",
    }
)
STATUS_WORDS = _words(
    {
        Fate.OPEN: "open, new, pending, requested, request, to do, todo, not started, unassigned, active,"
        " waiting, unmet, unfilled, needs help, abierto, abierta, nuevo, nueva, pendiente, ouvert,"
        " nouveau, en attente, offen, neu, aberto, nouvo, مفتوح, جديد",
        Fate.READ: "in progress, assigned, matched, claimed, scheduled, started, ongoing, on hold,"
        " follow up, contacted, called, left message, voicemail, no answer, partially complete, partial,"
        " en proceso, en curso, asignado, asignada, en cours, attribué, in arbeit, em andamento,"
        " قيد التنفيذ",
        Fate.LEAVE_OUT: "completed, complete, done, closed, fulfilled, delivered, resolved, met, finished,"
        " filled, helped, cancelled, canceled, withdrawn, declined, no longer needed, expired, duplicate,"
        " dup, duplicated, spam, test, archived, unreachable, referred out, completado, completada,"
        " hecho, cerrado, cerrada, entregado, cancelado, cancelada, duplicado, duplicada, terminé, fermé,"
        " fait, annulé, doublon, erledigt, geschlossen, abgesagt, storniert, doppelt, concluído, fini,"
        " مكتمل, مغلق, ملغى, مكرر",
    }
)


OWN_STATES = {
    NeedState.OPEN: Fate.OPEN,
    NeedState.TRIAGE: Fate.READ,
    NeedState.NO_ANSWER: Fate.READ,
    NeedState.ON_HOLD: Fate.READ,
    NeedState.REFERRED: Fate.READ,
    NeedState.CLAIMED: Fate.READ,
    NeedState.MERGED: Fate.LEAVE_OUT,
    NeedState.DELIVERED: Fate.LEAVE_OUT,
    NeedState.CLOSED: Fate.LEAVE_OUT,
}
"""What our own states mean where a sheet that was taken out of such a site is read in."""


@cache
def status_words() -> dict[str, Fate]:
    """What each known word for what has become of a need stands for, normalized; our own words too."""
    return (
        _in_all_languages({state.label: fate for state, fate in OWN_STATES.items()}) | STATUS_WORDS
    )


@cache
def urgency_words() -> dict[str, Urgency]:
    """What each known word for how soon stands for, normalized; our own words too."""
    return _in_all_languages({level.label: level for level in Urgency}) | URGENCY_WORDS


@cache
def group_words() -> dict[str, ResourceKind]:
    """What each known word for who runs a service stands for, normalized: its code, and our own words."""
    codes = {normalize(kind.value): kind for kind in ResourceKind}
    return _in_all_languages({kind.label: kind for kind in ResourceKind}) | codes


IN_USE_WORDS = _words(
    {
        True: "active, open, in use, yes, activo, activa, abierto, abierta, sí, actif, ouvert, aktiv,"
        " ativo, نشط, مفتوح, نعم",
        False: "inactive, defunct, temporarily closed, closed, not in use, suspended, no, inactivo,"
        " inactiva, cerrado, cerrada, fermé, inaktiv, geschlossen, inativo, غير نشط, مغلق, لا",
    }
)
"""What the status of a service means; the first four words are those of HSDS."""


def _in_all_languages(labels: Mapping[Text, T]) -> dict[str, T]:
    words: dict[str, T] = {}
    for code, _language in settings.LANGUAGES:
        with override(code):
            words |= {normalize(str(label)): value for label, value in labels.items()}
    return words


class WordLookup(Generic[T]):
    """Finds what a word stands for: as `chosen` says (word → value), else as it is known."""

    def __init__(self, known: Mapping[str, T], chosen: Mapping[str, T]) -> None:
        self._by_word = {**known, **{normalize(word): value for word, value in chosen.items()}}

    def find(self, cell: str) -> T | None:
        """Return what the cell stands for; None where no one has said so."""
        return self._by_word.get(normalize(cell))


def refuse_unknown_fate(cell: str) -> None:
    """Raises `Unread`: no one has said what this status means, and it must not be open by accident."""
    raise Unread(_("No one has said what the status “%s” means.") % cell[:LONGEST_WORD])


def fates(pairs: Mapping[str, str]) -> dict[str, Fate]:
    """Return these words with what they stand for. Raises `FileProblem` for what is no fate."""
    try:
        return {word: Fate(value) for word, value in pairs.items()}
    except ValueError:
        message = _("A status stands for one of these: %s")
        raise FileProblem(message % ", ".join(Fate.values)) from None


def urgencies(pairs: Mapping[str, str]) -> dict[str, Urgency]:
    """Return these words with how soon they mean. Raises `FileProblem` for what is none of it."""
    by_name = {level.name.lower(): level for level in Urgency}
    try:
        return {word: by_name[value.casefold()] for word, value in pairs.items()}
    except KeyError:
        message = _("How soon is one of these: %s")
        raise FileProblem(message % ", ".join(by_name)) from None
