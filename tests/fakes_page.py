"""The chat page as people get it: a real server over a real index, with a model that answers by rule.

`python tests/fakes_page.py PORT FOLDER` serves it until it is ended, for a look at it without model files.
"""

from __future__ import annotations

import re
import socket
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes import FakeEmbedder, fake_settings
from fakes_model import ScriptedModel

from assistant import Assistant, ui
from assistant.llm import HALT, Task
from assistant.settings import Settings
from assistant.ui_kept import Kept
from assistant.ui_talk import Talk
from index.errors import ModelStopped
from prompts import Message

SEEDS = tuple(sorted((Path(__file__).parent.parent / "seeds").glob("2*.md")))


class RuleModel(ScriptedModel):
    """Answers with the offered sentence that shares most words with the question; takes its time with "slow" ones.

    A follow-up is the question before it, with the day the follow-up names in the place of its own.
    """

    name = "rule model"
    pace = 0.01  # seconds a piece

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        prompt = messages[-1].content
        self.prompts.append((task, prompt))
        if task == "condense":
            yield _follow_up(prompt)
            return
        offered = dict(re.findall(r"^\((\d)\) (.+)$", prompt, re.MULTILINE))
        asked = prompt.rpartition("Question:")[2]
        wanted = set(re.findall(r"\w{3,}", asked.lower()))
        best = max(offered, key=lambda n: (len(wanted & set(re.findall(r"\w{3,}", offered[n].lower()))), -int(n)))
        try:
            if "slow" in asked:
                self._wait(30)
            for word in re.findall(r"\S+\s*", f"Sentence: {best}\nAnswer: {offered[best]}"):
                self._wait(self.pace)
                yield word
        except GeneratorExit:
            self.stopped += 1
            raise

    def _wait(self, seconds: float) -> None:
        halt, until = HALT.get(), time.monotonic() + seconds
        while time.monotonic() < until:
            if halt and halt.is_set():
                self.stopped += 1
                raise ModelStopped("the model was stopped on request: ask again")
            time.sleep(min(0.01, seconds))

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        return 0.95


def _follow_up(prompt: str) -> str:
    before, last = re.findall(r"Q: (.+)", prompt)[-1], prompt.rpartition("Last question:")[2].strip()
    day = r"\d{1,2} (?:January|February|March|April|May|June)(?: \d{4})?"
    if (named := re.search(day, last)) and re.search(day, before):
        return re.sub(day, named[0], before)
    return f"{before.rstrip('?')}, {last}"


@dataclass(frozen=True, slots=True)
class Page:
    """A served page."""

    url: str
    assistant: Assistant
    model: RuleModel
    talk: Talk


def open_assistant(folder: Path, articles: Iterable[str | Path] = SEEDS) -> tuple[Assistant, RuleModel]:
    """An assistant over an index made in `folder`."""
    model = RuleModel()
    settings = Settings(index=str(folder / "index"), models=str(folder), llm="gguf:none", topic_floor=0.1)
    assistant = Assistant.open(settings=settings, model=model, embedder=FakeEmbedder())
    assistant.index_settings = fake_settings()
    assistant.index(articles)
    return assistant, model


@contextmanager
def served(folder: Path, articles: Iterable[str | Path] = SEEDS, port: int = 0) -> Iterator[Page]:
    """The page on a free port of the loopback address; its conversations are kept in `folder`."""
    assistant, model = open_assistant(folder, articles)
    talk = Talk(assistant, Kept(folder / "conversations.sqlite"))
    port = port or free_port()
    page = ui.serve(talk, host="127.0.0.1", port=port)
    try:
        yield Page(f"http://127.0.0.1:{port}", assistant, model, talk)
    finally:
        page.close(verbose=False)
        talk.close()
        assistant.close()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


if __name__ == "__main__":
    with served(Path(sys.argv[2]), port=int(sys.argv[1])) as shown:
        print(shown.url, flush=True)
        while True:
            time.sleep(3600)
