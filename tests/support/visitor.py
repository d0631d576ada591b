"""Someone in front of a browser. What they see is watched: nothing from elsewhere, nothing forbidden."""

import re
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.support.site import Site

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1200, "height": 800}
CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", re.MULTILINE)
SOON = 60_000
"""Milliseconds to wait for what other processes do, on a busy machine."""


class Visitor:
    def __init__(self, browser: Browser, site: Site, **options: Any) -> None:
        given: dict[str, Any] = {"viewport": PHONE, "java_script_enabled": False} | options
        self.site = site
        self.home = f"http://localhost:{site.port}"
        self.context = browser.new_context(base_url=self.home, **given)
        self.context.set_default_timeout(SOON)
        self.page: Page = self.context.new_page()
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.page.on("request", self._note)
        self.page.on("console", self._listen)

    def go(self, path: str) -> "Visitor":
        self.page.goto(path)
        return self

    def press(self, name: str) -> "Visitor":
        """Press the first button, or follow the first link, of this name; what it is about may follow."""
        named = re.compile(rf"^{re.escape(name)}( ?: .*)?$")
        button = self.page.get_by_role("button", name=named)
        link = self.page.get_by_role("link", name=named)
        button.or_(link).first.click()
        return self

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def does_not_see(self, words: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(words)

    def waits_for(self, path: str, words: str) -> None:
        """Load the page again and again until the words stand there."""
        for _ in range(SOON // 500):
            if words in self.go(path).page.inner_text("body"):
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{words!r} never stood on {path}")

    def sign_in(self, name: str) -> "Visitor":
        """Rosa, Sam and Carla have a password; all others get a code by mail."""
        self.go("/account/login/")
        self.page.fill("input[name=login]", f"{name.lower()}@demo.example")
        if name in {"Rosa", "Sam", "Carla"}:
            self.page.fill("input[name=password]", password_of(self.site))
        self.page.locator("main form button.primary").click()
        if "/code/" in self.page.url:
            self.enter_code(f"{name.lower()}@demo.example")
        return self

    def enter_code(self, address: str) -> None:
        """Type the code that came by mail last."""
        self.page.fill("input[name=code]", self.code_sent_to(address))
        self.page.locator("main form button.primary").click()

    def code_sent_to(self, address: str) -> str:
        """The newest code in the mail, which is one that no one has typed yet."""
        reader = self.context.new_page()
        mails = reader.locator(".mail", has_text=f"To {address}")
        for _ in range(SOON // 500):
            reader.goto("/demo/mail/")
            letters = mails.filter(has_text="This is your code").all_inner_texts()
            codes = [code for letter in letters for code in CODE.findall(letter)]
            if codes and codes[0] not in self.site.codes:
                reader.close()
                self.site.codes.add(codes[0])
                return str(codes[0])
            reader.wait_for_timeout(500)
        raise AssertionError(f"no code was sent to {address}")

    def leave(self) -> None:
        self.context.close()
        strangers = [r.url for r in self.requests if not r.url.startswith(self.home)]
        assert strangers == [], "a page asked another host for something"
        assert self.complaints == []

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")


def password_of(site: Site) -> str:
    return (site.folder / "demo-password").read_text().strip()
