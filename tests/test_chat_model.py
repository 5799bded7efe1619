"""The page as the command serves it, with the real embedded model, in a real browser."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes_browser import CHROMIUM, Person, browser, person
from fakes_page import SEEDS, free_port

pytestmark = [
    pytest.mark.model,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: make browser installs it"),
]
PATIENCE = 120_000  # milliseconds for one answer, on a busy machine


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    index, port = tmp_path_factory.mktemp("chat") / "index", free_port()
    command = [sys.executable, "-m", "assistant"]
    subprocess.run([*command, "index", *map(str, SEEDS), "--index", str(index)], check=True, capture_output=True)
    options = ["--index", str(index), "--llm", "embedded", "--port", str(port), "--no-browser"]
    with subprocess.Popen([*command, "chat", *options], cwd=Path(index).parent, stdout=subprocess.DEVNULL) as server:
        try:
            yield _answering(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _answering(url: str) -> str:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return url
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the page was not served within a minute")


@pytest.fixture(scope="module")
def reporter(url: str) -> Iterator[Person]:
    with browser() as chromium:
        opened: Any = person(chromium, url)
        with opened as somebody:
            somebody.tab.set_default_timeout(PATIENCE)
            somebody.open()
            yield somebody
            somebody.check()


def test_a_figure_so_far_is_answered_with_its_claimant_and_the_source_opens(reporter: Person) -> None:
    reporter.ask("How many prisoners have been exchanged so far?")
    told = reporter.last()
    assert "5,757" in told and "Coordination Headquarters" in told and "25 May 2025" in told
    assert "qwen2.5-coder-1.5b" in told
    reporter.tab.click("#log .exchange:last-child .marker >> nth=0")
    assert "5,757" in reporter.tab.inner_text("#reader mark")


def test_a_follow_up_is_understood(reporter: Person) -> None:
    reporter.ask("How many prisoners were released by each side on 24 May 2025?")
    assert "307" in reporter.last()
    reporter.ask("And on 25 May?")
    assert "303" in reporter.last()


def test_what_the_articles_do_not_say_is_declined(reporter: Person) -> None:
    reporter.ask("Who won the football world cup in 2018?")
    assert "Not in the articles" in reporter.last()
