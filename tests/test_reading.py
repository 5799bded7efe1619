"""The sentence that answers: weighed one by one, the surest shown as it stands or in the model's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes_bench import Bench, bench, drafts
from fakes_model import SURE, UNSURE, sure_of

from assistant.reading import PLAIN
from assistant.records import StageStarted, Status
from assistant.trial import LOOKS

SHORT = "Anna Petrova opened the new harbour bridge of Odra."
LONG = (
    "The dockers of Varn stopped all work on the northern quay, where eleven ships with grain from the Kelma valley "
    "had been waiting since the early spring."
)
FILES = {
    "bridge.txt": f"The bridge\n\n{SHORT} Marco Hale opened the old harbour bridge of Varn.",
    "quay.txt": f"The quay\n\n{LONG}",
    "deal.txt": (
        "The deal\n\nAnna Petrova met the miners of Kelma on the square. She promised them new pumps for the flooded shaft."
        " The works council welcomed it."
    ),
    "strike.txt": "The strike\n\nThe trams of Lindau stood still. The drivers want shorter shifts, their union said.",
}
OPENED = "Who opened the harbour bridge?"
STOPPED = "What stopped on the northern quay of Varn?"
DRAFT = "The dockers of Varn stopped all work on the northern quay."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield from bench(tmp_path_factory.mktemp("desk"), FILES)


def weighed(desk: Bench) -> list[str]:
    """The answers put to the check, in their order."""
    return [prompt.rpartition("Proposed answer: ")[2] for prompt in desk.model.asked("check")]


# -- which sentence --


def test_the_surest_sentence_is_shown_and_not_the_first(desk: Bench) -> None:
    first, second = 0.9, 0.95
    answer = desk.ask(OPENED, checks=(first, second, *(UNSURE,) * LOOKS))
    assert answer.text == f"{weighed(desk)[1].rstrip('.')} [1]."
    assert {SHORT, "Marco Hale opened the old harbour bridge of Varn."} == set(weighed(desk)[:2])


def test_where_the_check_is_certain_nothing_more_is_weighed(desk: Bench) -> None:
    desk.ask(OPENED, checks=(SURE,))
    assert len(weighed(desk)) == 1
    desk.ask(OPENED, checks=(UNSURE, SURE))
    assert len(weighed(desk)) == 2


def test_a_sentence_is_weighed_once_and_only_the_best_ranked_are(desk: Bench) -> None:
    answer = desk.ask("What is told of the harbour, the miners and the trams?", checks=(UNSURE,) * 50)
    assert answer.status is Status.NOT_STATED
    assert len(weighed(desk)) == len(set(weighed(desk))) == LOOKS


def test_what_the_check_leaves_open_is_declined_with_how_sure_one_can_be(desk: Bench) -> None:
    answer = desk.ask(OPENED, checks=(0.5,) * LOOKS)
    assert (answer.status, answer.citations) == (Status.NOT_STATED, ())
    assert "%" in answer.reason
    assert desk.model.asked("answer") == [], "the model has no sentence to write from"


def test_a_sentence_that_is_no_answer_of_the_kind_is_not_put_to_the_check(desk: Bench) -> None:
    answer = desk.ask("When was the harbour bridge opened?", checks=(SURE,) * LOOKS)
    assert SHORT not in weighed(desk)
    assert SHORT.rstrip(".") not in answer.text


# -- how it is put --


def test_a_short_sentence_is_shown_as_it_stands(desk: Bench) -> None:
    answer = desk.ask(OPENED, checks=(sure_of(SHORT),) * LOOKS)
    assert answer.text == f"{SHORT.rstrip('.')} [1]."
    assert desk.model.asked("answer") == []
    assert answer.raw_text == ""


@pytest.mark.parametrize("letters", [PLAIN, PLAIN + 1])
def test_the_length_of_a_sentence_decides_who_words_it(tmp_path: Path, letters: int) -> None:
    text = f"Clara Wolf sang in the opera of Lindau with {'many ' * 30}"[: letters - 6] + "other."
    text = text.replace("  ", " x")
    assert len(text) == letters
    for stage in bench(tmp_path, {"opera.txt": text}):
        stage.model.load([f"Sentence: 1\nAnswer: {text}"], (SURE,))
        answer = stage.assistant.ask("Who sang in the opera of Lindau?")
        assert answer.text == f"{text.rstrip('.')} [1]."
        assert len(stage.model.asked("answer")) == (letters > PLAIN)


def test_a_long_sentence_is_put_shortly_by_the_model(desk: Bench) -> None:
    assert len(LONG) > PLAIN
    answer = desk.ask(STOPPED, f"Sentence: 1\nAnswer: {DRAFT}", checks=(sure_of("The dockers"),) * LOOKS)
    assert answer.text == f"{DRAFT.rstrip('.')} [1]."
    assert [c.quote for c in answer.citations] == [LONG]
    assert weighed(desk)[-1] == DRAFT, "what the model wrote is checked again"


@pytest.mark.parametrize(
    "reply",
    [
        "Sentence: 1\nAnswer: The dockers of Varn stopped all work on the quay of Odra.",
        "Sentence: 1\nAnswer: The dockers of Varn stopped all work of twelve ships on the northern quay.",
        "Sentence: 1\nAnswer: Dockers.",
        f"Sentence: 1\nAnswer: {LONG}",
        "",
    ],
)
def test_else_the_articles_own_sentence_is_shown(desk: Bench, reply: str) -> None:
    answer = desk.ask(STOPPED, reply, checks=(sure_of("The dockers"),) * LOOKS)
    assert answer.text == f"{LONG.rstrip('.')} [1]."
    assert weighed(desk)[-1] == LONG, "nothing is left to be checked"
    assert answer.raw_text == reply


def test_a_pronoun_brings_the_sentence_that_names_its_person(desk: Bench) -> None:
    question, promised = (
        "What was promised for the flooded shaft?",
        "She promised them new pumps for the flooded shaft.",
    )
    answer = desk.ask(question, "Sentence: 2\nAnswer: Boris Grau promised pumps.", checks=(sure_of(promised),) * LOOKS)
    assert answer.text == (
        "Anna Petrova met the miners of Kelma on the square [1]. She promised them new pumps for the flooded shaft [1]."
    )
    (prompt,) = desk.model.asked("answer")
    assert prompt.count("\n(") == 2, "the model reads both"
    named = "Anna Petrova promised new pumps for the flooded shaft."
    told = desk.ask(question, f"Sentence: 2\nAnswer: {named}", checks=(sure_of(promised, named),) * LOOKS)
    assert told.text == f"{named.rstrip('.')} [1]."
    assert [c.quote for c in told.citations] == [c.quote for c in answer.citations]


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Where did the dockers of Varn stop all the work?", "All the work of the dockers was stopped."),
        ("Who in Varn stopped the work?", "All work on the northern quay was stopped."),
    ],
)
def test_a_draft_that_leaves_the_answer_out_is_not_shown(desk: Bench, question: str, reply: str) -> None:
    """What is held against a sentence of an article is held against the model's words for it, however sure the check is."""
    answer = desk.ask(question, f"Sentence: 1\nAnswer: {reply}", checks=(sure_of("dockers", "All work"),) * LOOKS)
    assert answer.text == f"{LONG.rstrip('.')} [1]."


def test_a_reason_is_told_with_what_it_explains(desk: Bench) -> None:
    reason = "The drivers want shorter shifts, their union said."
    answer = desk.ask("Why did the trams of Lindau stand still?", "", checks=(sure_of(reason),) * LOOKS)
    assert answer.text == "The trams of Lindau stood still [1]. The drivers want shorter shifts, their union said [1]."


def test_the_stages_of_a_long_sentence(desk: Bench) -> None:
    desk.model.load([f"Sentence: 1\nAnswer: {DRAFT}"], (sure_of("The dockers"),) * LOOKS)
    *events, _ = desk.assistant.stream(STOPPED)
    stages = list(dict.fromkeys(e.stage for e in events if isinstance(e, StageStarted)))
    assert stages[-3:] == ["searching", "checking", "writing"]
    assert drafts(events) == [LONG, DRAFT]
