"""What the page does with questions, limits and what stops them, and the one thread for the model: no server, no browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fakes_assistant import FACTS, make_answer
from fakes_talk import PageAssistant

from assistant.records import Answer
from assistant.ui_conversation import Conversation, Exchange
from assistant.ui_programs import Programs
from assistant.ui_talk import BROKEN_OFF, STOPPED, Talk
from assistant.ui_thread import OneThread, Waiting
from index.errors import AssistantError, IndexMissing, ModelUnavailable, QuestionError, SettingsError

# -- what happens on it --


@pytest.fixture
def assistant() -> PageAssistant:
    return PageAssistant()


@pytest.fixture
def talk(assistant: PageAssistant) -> Iterator[Talk]:
    made = Talk(assistant)  # type: ignore[arg-type]
    yield made
    made.close()


def begin(talk: Talk, text: str, past: Conversation = (), *limits: Any) -> Conversation:
    return talk.begin(text, past, *(limits or ("", None, "", [])))


def finish(talk: Talk, conversation: Conversation) -> Conversation:
    *_, (_, done) = talk.run(conversation)
    return done


def test_limits_reach_the_assistant(talk: Talk, assistant: PageAssistant) -> None:
    done = finish(talk, begin(talk, "How many?", (), " 2025-05-24 ", "2025-05-01", "2025-05-31", ["Desk A"]))
    assert isinstance(done[-1].answer, Answer)
    assert assistant.calls == [
        ("How many?", {"history": (), "as_of": date(2025, 5, 24), "since": date(2025, 5, 1), "until": date(2025, 5, 31),
                       "outlets": ("Desk A",)}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        (("24 May", "", "", []), "'24 May' is not a day: write 2025-05-24"),
        (("", "2025-02-30", "", []), "'2025-02-30' is not a day: write 2025-05-24"),
        (("", "2025-06-01", "2025-05-01", []), "from 2025-06-01 until 2025-05-01 leaves no day: change one of the two"),
    ],
)
def test_limits_that_cannot_be_are_told_and_nothing_is_asked(
    talk: Talk, assistant: PageAssistant, limits: Any, line: str
) -> None:
    (exchange,) = begin(talk, "How many?", (), *limits)
    assert exchange.trouble == line
    assert list(talk.run((exchange,))) == []
    assert not assistant.calls


def test_an_empty_question_is_none(talk: Talk) -> None:
    assert begin(talk, " \n ") == ()


def test_an_error_is_told_as_its_line_and_left_out_of_the_history(talk: Talk, assistant: PageAssistant) -> None:
    done = finish(talk, begin(talk, "no model"))
    assert done[-1].trouble == "no model 'x': run `ollama pull x`"
    finish(talk, begin(talk, "How many?", done))
    assert assistant.calls[-1][1]["history"] == ()


def test_a_mistake_in_the_program_goes_to_the_terminal_only(talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    done = finish(talk, begin(talk, "a mistake"))
    assert done[-1].trouble == BROKEN_OFF
    assert "ZeroDivisionError: a mistake in the program" in capsys.readouterr().err
    assert finish(talk, begin(talk, "How many?", done))[-1].answer


def test_stopping_ends_the_answer_frees_the_model_and_says_so(talk: Talk, assistant: PageAssistant) -> None:
    open_one = begin(talk, "slow one")
    running = talk.run(open_one)
    while not assistant.drafting.is_set():
        next(running)
    stopped = talk.stop(open_one)
    assert stopped[-1].trouble == STOPPED
    assert all(now[-1].open for _, now in running)  # no last word that could overwrite what comes next
    assert assistant.left.wait(2)
    assert list(talk.run(stopped)) == []
    assert finish(talk, begin(talk, "How many?", stopped))[-1].answer


def test_leaving_frees_the_model(talk: Talk, assistant: PageAssistant) -> None:
    running = talk.run(begin(talk, "slow one"))
    while not assistant.drafting.is_set():
        next(running)
    running.close()  # type: ignore[attr-defined]
    assert assistant.left.wait(2)


def test_only_an_open_question_can_be_stopped(talk: Talk) -> None:
    answered = (Exchange(question="a", answer=make_answer()),)
    assert talk.stop(answered) is answered
    assert talk.stop(()) == ()
    assert talk.stop((Exchange(question="a"),))[-1].trouble == STOPPED


def test_an_article_that_is_gone_leaves_a_line(
    talk: Talk, assistant: PageAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = finish(talk, begin(talk, "weather"))
    assert "<mark>" in talk.article(done, "1.nearest.0")

    def gone(_: str) -> None:
        raise KeyError("a-second")

    monkeypatch.setattr(assistant, "article", gone)
    assert "no longer in the index" in talk.article(done, "1.nearest.0")


def test_what_is_wrong_with_the_index_stands_on_the_page(talk: Talk, assistant: PageAssistant) -> None:
    assistant.corpus = IndexMissing("nothing is indexed in '.index': run `assistant index PATH`")
    line, outlets = talk.corpus()
    assert "nothing is indexed" in line
    assert outlets == []
    assistant.corpus = FACTS
    assert talk.corpus()[1] == ["Desk A", "Desk B"]


def test_lone_surrogates_reach_nobody(talk: Talk, assistant: PageAssistant) -> None:
    assert begin(talk, "a\ud800b")[-1].question == "a?b"
    Programs(assistant, talk).ask("a\ud800b")  # type: ignore[arg-type]
    assert assistant.calls[-1][0] == "a?b"


@pytest.mark.parametrize(
    "call",
    [
        lambda t: t.ask(7),
        lambda t: t.search(None),
        lambda t: t.search("a", "3"),
        lambda t: t.search("a", True),
        lambda t: t.ask("a", 5),
    ],
)
def test_values_of_the_wrong_kind_are_refused_in_one_line(talk: Talk, assistant: PageAssistant, call: Any) -> None:
    with pytest.raises((QuestionError, SettingsError)):
        call(Programs(assistant, talk))  # type: ignore[arg-type]


# -- the one thread --


def test_a_stream_beats_while_nothing_comes() -> None:
    gate = threading.Event()

    def slow() -> Iterator[int]:
        gate.wait(5)
        yield 1

    work = OneThread()
    events = work.stream(slow)
    assert next(events) is None
    gate.set()
    assert [event for event in events if event is not None] == [1]
    work.close()


def test_closing_ends_the_running_stream_and_drops_the_waiting() -> None:
    ended = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                time.sleep(0.01)
                yield 1
        finally:
            ended.set()

    work = OneThread()
    running, waiting = work.stream(endless), work.stream(lambda: iter([2]))
    assert next(running) == 1
    assert next(waiting) == Waiting(1)
    work.close()
    assert ended.is_set()
    assert [event for event in waiting if isinstance(event, int)] == []


def test_errors_of_ours_pass_through_a_stream() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ModelUnavailable("gone")

    work = OneThread()
    with pytest.raises(AssistantError, match="gone"):
        list(work.stream(failing))
    work.close()
