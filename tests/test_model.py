"""The embedded model itself, end to end: loaded once, on an index in a temporary folder. Slow; runs where the weights are."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes_bench import FLAGSHIP, UNDATED, holds

from assistant import Assistant
from assistant.compose import GRAMMAR
from assistant.llm import Task
from assistant.llm_embedded import EmbeddedModel
from assistant.records import STATING, Status
from assistant.settings import Settings, read_settings
from assistant.weights import Weights
from index.embed import MiniLM
from index.numbers import find_numbers
from prompts import Message, render, static

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]

TASKS: tuple[Task, ...] = ("answer", "check")
MEMORY = 3 * 1024**2  # kilobytes
PASSAGE = "An overnight aerial attack on the capital injured 19 people, including three children."
EVIDENCE = render(
    "answer",
    evidence=f"[Night attack]\n(1) {PASSAGE}\n(2) The buses arrived in the border town of Varn at noon.",
    question="How many people were injured in the capital?",
)


def weighed(question: str, answer: str) -> tuple[Message, ...]:
    return render("check", passage=PASSAGE, question=question, answer=answer)


YES = weighed("How many people were injured in the capital?", "19 people were injured.")
NO = weighed("How many people were arrested in Varn?", "19 people were injured.")


class Started:
    """The model after its second start, with what the first start left behind for comparison."""

    def __init__(self, cache: Path) -> None:
        self.states = cache / "prompts"
        path = Weights(read_settings().models_folder()).chat_model(fetch=False)
        first = EmbeddedModel(path, context=4096, cache=cache)
        began = time.monotonic()
        for task in TASKS:
            first.warm(task, static(task))
        self.cold = time.monotonic() - began
        self.yes_before = first.probability("check", YES)
        first.close()
        self.saved = {file.name: file.stat().st_mtime_ns for file in self.states.iterdir()}
        self.model = EmbeddedModel(path, context=4096, cache=cache)
        began = time.monotonic()
        for task in TASKS:
            self.model.warm(task, static(task))
        self.restored = time.monotonic() - began


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    started = Started(tmp_path_factory.mktemp("cache"))
    yield started
    started.model.close()


@pytest.fixture(scope="module")
def assistant(started: Started, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "article.txt").write_text(UNDATED, encoding="utf-8")
    files = Weights(read_settings().models_folder()).embedder()
    settings = Settings(index=str(folder / "index"), models=str(folder / "models"))
    assistant = Assistant.open(settings=settings, model=started.model, embedder=MiniLM(files.onnx, files.tokenizer))
    assistant.index([folder / "article.txt"])
    yield assistant
    assistant._close_library()  # the model is the other fixture's


def test_the_static_prompts_are_kept_between_starts(started: Started) -> None:
    assert sorted(name.split("-")[0] for name in started.saved) == sorted(TASKS)
    assert {f.name: f.stat().st_mtime_ns for f in started.states.iterdir()} == started.saved
    assert started.restored < started.cold / 2, (started.restored, started.cold)


def test_a_restored_prompt_is_the_one_that_was_read(started: Started) -> None:
    assert started.model.probability("check", YES) == pytest.approx(started.yes_before, abs=0.02)


def test_the_check_tells_yes_from_no(started: Started) -> None:
    assert started.model.probability("check", YES) > 0.7
    assert started.model.probability("check", NO) < 0.3


def test_decoding_is_greedy_and_keeps_to_the_grammar(started: Started) -> None:
    first, second = (
        "".join(started.model.write("answer", EVIDENCE, max_tokens=32, grammar=GRAMMAR.format(most=2))) for _ in "12"
    )
    assert first == second
    assert re.match(r"Sentence: [12]\nAnswer: .", first)
    assert "19" in first


def test_closing_the_stream_stops_the_model_at_once(started: Started) -> None:
    began = time.monotonic()
    stream = started.model.write("answer", EVIDENCE, max_tokens=2000, grammar='root ::= "a"{2000}')
    assert next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 60, "2,000 tokens take minutes"


def test_tokens_are_counted(started: Started) -> None:
    assert started.model.count_tokens("") == 0
    assert 5 <= started.model.count_tokens("Each side released 390 people.") <= 12


def test_the_flagship_on_one_undated_article(assistant: Assistant) -> None:
    answer = assistant.ask(FLAGSHIP)
    holds(answer, assistant)
    assert answer.status is Status.ANSWERED
    assert {557, 345, 212, 900} <= {n.value for n in find_numbers(answer.text)}
    assert answer.model.startswith("embedded ")


def test_an_answer_that_is_there(assistant: Assistant) -> None:
    answer = assistant.ask("How many people were injured in the capital?")
    holds(answer, assistant)
    assert answer.status in STATING, answer.reason
    assert "19" in answer.text


def test_an_answer_that_is_not_there(assistant: Assistant) -> None:
    answer = assistant.ask("Who is the mayor of Lindau?")
    holds(answer, assistant)
    assert answer.status not in STATING, answer.text
    assert answer.nearest


ALONE = """
import re, sys
from pathlib import Path
from assistant import Assistant
from assistant.settings import read_settings

with Assistant.open(sys.argv[1], settings=read_settings({"llm": "embedded"})) as assistant:
    assistant.index([sys.argv[2]])
    assistant.ask(sys.argv[3])
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_the_memory_stays_small(tmp_path: Path) -> None:
    """In a process of its own: this one holds whatever the tests before have loaded."""
    if not Path("/proc/self/status").is_file():
        pytest.skip("no /proc here: the resident memory cannot be read")
    article = tmp_path / "article.txt"
    article.write_text(UNDATED, encoding="utf-8")
    command = [sys.executable, "-c", ALONE, str(tmp_path / "index"), str(article), FLAGSHIP]
    most = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])
    assert 1024**2 < most < MEMORY, f"{most / 1024:,.0f} MB resident at most"
