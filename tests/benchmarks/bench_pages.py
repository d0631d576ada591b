"""What pages cost on an old phone: `python -m tests.benchmarks.bench_pages`.

The demo is started in a folder of its own. Each page is visited once by a new browser, over 400 kbit/s with
400 ms, in one language and with JavaScript; what is over its budget is marked. Then the words that someone
reads on the way through an ask are counted.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from playwright.sync_api import Browser, sync_playwright


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "mutualaid.settings"
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        os.environ["DATA_DIR"] = name
        django.setup()
        from tests.support.site import Site
        from tests.support.suites import CHROMIUM

        site = Site(Path(name) / "site")
        try:
            site.start("--demo")
            with sync_playwright() as playwright:
                _measure(playwright.chromium.launch(executable_path=CHROMIUM), site)
        finally:
            site.clear_up()


def _measure(browser: Browser, site: object) -> None:
    from tests.support import weights
    from tests.support.pages import LOST, MEMBERS, MORE_PUBLIC, PUBLIC, questions
    from tests.support.visitor import Visitor

    def visitor() -> Visitor:
        return Visitor(browser, site, java_script_enabled=True, locale="en")  # type: ignore[arg-type]

    budgets = (
        weights.HTML, weights.TOTAL, weights.REQUESTS, weights.FIRST_PAINT, weights.COMPLETE,
    )  # fmt: skip
    print(
        f"{'page':32}{'HTML B':>9}{'all B':>9}{'requests':>9}{'paint ms':>9}{'all ms':>9}{'words':>9}"
    )
    print(f"{'(budget)':32}" + "".join(f"{budget:>9}" for budget in budgets))
    sam = visitor().sign_in("Sam")
    for path in (*PUBLIC, *MORE_PUBLIC, *LOST, *MEMBERS):
        one = sam if path in MEMBERS else visitor()
        weights.make_slow(one.page)
        figures = (*weights.weigh(one, path), *weights.when_painted(one.page))
        cells = (
            f"{'>' if figure > budget else ''}{figure:.0f}".rjust(9)
            for figure, budget in zip(figures, budgets, strict=True)
        )
        print(f"{path:32}{''.join(cells)}{weights.words_in(one.page):>9}", flush=True)
        if one is not sam:
            one.context.close()
    seen: dict[str, int] = {}
    for one in questions(visitor()):
        if "/ask/" in one.page.url:
            seen.setdefault(one.page.url.removeprefix(one.home), weights.words_in(one.page))
    print("\nwords on the way through an ask (at most 700):", sum(seen.values()))
    for path, words in seen.items():
        print(f"{path:32}{words:>9}")


if __name__ == "__main__":
    main()
