"""How fast the chat page is: `python tests/page_bars.py .index [--json]`; the last line with --json is one object.

- `server_seconds`: from `assistant chat` over the index named to its first answer to a browser's request (bar 8)
- `page_seconds`: from entering the address to a question box that can be used, median of five new profiles (bar 2)
- `token_ms_median`, `token_ms_p95`: from the moment the model has made a piece until it stands in the page (bar 100)
- `people`, `own_answers`, `people_seconds`: people asking at once by the API, and how many got the answer to their own question

The first takes the user's own models; the others a model that answers by rule, so that they measure the page alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fakes_browser import QUESTION, browser, person
from fakes_page import Page, free_port, served

PEOPLE = 20
PROFILES = 5
PACE = 0.12  # seconds a piece, so that two pieces are never shown together
WRITTEN = "Who mediated the Easter exchange?"  # no figure question: the model has to write
WATCH = """() => {
    window.seen = [];
    const note = () => window.seen.push([Date.now(), document.querySelector('#live').innerText]);
    new MutationObserver(note).observe(document.body, {childList: true, characterData: true, subtree: true});
}"""


def server_seconds(index: Path) -> float:
    """Seconds from starting the command until it serves the page. Raises TimeoutError after a minute."""
    port = free_port()
    command = [sys.executable, "-m", "assistant", "chat", "--index", str(index), "--port", str(port), "--no-browser"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while time.perf_counter() - began < 60:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                        page.read()
                        return time.perf_counter() - began
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.05)
        finally:
            server.terminate()
    raise TimeoutError("the page was not served within a minute")


def page_seconds(chromium: Any, page: Page) -> float:
    """Seconds from the address to a usable question box, the median over new profiles."""
    taken = []
    for _ in range(PROFILES):
        with person(chromium, page.url) as somebody:
            began = time.perf_counter()
            somebody.tab.goto(page.url)
            somebody.tab.wait_for_selector(f"{QUESTION}:enabled")
            taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def token_delays(chromium: Any, page: Page) -> list[float]:
    """Milliseconds from each piece the model made until the page showed the draft with it."""
    made: list[tuple[float, str]] = []
    write = page.model.write

    def noted(*arguments: Any, **options: Any) -> Iterator[str]:
        for piece in write(*arguments, **options):
            made.append((time.time(), piece))
            yield piece

    page.model.pace, page.model.write = PACE, noted  # type: ignore[method-assign]
    with person(chromium, page.url) as somebody:
        somebody.open()
        somebody.tab.evaluate(WATCH)
        somebody.ask(WRITTEN)
        seen = [(at / 1000, " ".join(text.split())) for at, text in somebody.tab.evaluate("window.seen")]
    page.model.pace, page.model.write = 0.01, write  # type: ignore[method-assign]
    delays, raw = [], ""
    for at, piece in made:
        raw += piece
        draft = " ".join(raw.partition("Answer:")[2].split())
        if shown := [when for when, text in seen if draft and draft in text and when >= at]:
            delays.append(1000 * (shown[0] - at))
    return delays


def own_answers(page: Page) -> tuple[int, float]:
    """How many of PEOPLE asking at once got the answer to their own question, and the seconds until all had one."""
    from gradio_client import Client  # type: ignore[import-untyped]

    clients = [Client(page.url, verbose=False) for _ in range(PEOPLE)]
    asked = [f"Who said what about the exchange of day {number}?" for number in range(PEOPLE)]

    def ask(number: int) -> bool:
        return bool(clients[number].predict(question=asked[number], api_name="/ask")["question"] == asked[number])

    began = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as everybody:
        own = sum(everybody.map(ask, range(PEOPLE)))
    return own, time.perf_counter() - began


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path, help="an index for the first measure")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    measured: dict[str, float] = {"server_seconds": round(server_seconds(options.index), 2)}
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as page, browser() as chromium:
        measured["page_seconds"] = round(page_seconds(chromium, page), 2)
        delays = token_delays(chromium, page)
        measured["tokens"] = len(delays)
        measured["token_ms_median"] = round(statistics.median(delays))
        measured["token_ms_p95"] = round(statistics.quantiles(delays, n=20)[-1])
        own, seconds = own_answers(page)
    measured |= {"people": PEOPLE, "own_answers": own, "people_seconds": round(seconds, 1)}
    if options.json:
        print(json.dumps(measured))
    else:
        for name, value in measured.items():
            print(f"{name:16} {value:g}")


if __name__ == "__main__":
    main()
