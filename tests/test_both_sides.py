"""Questions that lay reports side by side: which they are, which sentences they get, and when the answer is Yes, No or neither."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder, fake_settings
from fakes_model import ScriptedModel

from assistant import Assistant
from assistant.both_sides import NOT_SAID, SAID, SO, positive, read_sides
from assistant.records import Answer, Status
from assistant.settings import Settings
from assistant.trial import LOOKS
from index.query import OutletNames

OUTLETS = OutletNames(("Odra Times", "Velm Gazette | Trade", "Kelma Post"))

FILES = {
    "a.md": ("Odra Times", "2021-11-11", "The minister promised new patrol boats for the port of Odra. It rained."),
    "b.md": ("Odra Times", "2021-12-02", "The patrol boats for the port of Odra arrive in spring, the ministry said."),
    "c.md": ("Velm Gazette | Trade", "2021-11-12", "Grain exports through Odra fell by a third because of a strike."),
}


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "Does the Odra Times report promised boats, while the Velm Gazette blames a strike?",
            [("Odra Times", "report promised boats, while the"), ("Velm Gazette | Trade", "blames a strike?")],
        ),
        (
            "Between the Odra Times report on boats and the Kelma Post report on shells, was there a change?",
            [("Odra Times", "report on boats and the"), ("Kelma Post", "report on shells, was there a change?")],
        ),
        (
            "Did the Odra Times article promise boats, and did the same source report their arrival in spring?",
            [("Odra Times", "article promise boats, and did"), ("Odra Times", "report their arrival in spring?")],
        ),
        (
            "Do the Odra Times articles both mention boats?",
            [("Odra Times", "Do the Odra Times articles both mention boats?")] * 2,
        ),
        ("Did the Odra Times report the promise of boats?", []),
        ("What does the Odra Times say of boats, and what the Velm Gazette?", []),
        ("Does anybody report a strike?", []),
        ("Between Odra and Kelma, was there a truce?", []),
    ],
)
def test_which_questions_lay_reports_side_by_side(question: str, sides: list[tuple[str, str]]) -> None:
    assert [(s.outlets[0], s.text) for s in read_sides(question, OUTLETS, None)] == sides


def test_a_side_has_the_days_it_names() -> None:
    question = "Does the Odra Times of 11 November 2021 promise boats, unlike the Velm Gazette of 12 November 2021?"
    days = [side.days for side in read_sides(question, OUTLETS, date(2022, 1, 1))]
    assert days == [((date(2021, 11, 11),) * 2,), ((date(2021, 11, 12),) * 2,)]


@pytest.mark.parametrize(
    ("question", "asked", "negative"),
    [
        ("Was there no change in tone?", "Was there a change in tone?", True),
        ("Was the tone inconsistent?", "Was the tone consistent?", True),
        ("Has the tone remained the same?", "Has the tone changed?", True),
        ("Was there consistency?", "Was there consistency?", False),
    ],
)
def test_a_negation_is_taken_out_and_remembered(question: str, asked: str, negative: bool) -> None:
    assert positive(question) == (asked, negative)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("sides")
    for name, (outlet, day, text) in FILES.items():
        (folder / name).write_text(f"---\ntitle: News\noutlet: {outlet}\ndate: {day}\n---\n{text}\n", encoding="utf-8")
    settings = Settings(index=str(folder / "index"), models=str(folder), topic_floor=0.05)
    with Assistant(settings, model=ScriptedModel(), embedder=FakeEmbedder()) as opened:
        opened.index_settings = fake_settings()
        assert opened.index(sorted(folder.glob("*.md"))).added == len(FILES)
        yield opened


def ask(assistant: Assistant, question: str, *probabilities: float, **scope: object) -> tuple[Answer, list[str]]:
    """The answer, and the prompts the model was shown, every one of them foreseen."""
    models: list[ScriptedModel] = []

    def load(model: object) -> ScriptedModel:
        assert isinstance(model, ScriptedModel)
        model.load(probabilities=probabilities)
        models.append(model)
        return model

    assistant.wrap_model(load)
    answer = assistant.ask(question, **scope)  # type: ignore[arg-type]
    assert not models[0].probabilities
    for citation in answer.citations:
        text = assistant.article(citation.article_id).text
        assert citation.quote == text[citation.start : citation.end]
    return answer, [content for _, content in models[0].prompts]


BOTH = "Does the Odra Times report promised patrol boats, while the Velm Gazette blames a strike for the fall of grain exports?"


def test_yes_when_every_report_says_what_is_said_of_it(assistant: Assistant) -> None:
    answer, prompts = ask(assistant, BOTH, 0.9, SAID)
    assert answer.status is Status.ANSWERED
    assert answer.text == (
        "Yes – Odra Times, 11 November 2021: “The minister promised new patrol boats for the port of Odra.” [1]."
        " Velm Gazette | Trade, 12 November 2021: “Grain exports through Odra fell by a third because of a strike.” [2]."
    )
    assert [c.source.outlet for c in answer.citations] == ["Odra Times", "Velm Gazette | Trade"]
    assert "Claimed: report promised patrol boats, while the" in prompts[0]
    assert "strike for the fall" in prompts[1]


def test_no_when_one_report_does_not(assistant: Assistant) -> None:
    answer, _ = ask(assistant, BOTH, 0.9, NOT_SAID - 0.01)
    assert answer.status is Status.ANSWERED
    assert answer.text.startswith("No – Odra Times")
    assert len(answer.citations) == 2


def test_declined_when_the_model_is_not_sure(assistant: Assistant) -> None:
    answer, _ = ask(assistant, BOTH, 0.9, (SAID + NOT_SAID) / 2)
    assert answer.status is Status.NOT_STATED
    assert answer.citations == ()
    assert "26%" in answer.reason


@pytest.mark.parametrize(
    ("asked", "probability", "word"),
    [
        ("a change", SO, "Yes"),
        ("a change", SO - 0.01, "No"),
        ("no change", SO, "No"),
        ("no change", SO - 0.01, "Yes"),
        ("inconsistency", SO, "No"),
    ],
)
def test_a_change_between_two_reports_of_one_outlet(
    assistant: Assistant, asked: str, probability: float, word: str
) -> None:
    question = (
        "Between the Odra Times report on patrol boats published on 11 November 2021 and the Odra Times report on patrol"
        f" boats published on 2 December 2021, was there {asked} in what the ministry said?"
    )
    answer, prompts = ask(assistant, question, probability)
    assert answer.text.startswith(f"{word} – Odra Times, 11 November 2021: “")
    assert [c.source.published for c in answer.citations] == [date(2021, 11, 11), date(2021, 12, 2)]
    assert len(prompts) == 1
    assert "no change" not in prompts[0]


def test_a_report_that_is_not_there_leaves_the_question_to_the_usual_way(assistant: Assistant) -> None:
    question = "Does the Velm Gazette report a strike, unlike the other Velm Gazette report on a strike of grain ships?"
    models: list[ScriptedModel] = []

    def load(model: object) -> ScriptedModel:
        assert isinstance(model, ScriptedModel)
        model.load(probabilities=[0.1] * LOOKS)
        models.append(model)
        return model

    assistant.wrap_model(load)
    answer = assistant.ask(question)
    assert answer.status not in {Status.ANSWERED, Status.CONFLICTING}
    assert {task for task, _ in models[0].prompts} == {"check"}


def test_as_of_a_day_nothing_later_is_cited(assistant: Assistant) -> None:
    question = "Do the Odra Times articles both mention patrol boats for the port of Odra?"
    answer, _ = ask(assistant, question, 0.9, 0.9)
    assert len(answer.citations) == 2
    model: list[ScriptedModel] = []
    assistant.wrap_model(lambda m: model.append(m) or m)  # type: ignore[func-returns-value, arg-type]
    model[0].load(probabilities=[0.1] * LOOKS)
    earlier = assistant.ask(question, as_of=date(2021, 11, 20))
    assert all(c.source.published <= date(2021, 11, 20) for c in earlier.citations if c.source.published)
    assert "claim" not in {task for task, _ in model[0].prompts}
