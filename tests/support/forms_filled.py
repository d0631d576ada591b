"""The forms of a page as a browser would send them, and which of them its chooser of languages sends."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

NOT_TYPED = {"hidden", "password", "checkbox", "radio", "file", "submit"}


@dataclass
class FilledForm:
    id: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    """What a browser would send, by name."""
    texts: list[str] = field(default_factory=list)
    """Names of the fields that one types into."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """By name the values that one can choose."""

    def filled(self) -> dict[str, list[str]]:
        """Something in each field: a text, or the last that can be chosen."""
        typed = {name: [f"typed into {name}"] for name in self.texts}
        return self.values | {name: [values[-1]] for name, values in self.choices.items()} | typed


class FormReader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[FilledForm] = []
        """Those that POST."""
        self.language = ""
        self.sent_by_chooser = set[str]()
        """Ids of the forms that the buttons of the chooser send beside its own."""
        self._select = self._textarea = ""
        self._form: FilledForm | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name, value = has.get("name", ""), has.get("value", "")
        if tag == "html":
            self.language = has["lang"]
        elif tag == "button" and name == "in_language":
            self.sent_by_chooser.add(has["form"])
        elif tag == "form" and has.get("method") == "post":
            self._form = FilledForm(has.get("id", ""), has.get("action", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "textarea":
            self._textarea = name
            self._form.texts.append(name)
            self._form.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self._choose(self._select, value, "selected" in has)
        elif tag == "input" and has.get("type") in ("checkbox", "radio"):
            self._choose(name, has.get("value", "on"), "checked" in has)
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            self._form.values[name] = [value]
            is_code = has.get("autocomplete") == "one-time-code"
            if has.get("type") not in NOT_TYPED and not is_code and has.get("tabindex") != "-1":
                self._form.texts.append(name)

    def handle_data(self, data: str) -> None:
        if self._form and self._textarea:
            self._form.values[self._textarea] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
        elif tag == "form":
            self._form = None

    def _choose(self, name: str, value: str, is_chosen: bool) -> None:
        assert self._form
        self._form.choices.setdefault(name, []).append(value)
        if is_chosen:
            self._form.values.setdefault(name, []).append(value)
