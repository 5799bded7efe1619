"""The hostile articles of fakes_hostile in a real browser: nothing runs, nothing is fetched, no error is thrown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fakes_browser import CHROMIUM, browser, person
from fakes_hostile import MARKUP, QUESTIONS, ferry, write_articles
from fakes_page import Page, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: make browser installs it"),
]
AT_ONCE = 9  # cases in one browser profile


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("hostile")
    with served(folder, [write_articles(folder / "hostile.jsonl")]) as shown:
        yield shown


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.mark.parametrize("first", range(0, len(MARKUP), AT_ONCE))
def test_hostile_articles_do_nothing_where_they_are_shown(page: Page, chromium: Any, first: int) -> None:
    opened = 0
    with person(chromium, page.url) as reporter:
        reporter.open()
        for number in range(first, min(first + AT_ONCE, len(MARKUP))):
            reporter.ask(f"How many passengers did the ferry {ferry(number)} carry to Odesa?")
            for marker in reporter.tab.locator("#log .exchange:last-child .marker").all()[:1]:
                marker.click()
                reporter.tab.wait_for_selector("#reader mark")
                opened += 1
        reporter.tab.click("button[role=tab]:has-text('Articles')")
        reporter.tab.wait_for_selector("#books tr")
        reporter.check()
    assert opened, "none of these articles was cited: this test shows nothing"


def test_hostile_questions_do_nothing_where_they_are_shown(page: Page, chromium: Any) -> None:
    with person(chromium, page.url) as reporter:
        reporter.open()
        for _, question in QUESTIONS:
            if len(question) < 5000:  # what people can type; longer ones are put to Talk in test_hostile.py
                reporter.ask(question.encode("utf-8", "replace").decode().replace("\x00", ""))
        reporter.check()
