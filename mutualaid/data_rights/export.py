"""Everything that is stored about someone with an account, for them to keep: in words, not codes."""

from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from mutualaid.catalog.time_slots import in_words
from mutualaid.decisions.effects import described
from mutualaid.decisions.effects import label_of as label_of_kind
from mutualaid.decisions.models import Decision, Say
from mutualaid.fair_work.models import BreakQuestion, GiftCount
from mutualaid.fund.exports import money_of
from mutualaid.hours.lists import Line, lines_of
from mutualaid.lending.exports import things_of
from mutualaid.matching.models import Match
from mutualaid.notify.models import Preferences
from mutualaid.notify.registry import label_of
from mutualaid.partners.exports import calls_of
from mutualaid.people.decisions import label_of as label_of_decision
from mutualaid.people.introductions import introduction_of
from mutualaid.people.models import User
from mutualaid.record.entries import in_words as sentence_of
from mutualaid.record.models import PersonSalt
from offers_app.models import Offer
from requests_app.models import Ask, Claim, Need
from requests_app.pages import data_export

Row = TypeVar("Row", Claim, Match)


def data_of(user: User) -> dict[str, Any]:
    """What they may download, ready for JSON. Of other people it holds no more than their pages show."""
    asks = Ask.objects.of(user).order_by("created_at", "pk")
    invited = Match.objects.of(user).exclude(state=Match.State.SUGGESTED)
    return {
        "you": _person(user),
        "what_you_offered": [_offer(offer) for offer in Offer.objects.filter(volunteer=user)],
        "what_you_asked_for": [data_export.data_of(ask) for ask in asks],
        "what_you_took_on": [_claim(claim) for claim in _with_need(Claim.objects.of(user))],
        "what_we_asked_you": [_invitation(match) for match in _with_need(invited)],
        "messages_to_you": [
            {"what": label_of(row.kind), "written_at": row.created_at, "sent_at": row.sent_at}
            for row in user.notifications.order_by("created_at")
        ],
        "when_our_team_looked_at_your_email": [
            look.at for look in user.access_log.order_by("at", "pk")
        ],
        "when_our_team_called_you": data_export.calls_of(user.contact_log.order_by("at", "pk")),
        **_fair_work(user),
        "what_was_decided_about_your_role": [
            {
                "what": label_of_decision(row.kind),
                "state": row.get_state_display(),
                "at": row.proposed_at,
            }
            for row in user.decisions.order_by("pk")
        ],
        **_record(user),
        **money_of(user),
        **_shared_decisions(user),
        **_noted_hours(user),
        **things_of(user),
        **calls_of(user),
    }


def _person(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "area": user.locality and user.locality.label,
        "language_of_messages": user.language,
        "known_to_the_group": user.vetted,
        "how_we_know_you": str(introduction_of(user) or ""),
        "how_many_people_you_introduced": user.introduced.count(),
        "roles": [str(m.get_role_display()) for m in user.memberships.all()],
        "since": user.created_at,
        "last_signed_in_at": user.last_login,
        "phone": Preferences.of(user).phone,
        "ways_to_sign_in_besides_a_code": [
            {"what": str(factor), "since": factor.created_at, "last_used_at": factor.last_used_at}
            for factor in Authenticator.objects.filter(user=user).order_by("pk")
        ],
    }


def _fair_work(user: User) -> dict[str, Any]:
    """Only what there is: most groups keep nothing of it."""
    questions = BreakQuestion.objects.filter(user=user)
    gifts = GiftCount.objects.filter(user=user)
    data: dict[str, Any] = {}
    for question in questions:
        data["when_we_asked_you_about_a_break"] = question.asked_at
        data["when_you_asked_for_another_pair_of_hands"] = question.helper_asked_at
    for count in gifts:
        data["help_you_gave_and_received"] = {"given": count.given, "received": count.received}
    return data


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "kinds_of_help": [category.label for category in offer.categories.all()],
        "areas": [locality.label for locality in offer.localities.all()],
        "languages": [language.name for language in offer.languages.all()],
        "how_far_in_km": offer.reach_km,
        "good_times": in_words(offer.week_parts),
        "how_many_tasks_a_week": offer.per_week,
        "has_a_vehicle": offer.has_vehicle,
        "state": offer.get_state_display(),
        "paused_until": offer.paused_until,
        "made_at": offer.created_at,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        **_where(claim.need),
        "state": claim.get_state_display(),
        "taken_on_at": claim.claimed_at,
        "agreed_day": claim.scheduled_for,
        "agreed_time": claim.scheduled_time,
        "done_at": claim.delivered_at,
        "ended_at": claim.ended_at,
    }


def _invitation(match: Match) -> dict[str, Any]:
    return {
        **_where(match.need),
        "invited_at": match.invited_at,
        "answer": match.get_state_display(),
    }


def _shared_decisions(user: User) -> dict[str, Any]:
    """Their part in what the group decides together; nothing where they have none."""
    proposed = Decision.objects.filter(opened_by=user).order_by("pk")
    part = {
        "what_you_proposed_to_all": [_proposal(row) for row in proposed],
        "where_you_have_a_say": [_say(row) for row in _says(user)],
        "how_many_members_vouched_for_you": user.vouches.count(),
    }
    return {name: held for name, held in part.items() if held}


def _proposal(decision: Decision) -> dict[str, Any]:
    return {
        "what": label_of_kind(decision.kind),
        "changes": [change._asdict() for change in described(decision)],
        "why": decision.why,
        "proposed_at": decision.opened_at,
        "outcome": str(decision.get_outcome_display()),
    }


def _says(user: User) -> "QuerySet[Say]":
    return Say.objects.filter(user=user).select_related("decision").order_by("pk")


def _say(say: Say) -> dict[str, Any]:
    """What they answered is kept until it is counted."""
    return {
        "what": label_of_kind(say.decision.kind),
        "until": say.decision.ends_at,
        "answer": str(say.get_answer_display()),
        "reason": say.reason,
        "answered_at": say.answered_at,
    }


def _record(user: User) -> dict[str, Any]:
    """What they need to find themself in the record; nothing where it says nothing of them."""
    salts = PersonSalt.objects.filter(user=user).select_related("entry").order_by("pk")
    entries = [
        {
            "what": sentence_of(row.entry),
            "number": row.entry.number,
            "at": row.entry.at,
            "hash": row.entry.people[row.role],
            "salt": row.salt,
        }
        for row in salts
    ]
    return {"what_our_record_says_of_you": entries} if entries else {}


def _noted_hours(user: User) -> dict[str, Any]:
    """Their notes of hours; nothing where they have none."""
    lines = lines_of(user)
    return {"hours_you_noted": [_hours(line) for line in lines]} if lines else {}


def _hours(line: Line) -> dict[str, Any]:
    note = line.note
    return {
        "you": "gave" if line.gave else "received",
        "with": line.other,
        "minutes": note.minutes,
        "day": note.day,
        "state": note.get_state_display(),
        "is_a_gift": note.is_gift,
        "noted_at": note.proposed_at,
        "agreed_at": note.agreed_at,
        "ended_at": note.ended_at,
    }


def _where(need: Need) -> dict[str, Any]:
    return {"kind_of_help": need.category.label, "area": need.locality.label}


def _with_need(rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Claims or matches, oldest first, with what `_where` reads."""
    return rows.select_related("need__category", "need__locality").order_by("pk")
