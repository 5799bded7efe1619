"""Questions for the name that several outlets write about: rules find it, every outlet's sentence carries it, the model may object."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder, fake_settings
from fakes_model import ScriptedModel

from assistant import Assistant
from assistant.named_by_all import SURE, asks_what_all_name, find_shared
from assistant.records import Status
from assistant.settings import Settings
from assistant.trial import LOOKS
from index.query import OutletNames
from index.records import Filter

OUTLETS = OutletNames(("Odra Times", "Velm Gazette", "Kelma Post"))
FILES = {
    "a.md": (
        "Odra Times",
        "2021-11-11",
        "Minister Anna Petrova promised patrol boats to the harbour. It rained all day.",
    ),
    "b.md": (
        "Velm Gazette",
        "2021-12-02",
        "Traders blamed Petrova for the strike of the dockers. Marco Hale was silent.",
    ),
    "c.md": ("Kelma Post", "2021-12-03", "The wheat harvest of the farmers was poor. Marco Hale bought bread."),
}
BOTH = "Who promised patrol boats, as the Odra Times reported, and was blamed for the strike of the dockers by traders in the Velm Gazette?"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (BOTH, True),
        ("Which company do both the Odra Times and the Kelma Post write about?", True),
        ("Who was blamed for the strike, according to the Velm Gazette?", False),
        ("Who was blamed for the strike?", False),
        ("Does the Odra Times name the minister whom the Velm Gazette blames?", False),
        ("How many boats do the Odra Times and the Velm Gazette count?", False),
    ],
)
def test_which_questions_ask_for_a_shared_name(question: str, wanted: bool) -> None:
    assert asks_what_all_name(question, OUTLETS.mentions(question)) is wanted


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("named")
    for name, (outlet, day, text) in FILES.items():
        (folder / name).write_text(f"---\ntitle: News\noutlet: {outlet}\ndate: {day}\n---\n{text}\n", encoding="utf-8")
    settings = Settings(index=str(folder / "index"), models=str(folder), topic_floor=0.05)
    with Assistant(settings, model=ScriptedModel(), embedder=FakeEmbedder()) as opened:
        opened.index_settings = fake_settings()
        assert opened.index(sorted(folder.glob("*.md"))).added == len(FILES)
        yield opened


def scripted(assistant: Assistant, replies: tuple[str, ...], probabilities: tuple[float, ...]) -> ScriptedModel:
    models: list[ScriptedModel] = []

    def load(model: object) -> ScriptedModel:
        assert isinstance(model, ScriptedModel)
        model.load(replies, probabilities)
        models.append(model)
        return model

    assistant.wrap_model(load)
    return models[0]


def test_the_name_all_carry_is_the_answer_with_each_sentence(assistant: Assistant) -> None:
    model = scripted(assistant, (), (SURE,))
    answer = assistant.ask(BOTH)
    assert answer.status is Status.ANSWERED
    assert answer.text == (
        "Minister Anna Petrova – Odra Times, 11 November 2021: “Minister Anna Petrova promised patrol boats to the harbour.” [1]."
        " Velm Gazette, 2 December 2021: “Traders blamed Petrova for the strike of the dockers.” [2]."
    )
    assert [c.source.outlet for c in answer.citations] == ["Odra Times", "Velm Gazette"]
    assert "Proposed answer: Minister Anna Petrova" in model.asked("check")[0]


def test_a_name_the_check_does_not_believe_is_not_stated(assistant: Assistant) -> None:
    model = scripted(assistant, (), (SURE - 0.01, *[0.1] * LOOKS))
    answer = assistant.ask(BOTH)
    assert answer.status not in {Status.ANSWERED, Status.CONFLICTING}
    assert "Proposed answer: Minister Anna Petrova" in model.asked("check")[0]
    assert "the articles found do not say this" in answer.reason, "the usual way is tried"


def test_outlets_that_share_no_name_share_none(assistant: Assistant) -> None:
    question = "Who promised patrol boats in the Odra Times, and who harvested wheat in the Kelma Post?"
    assert find_shared(question, Filter(), assistant.library()) is None


def test_a_name_that_none_of_the_reports_knows_is_a_reason_not_to_answer(assistant: Assistant) -> None:
    question = BOTH.replace("patrol boats", "patrol boats to Viktor Stahl")
    assert find_shared(question, Filter(), assistant.library()) is None


def test_what_may_not_be_seen_is_not_used(assistant: Assistant) -> None:
    library = assistant.library()
    assert find_shared(BOTH, Filter(until=date(2021, 11, 20)), library) is None
    assert find_shared(BOTH, Filter(outlets=("Odra Times",)), library) is None
    assert find_shared(BOTH, Filter(outlets=("odra times", "Velm Gazette")), library) is not None
