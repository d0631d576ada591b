"""The one row of a group's face, its history, and its logos."""

import re
from collections.abc import Mapping
from datetime import date
from email.utils import formataddr, parseaddr
from hashlib import sha256
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from mutualaid.contact_points.reading import parse_phone
from mutualaid.forms.typed_text import ascii_digits
from mutualaid.group.look import colours
from mutualaid.group.look.colours import Colour, Palette
from mutualaid.group.look.logos import ICONS, Icon
from mutualaid.group.look.stylesheets import group_css
from mutualaid.group.texts import TEXTS, VALUES, WrittenText, label_of, render_markup
from mutualaid.local_time import format_day
from mutualaid.singleton.models import SingletonChange, SingletonRow

LONGEST_NAME = 80
SHORT_NAME = 12
"""Letters that stand below an icon on a phone's home screen."""
DAYS = ("began_on", "ends_on", "ended_on")
is_colour = RegexValidator(
    re.compile(rf"^{colours.PATTERN.pattern}\Z"),
    _("Write # and then six of 0 to 9 and a to f, like #17624a."),
)


def check_phone(text: str) -> None:
    """Raises `ValidationError` for more than one number, which may be a short one like 211."""
    number = ascii_digits(text)
    digits = re.sub(r"\D", "", number)
    if not re.fullmatch(r"[+(]?\d[\d\s()./\-–]*", number) or not 3 <= len(digits) <= 15:
        raise ValidationError(
            _(
                "Write one phone number and nothing else, like 555 0100. The hours have their own box."
            )
        )


class GroupLogo(models.Model):
    """A logo in each size that is used, as PNG that we made. The key is a hash of its content."""

    digest = models.CharField(primary_key=True, max_length=32)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    page = models.BinaryField()
    icon_192 = models.BinaryField()
    icon_512 = models.BinaryField()
    maskable_512 = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return gettext("a logo")


class GroupProfile(SingletonRow):
    """The one row. `current_group()` reads it, `change_group` writes it, and nothing else does.

    `texts` is {name in `VALUES`: text} of what the group says in its own words; `languages` are the codes
    that are offered, the first one first, with a space between them, or "" for all. `ends_on` is set once
    two people agreed to wind down, `ended_on` once it has ended; `mutualaid.ending` alone changes these.
    """

    name = models.CharField(
        _("the name of your group"),
        max_length=LONGEST_NAME,
        help_text=_("Stands on every page, on every message, and in the code app of your team."),
        error_messages={"blank": _("Write the name of your group.")},
    )
    phone = models.CharField(
        _("your phone number"),
        max_length=40,
        blank=True,
        validators=[check_phone],
        help_text=_("Where someone answers. Pages say “call us” with it. Leave it empty for none."),
    )
    email = models.EmailField(
        _("your e-mail"), blank=True, help_text=_("Where you read what people write to you.")
    )
    logo = models.ForeignKey(
        GroupLogo, models.PROTECT, null=True, blank=True, verbose_name=_("your logo")
    )
    leaf = models.CharField(
        _("main color"),
        max_length=7,
        default=colours.LEAF,
        validators=[is_colour],
        help_text=_("Of the one button that matters on a page, and of small pictures."),
    )
    marigold = models.CharField(
        _("second color"),
        max_length=7,
        default=colours.MARIGOLD,
        validators=[is_colour],
        help_text=_("Of what is urgent, and of the way out of the page."),
    )
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    began_on = models.DateField(
        _("when you began"),
        null=True,
        blank=True,
        help_text=_("The day on which your group began, as far as you know. It may stay empty."),
    )
    ends_on = models.DateField(_("when everything is erased"), null=True, editable=False)
    ended_on = models.DateField(_("when you ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("our name and look")
        verbose_name_plural = _("our name and look")
        default_permissions: ClassVar = ("view", "change")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="groupprofile_id_check",
                violation_error_message=_("There is only one group."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="groupprofile_name_check",
                violation_error_message=_("Write the name of your group."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None)
                | Q(ends_on__isnull=False) & (Q(began_on=None) | Q(began_on__lte=F("ended_on"))),
                name="groupprofile_began_on_ends_on_ended_on_check",
                violation_error_message=_("A group begins, winds down, and then ends."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("our name and look"))

    def values(self) -> dict[str, Any]:
        """Return its columns, and instead of `texts` each text in each language: "welcome_es"."""
        columns = super().values()
        texts = columns.pop("texts")
        return columns | {name: texts.get(name, "") for name in VALUES}

    def set_values(self, changes: Mapping[str, Any]) -> None:
        typed = {name: text for name, text in changes.items() if name in VALUES}
        self.texts = {name: text for name, text in (self.texts | typed).items() if text}
        super().set_values({name: v for name, v in changes.items() if name not in VALUES})

    def clean(self) -> None:
        """Raises `ValidationError` beside a colour that can't be read, a language, and a long text."""
        wrong: dict[str, Any] = {}
        for name, least, nearest in (
            ("leaf", colours.leaf_contrast, colours.nearest_leaf),
            ("marigold", colours.marigold_contrast, colours.nearest_marigold),
        ):
            if colours.PATTERN.fullmatch(getattr(self, name)):
                colour = Colour.parse(getattr(self, name))
                if least(colour) < colours.TEXT:
                    wrong[name] = _(
                        "This is hard to read: its contrast is %(now).1f, and it takes 4.5. The nearest"
                        " one that works is %(nearest)s."
                    ) % {"now": int(least(colour) * 10) / 10, "nearest": nearest(colour)}
        codes = self.languages.split()
        if len(set(codes)) < len(codes):
            wrong["languages"] = _("Choose each language once.")
        if self.began_on and self.began_on > timezone.localdate():
            wrong["began_on"] = _("Choose today or a day before.")
        for name, text in self.texts.items():
            key, _code = VALUES.get(name, ("", ""))
            if key and len(text) > TEXTS[key].most:
                wrong[name] = _("Use %(most)s letters at most.") % {"most": TEXTS[key].most}
        if wrong:
            raise ValidationError(wrong)

    @classmethod
    def label_of(cls, name: str) -> str:
        return label_of(name) if name in VALUES else super().label_of(name)

    @classmethod
    def displayed(cls, name: str, value: Any) -> str:
        if name == "languages":
            names = dict(settings.LANGUAGES)
            value = ", ".join(names.get(code, code) for code in (value or "").split())
        if name == "logo":
            return gettext("a logo") if value else gettext("(left empty)")
        if name in DAYS and value:
            value = format_day(date.fromisoformat(str(value)))
        return str(value or gettext("(left empty)"))

    @property
    def is_winding_down(self) -> bool:
        """Whether two people have agreed to end it, and it has not ended yet."""
        return self.ends_on is not None and self.ended_on is None

    @property
    def offered_languages(self) -> list[tuple[str, str]]:
        """The languages of the pages as (code, own name), the group's first one first."""
        names = dict(settings.LANGUAGES)
        chosen = [(code, names[code]) for code in self.languages.split() if code in names]
        return chosen or list(settings.LANGUAGES)

    def offered(self, language: str) -> str:
        """Return this language if it is offered, else the group's first one."""
        codes = [code for code, _name in self.offered_languages]
        usual = settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in codes else codes[0]
        first = codes[0] if self.languages else usual
        return language if language in codes else first

    @property
    def help_contact(self) -> str:
        """How to reach the group, in one line: "555 0100, every day 9 to 6"; "" where it says nothing."""
        return gettext(", ").join(filter(None, (self.phone, self.hours, self.email)))

    @property
    def help_links(self) -> SafeString:
        """The same for pages and mails: what dials, the hours in their own language, what writes."""
        hours = self.hours
        parts = (
            self.phone
            and format_html('<a href="{}"><bdi dir="ltr">{}</bdi></a>', self.phone_uri, self.phone),
            hours and format_html('<bdi lang="{}">{}</bdi>', hours.language, hours),
            self.email
            and format_html('<a href="mailto:{0}"><bdi dir="ltr">{0}</bdi></a>', self.email),
        )
        return format_html_join(gettext(", "), "{}", ([part] for part in parts if part))

    @property
    def phone_uri(self) -> str:
        """The address that dials its number: "tel:+15550100"; "" where there is none."""
        point = parse_phone(self.phone) if self.phone else None
        digits = re.sub(r"[^\d+]", "", ascii_digits(self.phone))
        return (point and point.uri) or (f"tel:{digits}" if digits else "")

    @property
    def mail_sender(self) -> str:
        """From whom mails come: `FROM_EMAIL`, with the name that the group gave itself here, if it did."""
        sender = settings.DEFAULT_FROM_EMAIL
        if self.name == settings.GROUP_NAME:
            return sender
        return formataddr((self.name, parseaddr(sender)[1]))

    @property
    def short_name(self) -> str:
        """As many of its words as fit below an icon; one word at least, cut off if need be."""
        words = self.name.split()
        while len(words) > 1 and len(" ".join(words)) > SHORT_NAME:
            words.pop()
        return " ".join(words)[:SHORT_NAME].strip()

    @property
    def palette(self) -> Palette:
        """Its colours by day and by night."""
        return colours.palette(self.leaf, self.marigold)

    @property
    def stylesheet(self) -> str:
        """The style of its pages with its colours in it; "" where they are the site's own."""
        return group_css(self.palette)

    @property
    def stylesheet_url(self) -> str:
        """Where its stylesheet is, until the next change of a colour; "" for none."""
        sheet = self.stylesheet
        digest = sha256(sheet.encode()).hexdigest()[:16]
        return reverse("group_css", args=[digest]) if sheet else ""

    @property
    def logo_url(self) -> str:
        return self._logo_url("page")

    @property
    def icons(self) -> list[tuple[Icon, str]]:
        """The logo as square icons, for a home screen, each with its address; none without a logo."""
        return [(icon, self._logo_url(icon.name)) for icon in ICONS] if self.logo_id else []

    def _logo_url(self, kind: str) -> str:
        return reverse("group_logo", args=[self.logo_id, kind]) if self.logo_id else ""

    @property
    def line(self) -> WrittenText:
        """Who and where, in the reader's language or another one; "" where nothing is written."""
        return self._written("line")

    @property
    def hours(self) -> WrittenText:
        """When someone answers, in the reader's language or another one."""
        return self._written("hours")

    @property
    def welcome(self) -> SafeString:
        return self._html("welcome")

    @property
    def how_we_work(self) -> SafeString:
        return self._html("how_we_work")

    @property
    def emergency(self) -> SafeString:
        return self._html("emergency")

    @property
    def pause(self) -> SafeString:
        return self._html("pause")

    @property
    def winding_down(self) -> SafeString:
        return self._html("winding_down")

    @property
    def winding_down_words(self) -> str:
        """The same for messages: as it was typed."""
        return self._typed("winding_down") or self.default_text(
            "winding_down", get_language() or ""
        )

    def _written(self, key: str) -> WrittenText:
        """Return a text without a default: as its reader reads it, else in the first language that has it."""
        for code in (*_read_now(), *(code for code, _name in self.offered_languages)):
            if text := self.texts.get(f"{key}_{code}"):
                return WrittenText(text, code)
        return WrittenText("", "")

    def _html(self, key: str) -> SafeString:
        """Return a text in the reader's language: the group's words, else ours."""
        if text := self._typed(key):
            return render_markup(text)
        return format_html("<p>{}</p>", self.default_text(key, get_language() or ""))

    def _typed(self, key: str) -> str:
        """Return the group's own words in the reader's language, with their marks; "" for none."""
        texts = (self.texts.get(f"{key}_{code}", "") for code in _read_now())
        return next(filter(None, texts), "")

    def default_text(self, key: str, language: str) -> str:
        """Return what we say in place of a text that the group has not written; "" where we say nothing."""
        with override(language):
            return str(TEXTS[key].default) % {"group": self.name}


def _read_now() -> list[str]:
    """Return the reader's language, and for British English also English."""
    code = get_language() or settings.LANGUAGE_CODE
    return list(dict.fromkeys([code, code.split("-")[0]]))


class GroupProfileChange(SingletonChange):
    """One write of the group's face."""

    row = GroupProfile

    class Meta(SingletonChange.Meta):
        pass
