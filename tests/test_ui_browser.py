"""The page as a person uses it: Chromium against the running app, a real index and a model that answers by rule."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes_browser import QUESTION, Person, browser, person, violations
from fakes_page import Page, served

from assistant.render_export import KINDS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
FLAGSHIP = "How many prisoners have been exchanged so far?"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with served(tmp_path_factory.mktemp("page")) as shown:
        yield shown


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.fixture
def reporter(page: Page, chromium: Any) -> Iterator[Person]:
    with person(chromium, page.url) as somebody:
        somebody.open()
        yield somebody
        somebody.check()


def test_a_question_is_answered_cited_and_kept_over_a_reload(reporter: Person) -> None:
    reporter.ask(FLAGSHIP)
    assert "5,757" in reporter.last()
    assert "Answered" in reporter.last()
    reporter.tab.reload()
    reporter.until_closed(1)
    assert "5,757" in reporter.last()
    assert reporter.tab.inner_text("#sources blockquote >> nth=0")


def test_stop_frees_the_model_at_once(page: Page, reporter: Person) -> None:
    before = page.model.stopped
    reporter.ask("How do both capitals treat the exchanges, slow please?", wait=False)
    reporter.tab.wait_for_selector("#live .stage:has-text('writing')")
    pressed = time.monotonic()
    reporter.tab.click("#question button.stop-button")
    reporter.until_closed(1)
    assert "Stopped." in reporter.last()
    while page.model.stopped == before:
        assert time.monotonic() - pressed < 2
        time.sleep(0.01)
    reporter.ask("Who mediated the Easter exchange?")
    assert reporter.closed() == 2


def test_the_last_question_is_edited_and_answered_again(reporter: Person) -> None:
    reporter.ask("Who mediated the Easter exchange?")
    first = reporter.last()
    reporter.tab.click("[data-do=edit]")
    reporter.tab.fill("#chat form textarea", FLAGSHIP)
    reporter.tab.press("#chat form textarea", "Enter")
    reporter.tab.wait_for_selector("#log h2:has-text('so far')")
    assert reporter.closed() == 1
    assert reporter.last() != first
    reporter.tab.click("[data-do=retry]")
    reporter.tab.wait_for_selector("#live .exchange", state="attached")
    reporter.until_closed(1)
    reporter.tab.reload()
    reporter.until_closed(1)
    assert "so far" in reporter.last()


def test_conversations_are_listed_renamed_searched_and_deleted(reporter: Person) -> None:
    tab = reporter.tab
    tab.click(".sidebar .toggle-button")
    reporter.ask("Who mediated the Easter exchange?")
    tab.wait_for_selector("#shelf li.current")
    tab.click("#fresh")
    tab.wait_for_selector("#log .welcome")
    assert "?c=" not in tab.url
    reporter.ask("What was agreed in Istanbul?")
    tab.hover("#shelf li.current")
    tab.click("#shelf li.current [data-shelf=rename]")
    tab.fill("#shelf input", "Turkey <b>")
    tab.press("#shelf input", "Enter")
    tab.wait_for_selector("#shelf .open:text-is('Turkey <b>')")
    tab.fill("#find input, #find textarea", "easter")
    tab.wait_for_function(
        "![...document.querySelectorAll('#shelf .open')].some(b => b.textContent.startsWith('Turkey'))"
    )
    tab.click("#shelf .open >> nth=0")
    tab.wait_for_selector("#log h2:has-text('Easter')")
    tab.fill("#find input, #find textarea", "turkey")
    row = tab.locator("#shelf li", has_text="Turkey")
    row.hover()
    row.locator("[data-shelf=delete]").click()
    row.locator("[data-shelf=delete]").click()
    tab.wait_for_selector("#shelf .empty")


def test_a_source_shows_its_quote_and_opens_the_article_at_the_sentence(reporter: Person) -> None:
    reporter.ask(FLAGSHIP)
    tab = reporter.tab
    tab.hover("#log .marker >> nth=0")
    tab.wait_for_selector("#card:visible")
    assert "June 2025" in tab.inner_text("#card div")
    quote = tab.inner_text("#card blockquote")
    tab.click("#log .marker >> nth=0")
    tab.wait_for_selector("#reader mark")
    assert tab.inner_text("#reader mark") == quote
    assert tab.evaluate(
        "(([m, b]) => m.top >= b.top && m.bottom <= b.bottom)"
        "(['mark', '.body'].map(s => document.querySelector('#reader ' + s).getBoundingClientRect()))"
    )
    assert not tab.is_visible("#sources details.read ul")
    tab.click("#sources details.read summary")
    tab.click("#sources details.read button >> nth=0")
    tab.wait_for_function("document.querySelector('#reader mark').textContent.length > 0")
    tab.click("#reader [data-close]")
    tab.wait_for_selector("#reader article", state="detached")


def test_figures_are_charted_and_each_point_opens_its_sentence(reporter: Person) -> None:
    reporter.ask(FLAGSHIP)
    tab = reporter.tab
    tab.click("details.figures > summary")
    tab.wait_for_selector("svg circle")
    assert violations(tab) == []
    tab.focus("svg circle >> nth=0")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#reader mark")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_and_a_conversation_can_be_taken_along(reporter: Person, kind: str) -> None:
    reporter.ask(FLAGSHIP)
    reporter.tab.click("#log details.export summary")
    with reporter.tab.expect_download() as one:
        reporter.tab.click(f"[data-do=export][data-kind={kind}]")
    text = Path(one.value.path()).read_text(encoding="utf-8")
    assert "5,757" in text
    if kind == "json":
        (answer,) = json.loads(text)["answers"]
        assert all(row["stands"] and row["file_sha256"] for row in answer["evidence"])


def test_a_whole_conversation_can_be_taken_along(reporter: Person) -> None:
    reporter.ask(FLAGSHIP)
    reporter.ask("Who mediated the Easter exchange?")
    reporter.tab.click("#whole summary")
    with reporter.tab.expect_download() as whole:
        reporter.tab.click("#whole [data-kind=markdown]")
    text = Path(whole.value.path()).read_text(encoding="utf-8")
    assert text.count("## ") == 2


def test_a_thumb_and_its_reason_are_kept_here(page: Page, reporter: Person) -> None:
    reporter.ask(FLAGSHIP)
    tab = reporter.tab
    tab.click("[data-do=bad]")
    tab.fill("#chat .actions input >> nth=0", "too old")
    tab.fill("#chat .actions input >> nth=1", "6,000")
    tab.click("#chat .actions form button")
    tab.wait_for_selector("#chat .actions form:has-text('Kept.')")
    tab.reload()
    reporter.until_closed(1)
    assert tab.get_attribute("[data-do=bad]", "aria-pressed") == "true"
    ((exchange,),) = [c for c in page.talk.kept.everything() if c and c[0].verdict]
    assert exchange.verdict
    assert (exchange.verdict.good, exchange.verdict.reason, exchange.verdict.right) == (False, "too old", "6,000")


def test_an_answer_is_copied_with_its_sources(chromium: Any, page: Page) -> None:
    with person(chromium, page.url, permissions=["clipboard-read", "clipboard-write"]) as somebody:
        somebody.open()
        somebody.ask(FLAGSHIP)
        somebody.tab.click("[data-do=copy]")
        somebody.tab.wait_for_selector("[data-do=copy]:has-text('Copied')")
        copied = somebody.tab.evaluate("navigator.clipboard.readText()")
        assert "5,757" in copied
        assert "Four exchanges in six days" in copied
        somebody.check()


def test_two_people_get_their_own_answers(page: Page, chromium: Any, reporter: Person) -> None:
    with person(chromium, page.url) as other:
        other.open()
        reporter.ask("Who mediated the Easter exchange?", wait=False)
        other.ask("What was agreed in Istanbul?")
        reporter.until_closed(1)
        assert re.search("Easter", reporter.last())
        assert re.search("Istanbul", other.last())
        other.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(page: Page, chromium: Any, scheme: str) -> None:
    with person(chromium, page.url, color_scheme=scheme, reduced_motion="reduce") as reporter:
        reporter.open()
        assert violations(reporter.tab) == []
        reporter.ask(FLAGSHIP)
        reporter.tab.click(".sidebar .toggle-button")
        reporter.tab.wait_for_selector("#shelf li")
        reporter.tab.click("#limits > button")
        open_articles(reporter)
        time.sleep(0.5)  # the list slides in
        assert violations(reporter.tab) == []
        reporter.check()


def open_articles(reporter: Person) -> None:
    """Show the library beside the chat."""
    reporter.tab.click("button[role=tab]:has-text('Articles')")
    reporter.tab.wait_for_selector("#books tr")


def test_a_question_can_be_asked_and_its_source_read_by_keyboard_only(reporter: Person) -> None:
    tab = reporter.tab
    assert tab.evaluate(f"document.activeElement === document.querySelector('{QUESTION}')")
    tab.keyboard.type(FLAGSHIP)
    tab.keyboard.press("Enter")
    reporter.until_closed(1)
    for _ in range(60):
        tab.keyboard.press("Shift+Tab")
        if tab.evaluate("document.activeElement.matches('#log .marker')"):
            break
    tab.wait_for_selector("#card:visible")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#reader mark")
    assert tab.evaluate("document.activeElement.matches('#reader h3')")


def test_a_follow_up_is_understood_and_its_wording_shown_on_demand(reporter: Person) -> None:
    reporter.ask("How many prisoners were exchanged on 6 May 2025?")
    reporter.ask("And on 19 April?")
    aside = reporter.tab.locator("#log .exchange:last-child details.aside", has_text="Understood")
    aside.locator("summary").click()
    assert "How many prisoners were exchanged on 19 April" in aside.inner_text()


def test_limits_are_set_by_slider_shown_and_hold_for_follow_ups_and_over_a_reload(reporter: Person) -> None:
    tab = reporter.tab
    tab.click("#limits > button")
    slider = tab.locator("#slider input")
    slider.focus()
    for _ in range(21):
        tab.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "25 May 2025"
    assert tab.input_value("#as-of input, #as-of textarea") == "2025-05-25"
    tab.wait_for_selector("#limits:has-text('Limits: as of 25 May 2025')")
    reporter.ask(FLAGSHIP)
    assert "as of 25 May 2025" in reporter.last()
    assert "newest in the index 25 May 2025" in reporter.last()
    reporter.ask("What happened in Istanbul?")
    assert "as of 25 May 2025" in reporter.last()
    tab.reload()
    reporter.until_closed(2)
    tab.wait_for_selector("#limits:has-text('Limits: as of 25 May 2025')")
    tab.click("#limits > button")
    tab.wait_for_function("document.querySelector('#slider input')?.getAttribute('aria-valuetext') === '25 May 2025'")
    tab.click("#clear")
    tab.wait_for_function("!document.querySelector('#limits').innerText.includes('25 May 2025')")


def test_articles_are_dropped_listed_asked_about_and_removed(reporter: Person, tmp_path: Path) -> None:
    new, bad = tmp_path / "new.md", tmp_path / "bad.pdf"
    new.write_text(
        "---\ntitle: Ferry in Odesa\ndate: 2025-06-20\noutlet: Harbour Post\n---\n\n"
        "The ferry Aurora carried 41 passengers to Odesa on Friday.\n"
    )
    bad.write_bytes(b"no pdf")
    tab = reporter.tab
    open_articles(reporter)
    tab.set_input_files("#drop input[type=file]", [new, bad])
    tab.wait_for_selector("#outcomes .good:has-text('new.md')")
    tab.wait_for_selector("#outcomes .bad:has-text('bad.pdf')")
    tab.wait_for_selector("#books tr:has-text('Ferry in Odesa')")
    tab.wait_for_selector("#heading:has-text('23 articles')")
    tab.wait_for_selector("#health:has-text('healthy')")
    reporter.ask("Which ferry carried passengers to Odesa?")
    assert "Aurora" in reporter.last()
    tab.fill("#find-article input, #find-article textarea", "harbour")
    tab.wait_for_function("document.querySelectorAll('#books tbody tr').length === 1")
    tab.click("#books [data-book=read]")
    tab.wait_for_selector("#reader:has-text('The ferry Aurora')")
    tab.click("#books [data-book=remove]")
    tab.click("#books [data-book=remove]")
    tab.wait_for_selector("#heading:has-text('22 articles')")


def test_a_text_is_pasted(reporter: Person) -> None:
    tab = reporter.tab
    open_articles(reporter)
    tab.click("#paste > button")
    tab.fill("#pasted textarea", "The bridge of Balta was closed on Sunday.")
    tab.fill("#pasted-title input, #pasted-title textarea", "<b>Bridge</b>")
    tab.fill("#pasted-day input, #pasted-day textarea", "2025-06-16")
    tab.click("#add")
    row = tab.locator("#books tr", has_text="<b>Bridge</b>")
    row.wait_for()
    assert "16 June 2025" in row.inner_text()
    row.locator("[data-book=remove]").click()
    row.locator("[data-book=remove]").click()
    row.wait_for(state="detached")


def test_the_page_works_on_a_phone(page: Page, chromium: Any) -> None:
    with person(chromium, page.url, viewport={"width": 390, "height": 844}, has_touch=True) as reporter:
        reporter.open()
        reporter.ask(FLAGSHIP)
        tab = reporter.tab
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        tab.tap("#log .marker >> nth=0")
        tab.wait_for_selector("#card:visible")
        tab.tap("#log .marker >> nth=0")
        tab.wait_for_selector("#reader mark")
        tab.wait_for_function("document.querySelector('#reader').getBoundingClientRect().top < window.innerHeight")
        assert violations(tab) == []
        reporter.check()
