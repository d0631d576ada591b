"""Colours that a group chooses can be read, by day and by night, and the nearest that can is proposed."""

import re
from itertools import product

import pytest
from django.conf import settings

from mutualaid.group.look import colours
from mutualaid.group.look.colours import DARK, LIGHT, Colour, contrast, palette
from mutualaid.group.look.stylesheets import group_css, preview_css, site_css

LEVELS = ("00", "33", "66", "99", "cc", "ff")
MANY = [f"#{red}{green}{blue}" for red, green, blue in product(LEVELS, repeat=3)]


def tokens_of_the_site() -> list[dict[str, str]]:
    css = (settings.BASE_DIR / "mutualaid/static/site.css").read_text(encoding="utf-8")
    roots = re.findall(r":root\s*{([^}]*)}", css)[:2]
    return [dict(re.findall(r"--([\w-]+):\s*(#\w{6})", root)) for root in roots]


def test_what_colours_stand_on_is_what_the_stylesheet_says():
    light, dark = tokens_of_the_site()
    for name in ("paper", "card", "wash", "ink"):
        assert light[name] == str(getattr(LIGHT, name))
    for name in ("paper", "card", "wash"):
        assert dark[name] == str(getattr(DARK, name))
    for scheme, own in zip((light, light | dark), colours.OWN, strict=True):
        for name, value in own._asdict().items():
            assert scheme[name.replace("_", "-")] == value


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(Colour.parse(one), Colour.parse(other)) == pytest.approx(ratio, abs=0.01)


def test_every_proposal_can_be_read():
    for text in MANY:
        colour = Colour.parse(text)
        assert colours.leaf_contrast(colours.nearest_leaf(colour)) >= 4.5, text
        assert colours.marigold_contrast(colours.nearest_marigold(colour)) >= 4.5, text


def test_what_can_be_read_already_stays_as_it_is():
    for text in ("#17624a", "#a8321f", "#000000", "#0f5c7a"):
        assert str(colours.nearest_leaf(Colour.parse(text))) == text


def test_a_proposal_keeps_the_hue():
    red, green, blue = colours.nearest_leaf(Colour.parse("#ff6666"))
    assert red > 2 * green
    assert red > 2 * blue


@pytest.mark.slow
def test_at_night_every_allowed_colour_can_be_read():
    for text in MANY:
        leaf = str(colours.nearest_leaf(Colour.parse(text)))
        marigold = str(colours.nearest_marigold(Colour.parse(text)))
        night = palette(leaf, marigold).dark
        on_leaf, on_marigold = Colour.parse(night.on_leaf), Colour.parse(night.on_marigold)
        for surface in (DARK.paper, DARK.card, DARK.wash):
            if leaf != colours.LEAF:
                assert contrast(Colour.parse(night.leaf), surface) >= 6, text
            assert contrast(Colour.parse(night.marigold), surface) >= 3, text
        assert contrast(Colour.parse(night.leaf), on_leaf) >= 4.5, text
        assert contrast(Colour.parse(night.marigold), on_marigold) >= 4.5, text


@pytest.mark.parametrize("text", ["red;}", "#17624a;}", "#17624a\n", "red", "#fff", "#gggggg", ""])
def test_nothing_else_is_a_colour(text):
    with pytest.raises(ValueError, match="no colour"):
        Colour.parse(text)
    with pytest.raises(ValueError, match="no colour"):
        palette(text, colours.MARIGOLD)


def test_the_sites_own_colours_need_no_stylesheet():
    assert group_css(palette(colours.LEAF, colours.MARIGOLD)) == ""


def test_one_changed_colour_leaves_the_other_as_the_site_has_it():
    css = group_css(palette("#a8321f", colours.MARIGOLD)).removeprefix(site_css())
    assert css.count("--leaf:") == 2
    assert css.count("--marigold:#f4b942") == 2


def test_the_preview_has_both_schemes_whatever_the_device_is_in():
    css = preview_css("#a8321f", colours.MARIGOLD)
    assert css.startswith(".face-preview{")
    assert ".in-light{" in css
    assert ".in-dark{" in css
    assert css.count("{") == css.count("}")
