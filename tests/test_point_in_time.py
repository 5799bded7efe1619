"""Point in time: asked as of a day, the assistant knows nothing published after it, whatever is asked and for every day of the seeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from fakes import FakeEmbedder, fake_settings
from fakes_model import ScriptedModel

from assistant import Assistant
from assistant.evidence import heading, neutral
from assistant.settings import Settings
from index.days import spell

SEEDS = Path(__file__).parent.parent / "seeds"
DAYS = sorted({date.fromisoformat(path.name[:10]) for path in SEEDS.glob("2*.md")})
QUESTIONS = (
    "How many prisoners have been exchanged so far?",
    "How many prisoners did each side release?",
    "How many prisoners were exchanged on 24 May 2025?",
    "What is the latest total of people returned to Ukraine?",
    "Who led the Ukrainian delegation in Istanbul?",
    "How many prisoners were exchanged in June 2025?",
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, ScriptedModel]]:
    folder = tmp_path_factory.mktemp("seeds")
    model = ScriptedModel()
    settings = Settings(index=str(folder / "index"), models=str(folder / "models"), topic_floor=0.01)
    with Assistant.open(settings=settings, model=model, embedder=FakeEmbedder()) as assistant:
        assistant.index_settings = fake_settings()
        assistant.index(sorted(SEEDS.glob("2*.md")))
        yield assistant, model


@pytest.mark.parametrize("day", [DAYS[0] - timedelta(days=1), *DAYS], ids=str)
def test_nothing_published_later_is_known(bench: tuple[Assistant, ScriptedModel], day: date) -> None:
    assistant, model = bench
    for question in QUESTIONS:
        model.load(["Sentence: 1\nAnswer: Nobody."], [0.9] * 9)
        answer = assistant.ask(question, as_of=day)
        shown = [c.source for c in (*answer.citations, *answer.nearest)]
        shown += [hit.passage.source for hit in answer.hits] + [figure.sentence.source for figure in answer.figures]
        assert all(source.published is not None and source.published <= day for source in shown), question
        assert answer.as_of is None or answer.as_of <= day
        prompted = " ".join(prompt for _, prompt in model.prompts)
        for later in (d for d in DAYS if d > day):
            assert f"[{spell(later)}:" not in prompted
        for article in assistant.articles():
            if article.source.published and article.source.published > day:
                assert neutral(heading(article.source)) not in prompted


def test_the_newest_total_moves_with_the_day(bench: tuple[Assistant, ScriptedModel]) -> None:
    assistant, model = bench
    told = {}
    for day in DAYS:
        model.load([], [])
        told[day] = assistant.ask(QUESTIONS[0], as_of=day).text
    assert "4,300" in told[date(2025, 3, 19)]
    assert "697" in told[date(2025, 5, 24)]
    assert "5,757" not in " ".join(text for day, text in told.items() if day < date(2025, 5, 25))
