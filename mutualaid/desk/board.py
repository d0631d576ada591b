"""The coordinators' board: what waits, most pressing first, each as a number that leads to its list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.desk.clusters import clusters_waiting
from mutualaid.lending.models import Loan
from mutualaid.local_time import format_moment
from mutualaid.matching.attention import ATTENTION_ITEMS, Band, counts, people_who_often_let_go
from mutualaid.notify.follow_up.overdue import overdue
from mutualaid.notify.models import STUCK, CallTask, Notification
from mutualaid.notify.routing.unconfirmed_texts import nearly_used_up
from mutualaid.partners.actions.witnessing import partners_whose_record_differs
from mutualaid.partners.attention import groups_to_ring_about_erasing, needs_of_groups
from mutualaid.partners.models import Partner
from mutualaid.partners.rules import has_partners
from mutualaid.partners.states import PartnerState
from mutualaid.people.models import TwoPersonDecision, User
from mutualaid.people.roles import DECIDE
from mutualaid.policy.current import current_policy
from mutualaid.principles.attention import principles_due
from mutualaid.resources.attention import due_for_recheck, reports_waiting
from offers_app.models import Offer
from offers_app.states import OfferState
from requests_app.admin.filters.areas import ALL, PARAMETER, areas_shown
from requests_app.models import Need
from requests_app.rules import needs_of_staff


class Row(NamedTuple):
    """So many of something that waits; `url` is its list, or "" for whoever may only see the number."""

    band: Band
    label: str | Promise
    many: int
    url: str


@dataclass(frozen=True)
class Board:
    """Each band with its rows that have a number, and the labels of all that have none."""

    bands: list[tuple[Band, list[Row]]]
    quiet: list[str | Promise]

    @property
    def is_quiet(self) -> bool:
        return not any(rows for _band, rows in self.bands)


class Scope(NamedTuple):
    """Whose needs a page of this person is about: in `areas`, by their ids, or everywhere."""

    needs: "QuerySet[Need]"
    areas: set[int]
    sees_needs: bool
    """Whether they may open a need, and not only see how many there are."""
    query: str
    """What the address of a list needs besides, for it to show the same areas."""


def scope_of(request: HttpRequest) -> Scope:
    """Their own areas unless the address asks for all; of someone who takes calls, what they took in."""
    me = cast(User, request.user)
    sees_needs = me.has_perm("requests_app.view_need")
    needs = needs_of_staff(me) if sees_needs else Need.objects.all()
    areas = areas_shown(request)
    query = f"&{PARAMETER}={ALL}" if request.GET.get(PARAMETER) == ALL else ""
    return Scope(needs.filter(locality__in=areas) if areas else needs, areas, sees_needs, query)


def board_of(request: HttpRequest, scope: Scope) -> Board:
    """What waits for this person."""
    me = cast(User, request.user)
    rows = [
        *_needs(scope),
        *_of_other_groups(me),
        *_duplicates(me),
        *_messages(me),
        *_offers(me),
        *_people(me),
        *_texts(me),
        *_resources(me),
        *_principles(me),
        *_partners(me),
        *_erasing_elsewhere(me),
        *_things(me),
    ]
    bands = [(band, [row for row in rows if row.band == band and row.many]) for band in Band]
    return Board(bands, [row.label for row in rows if not row.many])


def _needs(scope: Scope) -> Iterator[Row]:
    for key, many in counts(scope.needs).items():
        item = ATTENTION_ITEMS[key]
        url = _list_of("requests_app_need", f"?look={key}{scope.query}")
        yield Row(item.band, item.label, many, url if scope.sees_needs else "")


def _of_other_groups(me: User) -> Iterator[Row]:
    needs = needs_of_groups()
    if needs is None:
        return
    url = reverse("admin:partner_needs") if me.has_perm("requests_app.coordinate_need") else ""
    label = ngettext(
        "need of a neighbouring group waits for an answer",
        "needs of neighbouring groups wait for an answer",
        needs.to_answer,
    )
    if needs.first:
        label = _("%(needs)s, first by %(time)s") % {
            "needs": label,
            "time": format_moment(needs.first),
        }
    yield Row(Band.NOW, label, needs.to_answer, url)
    if needs.lost:
        label = ngettext(
            "need of a neighbouring group that they no longer know of: call them",
            "needs of neighbouring groups that they no longer know of: call them",
            needs.lost,
        )
        yield Row(Band.TODAY, label, needs.lost, url)


def _duplicates(me: User) -> Iterator[Row]:
    url = reverse("admin:duplicates") if me.has_perm("requests_app.coordinate_ask") else ""
    many = clusters_waiting()
    label = ngettext(
        "group of asks that look alike: perhaps one person asked twice",
        "groups of asks that look alike: perhaps one person asked twice",
        many,
    )
    yield Row(Band.TODAY, label, many, url)


def _messages(me: User) -> Iterator[Row]:
    """Those that did not go out or not yet, and those that someone has to tell by phone."""
    waiting = Notification.objects.for_team().aggregate(
        late=Count("pk", filter=Q(pk__in=overdue().values("pk"))),
        stuck=Count("pk", filter=Q(state__in=STUCK)),
        calls=Count("pk", filter=Q(pk__in=CallTask.calls.to_make().values("pk"))),
    )
    stuck = _list_of("notify_notification", f"?state__in={','.join(STUCK)}")
    may = me.has_perm("notify.view_notification"), me.has_perm("notify.view_calltask")
    label = ngettext(
        "message that did not go out", "messages that did not go out", waiting["stuck"]
    )
    yield Row(Band.NOW, label, waiting["stuck"], stuck if may[0] else "")
    label = _("messages that should have gone out 10 minutes ago: tell who runs the site")
    late = _list_of("notify_notification", "?state__exact=waiting")
    yield Row(Band.NOW, label, waiting["late"], late if may[0] else "")
    calls = _list_of("notify_calltask") if may[1] else ""
    label = ngettext("person to ring", "people to ring", waiting["calls"])
    yield Row(Band.TODAY, label, waiting["calls"], calls)


def _offers(me: User) -> Iterator[Row]:
    asked = Offer.objects.filter(state=OfferState.NEEDS_RECONFIRM).count()
    url = _list_of("offers_app_offer", f"?state__exact={OfferState.NEEDS_RECONFIRM}")
    label = ngettext(
        "offer whose volunteer was asked whether it still holds",
        "offers whose volunteer was asked whether they still hold",
        asked,
    )
    yield Row(Band.TODAY, label, asked, url if me.has_perm("offers_app.view_offer") else "")


def _people(me: User) -> Iterator[Row]:
    if me.has_perm(DECIDE):
        proposals = TwoPersonDecision.objects.waiting().exclude(about=me).count()
        url = _list_of("people_twopersondecision", "?state__exact=open")
        label = ngettext(
            "proposal about roles that waits for someone to agree",
            "proposals about roles that wait for someone to agree",
            proposals,
        )
        yield Row(Band.TODAY, label, proposals, url)
    url = _list_of("people_user", "?lets_go=often") if me.has_perm("people.view_user") else ""
    many = people_who_often_let_go().count()
    label = ngettext(
        "person who says yes and often lets go: talk with them",
        "people who say yes and often let go: talk with them",
        many,
    )
    yield Row(Band.WEEK, label, many, url)


def _texts(me: User) -> Iterator[Row]:
    if texts := nearly_used_up():
        label = _(
            "of %(most)s text messages a day to numbers no one has confirmed: then they go by e-mail, "
            "or you are asked to call"
        ) % {"most": texts[1]}
        url = _list_of("policy_policy") if me.has_perm("policy.view_policy") else ""
        yield Row(Band.TODAY, label, texts[0], url)


def _things(me: User) -> Iterator[Row]:
    if not current_policy().has_lending:
        return
    many = Loan.objects.help_asked().count()
    label = ngettext(
        "loan with which someone wants your help", "loans with which someone wants your help", many
    )
    url = _list_of("lending_thing", "?loans=help") if me.has_perm("lending.view_thing") else ""
    yield Row(Band.WEEK, label, many, url)


def _resources(me: User) -> Iterator[Row]:
    url = reverse("admin:resources_to_check") if me.has_perm("resources.change_resource") else ""
    many = reports_waiting()
    label = ngettext(
        "mistake that someone found in what is near",
        "mistakes that someone found in what is near",
        many,
    )
    yield Row(Band.TODAY, label, many, url)
    many = due_for_recheck()
    label = ngettext(
        "place near that should be checked again",
        "places near that should be checked again",
        many,
    )
    yield Row(Band.WEEK, label, many, url)


def _principles(me: User) -> Iterator[Row]:
    many = principles_due()
    if many is None:
        return
    label = ngettext(
        "principle of ours that you wanted to look at again",
        "principles of ours that you wanted to look at again",
        many,
    )
    may = me.has_perm("principles.view_principle")
    yield Row(Band.WEEK, label, many, _list_of("principles_principle") if may else "")


def _partners(me: User) -> Iterator[Row]:
    """Nothing where the group does without, also not that none waits."""
    if not has_partners():
        return
    url = _list_of("partners_partner") if me.has_perm("partners.view_partner") else ""
    many = partners_whose_record_differs().count()
    label = ngettext(
        "neighbouring group whose record differs from what was kept of it, or ours: ring them",
        "neighbouring groups whose record differs from what was kept of it, or ours: ring them",
        many,
    )
    yield Row(Band.NOW, label, many, url)
    many = Partner.objects.filter(state=PartnerState.READ).count()
    label = ngettext(
        "neighbouring group whose digits wait to be compared",
        "neighbouring groups whose digits wait to be compared",
        many,
    )
    yield Row(Band.TODAY, label, many, url)
    many = Partner.objects.filter(state=PartnerState.COMPARED).count()
    label = ngettext(
        "neighbouring group to which someone has to agree",
        "neighbouring groups to which someone has to agree",
        many,
    )
    yield Row(Band.TODAY, label, many, url)


def _erasing_elsewhere(me: User) -> Iterator[Row]:
    """A row for each group to ring, and no list: all there is to do is to ring."""
    if not me.has_perm("requests_app.coordinate_ask"):
        return
    for group in groups_to_ring_about_erasing():
        label = ngettext(
            "neighbour of whom %(group)s has not said that it erased what it knows. Ring them: %(phone)s",
            "neighbours of whom %(group)s has not said that it erased what it knows. Ring them: %(phone)s",
            group.many,
        ) % {"group": group.name, "phone": group.phone}
        yield Row(Band.NOW, label, group.many, "")


def _list_of(model: str, query: str = "") -> str:
    return reverse(f"admin:{model}_changelist") + query
