"""The style of the group's pages in its colours, and of the preview in the admin."""

import re
from pathlib import Path

from django.conf import settings

from mutualaid.group.look.colours import OWN, Palette, Tokens, palette


def group_css(colours: Palette) -> str:
    """Return site.css with the colours by day and by night after it; "" where they are the site's own.

    One sheet and not two: a page asks for few things.
    """
    if colours == OWN:
        return ""
    light, dark = map(_properties, colours)
    return f"{site_css()}\n:root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def preview_css(leaf: str, marigold: str) -> str:
    """Return site.css for what is inside of `.face-preview` alone, in these two colours.

    `.in-light` and `.in-dark` show both schemes, whichever the device is in. It nests the rules, as
    browsers can since 2023: no second copy of them has to be kept.
    """
    site = site_css()
    roots = re.findall(r":root\s*{([^}]*)}", site)[:2]
    schemes = "".join(
        f".in-{name}{{{root};{_properties(tokens)}color-scheme:{name};}}"
        for name, root, tokens in zip(
            ("light", "dark"), roots, palette(leaf, marigold), strict=True
        )
    )
    return f".face-preview{{{site}\n{schemes}}}"


def _properties(tokens: Tokens) -> str:
    return "".join(
        f"--{name.replace('_', '-')}:{value};" for name, value in tokens._asdict().items()
    )


def site_css() -> str:
    """Return the site's own style."""
    return (Path(settings.STATICFILES_DIRS[0]) / "site.css").read_text(encoding="utf-8")
