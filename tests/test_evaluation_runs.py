"""Runs: going on after a stop, what makes two runs one, comparing them, searching only, several at once, and the page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes_assistant import FACTS, FakeAssistant, make_answer, make_refusal

import assistant
from assistant.cli import run as command
from assistant.evaluation.cases import EvalCase
from assistant.evaluation.compare import compare
from assistant.evaluation.entailment import NAMES
from assistant.evaluation.html import marked, page_of, write_page
from assistant.evaluation.metering import Metered
from assistant.evaluation.run import Manner, evaluate, read_run
from assistant.llm import Task, Timing
from assistant.settings import Settings
from index.errors import LoadError, ModelStopped
from prompts import Message

FLOORS = f"settings check_floor: {Settings().check_floor} and 0.9"


def cases(n: int = 3, **changed: Any) -> list[EvalCase]:
    given: dict[str, Any] = {
        "collection": "set.jsonl", "question": "How many on <b>Saturday</b>?", "answerable": True, "answers": ("307",),
        "articles": ("second",), "tags": ("count",),
    }  # fmt: skip
    return [EvalCase(id=f"s{number}", **(given | changed)) for number in range(n)]


def asked(fake: FakeAssistant) -> int:
    return sum("Saturday" in name for name, _ in fake.calls)


def test_a_stopped_run_goes_on_and_failures_are_tried_again(tmp_path: Path) -> None:
    first = FakeAssistant(script=[make_answer(), ModelStopped("cut"), KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        evaluate(first, cases(), tmp_path)
    with (tmp_path / "results.jsonl").open("a", encoding="utf-8") as lines:
        lines.write('{"set": "set.jsonl", "id": "s')  # cut short by a kill
    second = FakeAssistant(script=[make_answer(), make_refusal()])
    report = evaluate(second, cases(), tmp_path)
    assert asked(second) == 2
    assert (report["asked"], report["failed"], report["table"]["all"]["right"]) == (3, 0, 2)
    assert [line["id"] for line in read_run(tmp_path)[1]] == ["s0", "s1", "s2"]
    third = FakeAssistant(script=[])
    assert evaluate(third, cases(), tmp_path)["table"] == report["table"]


@pytest.mark.parametrize(
    ("other", "fake", "why"),
    [
        (cases(), FakeAssistant(settings=Settings(check_floor=0.9)), FLOORS),
        (cases(), FakeAssistant(model_name="other"), "model: embedded small-model and other"),
        (cases(answers=("308",)), FakeAssistant(), "questions: 3 differ, the first 'set.jsonl:s0'"),
    ],
)
def test_another_run_does_not_overwrite(tmp_path: Path, other: list[EvalCase], fake: FakeAssistant, why: str) -> None:
    evaluate(FakeAssistant(script=[make_answer()] * 3), cases(), tmp_path)
    with pytest.raises(LoadError, match=why):
        evaluate(fake, other, tmp_path)


def test_where_the_index_lies_is_no_difference(tmp_path: Path) -> None:
    evaluate(FakeAssistant(script=[make_answer()] * 3), cases(), tmp_path)
    moved = FakeAssistant(script=[], settings=Settings(index="elsewhere", models="elsewhere"))
    assert evaluate(moved, cases(), tmp_path)["asked"] == 3


def test_searching_only_asks_no_model_and_ranks_articles(tmp_path: Path) -> None:
    fake = FakeAssistant(script=[])
    report = evaluate(fake, cases(2), tmp_path, manner=Manner(retrieval_only=True))
    assert {name for name, _ in fake.calls} == {"search"}
    assert report["measures"]["mrr_at_10"] == {"n": 2, "unscored": 0, "mean": 1.0, "low": 1.0, "high": 1.0}
    assert report["run"]["model"] == "none"
    assert [hit["relevant"] for hit in read_run(tmp_path)[1][0]["retrieved"]] == [True, False]


def test_gold_quotes_are_looked_for_in_passages(tmp_path: Path) -> None:
    quotes = ("On Friday each side had released 390 people.", "Nobody said this.")
    report = evaluate(FakeAssistant(), cases(1, quotes=quotes), tmp_path, manner=Manner(retrieval_only=True))
    assert report["measures"]["recall_at_10"]["mean"] == 0.5


def test_several_at_once(tmp_path: Path) -> None:
    fake = FakeAssistant(script=[make_answer()] * 20)
    report = evaluate(fake, cases(20), tmp_path, manner=Manner(workers=4))
    assert report["table"]["all"]["right"] == 20


def test_weighing_that_fails_is_not_scored_and_the_answer_stands(tmp_path: Path) -> None:
    class Tired(FakeAssistant):
        def weigh(self, passage: str, question: str, answer: str) -> float:
            raise ModelStopped("cut")

    report = evaluate(FakeAssistant(), cases(1), tmp_path, manner=Manner(judge=Tired()))
    for measure in NAMES:
        assert report["measures"][measure]["unscored"] == 1
    assert report["table"]["all"]["right"] == 1


def test_weighed_answers_have_a_confidence(tmp_path: Path) -> None:
    fake = FakeAssistant(script=[make_answer(), make_answer("It was 390 [1].")])
    report = evaluate(fake, cases(2), tmp_path, manner=Manner(judge=fake))
    assert report["risk_coverage"]["points"] == [[0.5, 0.0], [1.0, 0.5]]
    assert report["measures"]["citation_recall"]["mean"] == 0.5


# -- comparing --


def two_runs(tmp_path: Path) -> tuple[Path, Path]:
    before, after = tmp_path / "before", tmp_path / "after"
    evaluate(FakeAssistant(script=[make_answer(), make_refusal(), make_answer("390 [1].")]), cases(), before)
    changed = FakeAssistant(
        script=[make_refusal(), make_answer(), make_answer("391 [1].")], settings=Settings(check_floor=0.9)
    )
    evaluate(changed, cases(), after)
    return before, after


def test_better_worse_and_unchanged(tmp_path: Path) -> None:
    found = compare(*two_runs(tmp_path))
    assert [(case.id, case.change, case.before, case.after) for case in found.cases] == [
        ("s0", "worse", "right", "declined"), ("s1", "better", "declined", "right"), ("s2", "unchanged", "wrong", "wrong"),
    ]  # fmt: skip
    assert found.differs == (FLOORS,)
    (right,) = (m for m in found.measures if m.name == "right")
    assert [right.n, right.before, right.after, right.p] == pytest.approx([3, 1 / 3, 1 / 3, 1])
    json.dumps(found.as_object())


def test_runs_that_cannot_be_compared_say_why(tmp_path: Path) -> None:
    before, _ = two_runs(tmp_path)
    evaluate(FakeAssistant(script=[make_answer()], corpus=_other_corpus()), cases(1), tmp_path / "corpus")
    with pytest.raises(LoadError, match="the articles indexed differ"):
        compare(before, tmp_path / "corpus")
    evaluate(FakeAssistant(), cases(1, answers=("308",)), tmp_path / "gold")
    with pytest.raises(LoadError, match="1 questions or their gold answers have changed"):
        compare(before, tmp_path / "gold")
    evaluate(FakeAssistant(), cases(1), tmp_path / "search", manner=Manner(retrieval_only=True))
    with pytest.raises(LoadError, match="one searched only, the other answered"):
        compare(before, tmp_path / "search")
    with pytest.raises(LoadError, match="holds no finished run"):
        compare(before, tmp_path / "none")


def _other_corpus() -> Any:
    from dataclasses import replace

    return replace(FACTS, corpus_hash="cd" * 32)


def test_the_command_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = two_runs(tmp_path)
    assert command(["evaluate", "--compare", str(before), str(after)]) == 0
    out = capsys.readouterr().out
    assert f"differs: {FLOORS}\n" in out
    assert "\n1 better, 1 worse, 1 unchanged, 0 unscored\n" in out
    assert "\nworse: s0  How many on <b>Saturday</b>?\n  before (right): Each side" in out
    assert command(["evaluate", "--compare", str(before), str(tmp_path)]) == 1
    assert command(["evaluate"]) == 2


def test_the_command_searches_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(assistant, "Assistant", FakeAssistant(script=[]), raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    rows = tmp_path / "set.jsonl"
    rows.write_text('{"id": "a", "question": "How many?", "answerable": true, "articles": ["second"]}\n')
    arguments = ["evaluate", str(rows), "--retrieval-only", "--workers", "2", "--out"]
    assert command([*arguments, str(tmp_path / "one")]) == 0
    assert "\nmrr_at_10              1.000                       1  0\n" in capsys.readouterr().out
    assert command([*arguments, str(tmp_path / "two"), "--baseline", str(tmp_path / "one")]) == 0
    assert "differs: nothing\n" in capsys.readouterr().out
    assert command([*arguments, str(tmp_path / "one"), "--sample", "1", "--seed", "3"]) == 0


# -- tokens --


class TwoWords:
    """A model that writes two words."""

    name, context = "two words", 100
    timing: Timing | None = None

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def warm(self, task: Task, messages: Sequence[Message]) -> None:
        return None

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        yield "two "
        yield "words"

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        return 0.5

    def shows_layers(self) -> bool:
        return True

    def lines(self, messages: Sequence[Message], after: int = 0) -> np.ndarray:
        return np.zeros((1, 2), np.float32)

    def close(self) -> None:
        return None


def test_tokens_are_counted_by_task_and_taken_once() -> None:
    model = Metered(TwoWords())
    prompt = (Message("user", "a b c"),)
    assert "".join(model.write("answer", prompt, max_tokens=5)) == "two words"
    assert model.probability("check", prompt) == 0.5
    assert model.shows_layers()
    assert model.lines(prompt).shape == (1, 2)
    assert model.take() == {
        "answer_prompt": 3, "answer_reply": 2, "check_prompt": 3, "check_reply": 1, "judge_prompt": 3,
    }  # fmt: skip
    assert model.take() == {}
    stopped = model.write("answer", prompt, max_tokens=5)
    next(stopped)
    stopped.close()  # type: ignore[attr-defined]
    assert model.take() == {"answer_prompt": 3, "answer_reply": 1}


# -- the page --


def test_the_page_shows_each_case_and_nothing_hostile(tmp_path: Path) -> None:
    hostile = make_answer("It was 307 <script>alert(1)</script> [1].")
    fake = FakeAssistant(script=[hostile, ModelStopped("cut <i>off</i>"), make_refusal()])
    evaluate(fake, cases(), tmp_path, manner=Manner(judge=fake))
    page = write_page(tmp_path).read_text(encoding="utf-8")
    assert page == write_page(tmp_path).read_text(encoding="utf-8")
    assert page.count('<details class="') == 3
    assert "<script" not in page and "<b>Saturday" not in page and "cut &lt;i&gt;off" in page
    assert "<mark>Each side released 307 people on Saturday.</mark>" in page
    assert page.count("<svg") == 3
    assert "src=" not in page and "@import" not in page and "url(http" not in page


def test_a_quote_is_marked_in_its_passage_only() -> None:
    assert marked("a <b> c", 2, 5) == "a <mark>&lt;b&gt;</mark> c"
    assert marked("abc", 2, 9) == marked("abc", -1, 2) == "abc"


def test_a_page_of_a_search_has_no_empty_plots(tmp_path: Path) -> None:
    report = evaluate(FakeAssistant(), cases(1), tmp_path, manner=Manner(retrieval_only=True))
    page = page_of(report, read_run(tmp_path)[1])
    assert page.count("<svg") == 1
    assert "<b>relevant</b> 307 more freed" in page
