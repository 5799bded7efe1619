"""A person at the page: headless Chromium that notes every request to elsewhere and every error, and can check access."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
QUESTION = "#question textarea"


@dataclass
class Person:
    """One browser profile with one tab, `tab` (a Playwright page). What must not happen is noted, and `check` tells it."""

    tab: Any
    url: str
    wrong: list[str] = field(default_factory=list)

    def note(self, kind: str, what: str) -> None:
        """Something went wrong, if `what` says anything."""
        if what:
            self.wrong.append(f"{kind} {what}")

    def refuse(self, dialog: Any) -> None:
        """Close a dialog, which none of ours is."""
        self.wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def open(self, path: str = "/") -> None:
        """Go to the page and wait until it can be used."""
        self.tab.goto(self.url + path)
        self.tab.wait_for_selector(f"{QUESTION}:enabled")
        self.tab.wait_for_selector("#log section")

    def ask(self, question: str, *, wait: bool = True) -> None:
        """Type a question, send it, and wait until it is closed."""
        before = self.closed()
        self.tab.fill(QUESTION, question)
        self.tab.press(QUESTION, "Enter")
        if wait:
            self.until_closed(before + 1)

    def closed(self) -> int:
        """How many questions have come to their end."""
        return int(self.tab.locator("#log .exchange").count())

    def until_closed(self, number: int) -> None:
        self.tab.wait_for_function(f"document.querySelectorAll('#log .exchange').length === {number}")

    def last(self) -> str:
        """What the last exchange says."""
        return str(self.tab.inner_text("#log .exchange:last-child"))

    def check(self) -> None:
        """Nothing was loaded from elsewhere, nothing was executed that should not be, nothing went wrong."""
        assert self.wrong == []
        assert not self.tab.evaluate("Boolean(window.hacked)")


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, for the tests of one module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@contextmanager
def person(chromium: Any, url: str, **context: Any) -> Iterator[Person]:
    """A new profile; `context` as Playwright's new_context takes it (viewport, color_scheme, has_touch, ...)."""
    opened = chromium.new_context(viewport=context.pop("viewport", {"width": 1280, "height": 860}), **context)
    opened.set_default_timeout(10_000)
    tab = opened.new_page()
    somebody = Person(tab, url)
    ours = (url, "data:", "blob:", "about:")
    tab.on("request", lambda request: somebody.note("request", "" if request.url.startswith(ours) else request.url))
    tab.on("console", lambda message: somebody.note("console", message.text if message.type == "error" else ""))
    tab.on("pageerror", lambda error: somebody.note("error", str(error)))
    tab.on("dialog", lambda dialog: somebody.refuse(dialog))
    yield somebody
    opened.close()


def violations(tab: Any) -> list[str]:
    """What axe-core finds on the page of level serious or higher, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab).response["violations"]
    return [
        f"{v['impact']} {v['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
        for node in v["nodes"]
    ]
