"""A person in front of a browser. Watches that no page requests another host or logs an error."""

import os
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
        settings: dict[str, Any] = {"viewport": PHONE, "java_script_enabled": False} | options
        self.site = site
        self.home = f"http://localhost:{site.port}"
        self.context = browser.new_context(base_url=self.home, **settings)
        self.context.set_default_timeout(SOON)
        self.page: Page = self.context.new_page()
        self.requests: list[Request] = []
        self.console_errors: list[str] = []
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_error)

    def go(self, path: str) -> "Visitor":
        self.page.goto(path)
        return self

    def press(self, name: str) -> "Visitor":
        """Press the first button or link of this name, also where ": …" follows it."""
        named = re.compile(rf"^{re.escape(name)}( ?: .*)?$")
        button = self.page.get_by_role("button", name=named)
        link = self.page.get_by_role("link", name=named)
        button.or_(link).first.click()
        return self

    def picture(self, name: str) -> None:
        """Save the whole page as `name`.png into the folder that `PICTURES` names, if it names one."""
        if folder := os.environ.get("PICTURES"):
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def unfold(self, summary: str) -> "Visitor":
        """Open the disclosure with this summary."""
        self.page.locator("summary", has_text=summary).first.click()
        return self

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)

    def waits_for(self, path: str, text: str) -> None:
        """Load the page again until it contains the text. Raises `AssertionError` if it never does."""
        for _ in range(SOON // 500):
            if text in self.go(path).page.inner_text("body"):
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{text!r} never came on {path}")

    def sign_in(self, name: str) -> "Visitor":
        """Sign in one of the demo's people: Rosa, Sam and Carla by password, all others by a code."""
        has_password = name in {"Rosa", "Sam", "Carla"}
        self.go("/account/login/?password=1" if has_password else "/account/login/")
        self.page.fill("input[name=login]", f"{name.lower()}@demo.example")
        if has_password:
            self.page.fill("input[name=password]", password_of(self.site))
        self.page.locator("main form button.primary").click()
        if "/code/" in self.page.url:
            self.enter_code(f"{name.lower()}@demo.example")
        return self

    def enter_code(self, address: str) -> None:
        """Type the code that came last by mail to `address`."""
        self.page.fill("input[name=code]", self.code_sent_to(address))
        self.page.locator("main form button.primary").click()

    def code_sent_to(self, address: str) -> str:
        """Return the newest code in the mail to `address` that was not typed yet."""
        reader = self.context.new_page()
        mails = reader.locator(".mail", has_text=f"To {address}")
        for _ in range(SOON // 500):
            reader.goto("/demo/mail/")
            texts = mails.filter(has_text="This is your code").all_inner_texts()
            codes = [code for text in texts for code in CODE.findall(text)]
            if codes and codes[0] not in self.site.codes:
                reader.close()
                self.site.codes.add(codes[0])
                return str(codes[0])
            reader.wait_for_timeout(500)
        raise AssertionError(f"no code was sent to {address}")

    def leave(self) -> None:
        """Close the browser's window, and check what it requested and logged."""
        self.context.close()
        foreign = [r.url for r in self.requests if not r.url.startswith(self.home)]
        assert foreign == [], "a page asked another host for something"
        assert self.console_errors == []

    def _note_request(self, request: Request) -> None:
        self.requests.append(request)

    def _note_error(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.console_errors.append(f"{self.page.url}: {message.text}")


def password_of(site: Site) -> str:
    return (site.folder / "demo-password").read_text().strip()
