"""Draw the table of metrics as one SVG file that stands by itself, in the colours of the site."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.table import MEASURES, Measure

COLOURS = ("#17624a", "#f4b942", "#0f5c7a", "#a8321f", "#51605a")
INK, MUTED, PAPER = "#1c2b26", "#51605a", "#fbf7ee"
LEFT, BAR, ROW, TOP = 300, 340, 18, 90


def svg(title: str, policies: Sequence[str], results: Sequence[Metrics]) -> str:
    """Draw bars for each measure and policy with the values beside them; no style sheet, no script.

    `results` are those of the `policies`, in the same order.
    """
    block = ROW * len(policies) + 16
    high = TOP + block * len(MEASURES) + 10
    description = "; ".join(
        f"{measure.label}: "
        + ", ".join(f"{p} {measure.text_of(m)}" for p, m in zip(policies, results, strict=True))
        for measure in MEASURES
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {high}" role="img" '
        'aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="15">',
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>',
        f'<rect width="760" height="{high}" fill="{PAPER}"/>',
        _text(20, 34, title, INK, 'font-size="19" font-weight="700"'),
        *_legend(policies),
    ]
    for number, measure in enumerate(MEASURES):
        parts += _block(measure, results, TOP + number * block)
    return "\n".join([*parts, "</svg>\n"])


def _legend(policies: Sequence[str]) -> list[str]:
    parts = []
    for number, policy in enumerate(policies):
        x = 20 + number * 150
        parts.append(f'<rect x="{x}" y="52" width="14" height="14" fill="{COLOURS[number % 5]}"/>')
        parts.append(_text(x + 20, 64, policy, INK))
    return parts


def _block(measure: Measure, results: Sequence[Metrics], y: int) -> list[str]:
    values = [measure.value_of(metrics) or 0.0 for metrics in results]
    most = 1.0 if measure.is_share else max(values) or 1.0
    parts = [_text(20, y + 14, str(measure.label), INK)]
    for number, metrics in enumerate(results):
        top, width = y + number * ROW, round(BAR * values[number] / most)
        colour = COLOURS[number % 5]
        parts.append(
            f'<rect x="{LEFT}" y="{top}" width="{width}" height="{ROW - 4}" fill="{colour}"/>'
        )
        parts.append(_text(LEFT + width + 8, top + 13, measure.text_of(metrics), MUTED))
    return parts


def _text(x: int, y: int, text: str, colour: str, attributes: str = "") -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" {attributes}>{escape(text)}</text>'
