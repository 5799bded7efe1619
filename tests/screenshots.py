"""Pictures of the page's main states for the README: `python tests/screenshots.py docs/screenshots`.

Taken in headless Chromium of the page over the seed articles, with the scripted model, so that they are the same everywhere.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from fakes_browser import Person, browser, person
from fakes_page import served
from PIL import Image

FLAGSHIP = "How many prisoners have been exchanged so far?"
LARGEST = 150_000  # bytes of a picture


def welcome(reporter: Person) -> None:
    """The first visit."""


def answer(reporter: Person) -> None:
    """An answer with its sources."""
    reporter.ask(FLAGSHIP)
    reporter.ask("How many prisoners were exchanged on 6 May 2025?")


def article(reporter: Person) -> None:
    """A source opened at its sentence, and the figures over time."""
    reporter.ask(FLAGSHIP)
    reporter.tab.click("details.figures > summary")
    reporter.tab.click("#log .marker >> nth=0")
    reporter.tab.wait_for_selector("#reader mark")


def library(reporter: Person) -> None:
    """The articles, and the limits of a question."""
    reporter.tab.click("button[role=tab]:has-text('Articles')")
    reporter.tab.wait_for_selector("#books tr")
    reporter.tab.click("#limits > button")
    reporter.tab.wait_for_selector("#slider input")


STATES: tuple[tuple[str, Callable[[Person], None], dict[str, Any]], ...] = (
    ("welcome", welcome, {}),
    ("answer", answer, {}),
    ("article-dark", article, {"color_scheme": "dark"}),
    ("library", library, {}),
    ("narrow", answer, {"viewport": {"width": 390, "height": 844}}),
)


def take(folder: Path) -> None:
    """Write one picture a state into `folder`, each under LARGEST."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept, served(Path(kept)) as page, browser() as chromium:
        for name, reach, context in STATES:
            settings: dict[str, Any] = {"reduced_motion": "reduce"} | context
            with person(chromium, page.url, **settings) as reporter:
                reporter.open()
                reach(reporter)
                reporter.tab.wait_for_timeout(600)  # panels slide
                picture = Image.open(BytesIO(reporter.tab.screenshot())).convert("RGB")
                file = folder / f"{name}.png"
                picture.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
                reporter.check()
                print(f"{file} {file.stat().st_size:,} bytes", flush=True)
                if file.stat().st_size > LARGEST:
                    raise SystemExit(f"{file} is over {LARGEST:,} bytes: show less in it")


if __name__ == "__main__":
    take(Path(sys.argv[1]))
