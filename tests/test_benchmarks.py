"""The benchmarks' own reading and counting, on data made up here; what they measure is the assistant's business."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder, fake_settings
from fakes_model import Reply, ScriptedModel

from assistant import Assistant
from assistant.records import Turn
from assistant.settings import Settings
from benchmarks import mtrag_un
from benchmarks.mtrag_un import Task, measure_answers, measure_follow_ups, read_tasks, search, turns_of
from benchmarks.multihop_rag import Asked, answer_scores, as_cases, index_again, shares_a_word

PASSAGES = {
    "odra-1": "Anna Petrova visited the port of Odra and promised new patrol boats.",
    "odra-2": "The harbour master of Odra wants a longer pier for grain ships.",
    "kelma-1": "Farmers near Kelma harvested winter wheat before the rain came.",
}


def said(speaker: str, text: str) -> dict[str, str]:
    return {"speaker": speaker, "text": text}


def row(name: str, kind: str, passages: tuple[str, ...], *talk: dict[str, str]) -> dict[str, Any]:
    contexts = [{"document_id": p, "text": PASSAGES[p]} for p in passages]
    return {"task_id": name, "answerability": [kind], "contexts": contexts, "input": list(talk)}


ROWS = (
    row("a", "ANSWERABLE", ("odra-1",), said("user", "Who visited the port of Odra?"), said("agent", "Anna Petrova."),
        said("user", "What did she promise?")),
    row("b", "UNANSWERABLE", (), said("user", "Who painted the ceiling in Lindau?")),
    row("c", "ANSWERABLE", ("kelma-1",), said("user", "Tell me of Kelma."), said("user", "What was harvested there?")),
    row("d", "PARTIAL", ("odra-2",), said("user", "What does the harbour master of Odra want?")),
)  # fmt: skip


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "reference.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in ROWS) + "\n", encoding="utf-8")
    return path


# -- MTRAG-UN --


def test_tasks_are_last_turns_with_what_was_said_before(reference: Path) -> None:
    tasks, passages = read_tasks(reference)
    assert passages == PASSAGES
    assert [t.question for t in tasks][:2] == ["What did she promise?", "Who painted the ceiling in Lindau?"]
    assert tasks[0].history == (Turn(question="Who visited the port of Odra?", answer="Anna Petrova."),)
    assert [t.kind for t in tasks] == ["ANSWERABLE", "UNANSWERABLE", "ANSWERABLE", "PARTIAL"]
    assert (tasks[1].history, tasks[1].passages, tasks[3].passages) == ((), (), ("odra-2",))


def test_a_question_that_was_not_answered_has_an_empty_answer() -> None:
    talk = [said("user", "One?"), said("user", "Two?"), said("agent", "Yes."), said("agent", "And more.")]
    assert turns_of(talk) == (Turn(question="One?", answer=""), Turn(question="Two?", answer="Yes."))


@pytest.mark.parametrize("text", ["{}", "no json", '{"task_id": "a", "contexts": [], "input": []}'])
def test_a_file_that_is_another_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"other\.jsonl' cannot be read"):
        read_tasks(path)


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    """The passages indexed by the benchmark's way, with a model that has no script yet."""
    rows = tmp_path / "passages.jsonl"
    mtrag_un.write_passages(rows, PASSAGES)
    settings = Settings(index=str(tmp_path / "index"), models=str(tmp_path), topic_floor=0.05)
    opened = Assistant(settings, model=ScriptedModel(), embedder=FakeEmbedder())
    opened.index_settings = fake_settings()
    assert opened.index([rows]).added == len(PASSAGES)
    return opened


def scripted(assistant: Assistant, *replies: Reply, checks: tuple[float, ...] = ()) -> None:
    def load(model: Any) -> Any:
        model.load(replies, checks)
        return model

    assistant.wrap_model(load)


def test_passages_are_found_by_their_ids_each_once(assistant: Assistant) -> None:
    with assistant:
        found = search(assistant, "winter wheat harvested near Kelma")
    assert found[0] == "kelma-1"
    assert len(found) == len(set(found))


def test_follow_ups_are_searched_alone_and_rewritten(assistant: Assistant, reference: Path) -> None:
    tasks = [task for task in read_tasks(reference)[0] if task.history and task.passages]
    with assistant:
        scripted(assistant, "What did Anna Petrova promise the port of Odra?", "What was harvested near Kelma?")
        told: list[int] = []
        report = measure_follow_ups(assistant, tasks, told.append)
    assert told == [1, 2]
    assert (report["n"], report["changed"]) == (2, 2)
    assert report["rewritten"]["recall_at_5"] == report["ceiling"] == 1.0
    assert report["gain"] == pytest.approx(1 / report["alone"]["recall_at_5"] - 1)
    assert report["leaning"]["n"] == 2


def test_a_task_without_an_answer_is_declined_and_one_that_fails_is_counted_apart(assistant: Assistant) -> None:
    def task(name: str, question: str, kind: str) -> Task:
        return Task(id=name, question=question, history=(), kind=kind, passages=())

    tasks = [
        task("1", "Who painted the ceiling in Lindau?", "UNANSWERABLE"),
        task("2", "Who visited the port of Odra?", "ANSWERABLE"),
        task("3", "", "ANSWERABLE"),
    ]
    with assistant:
        scripted(assistant, checks=(0.99,))
        report = measure_answers(assistant, tasks)
    assert report["n"] == {"answerable": 1, "unanswerable": 1, "underspecified": 0}
    assert (report["failed"], report["unanswerable_declined"], report["answerable_answered"]) == (1, 1.0, 1.0)
    assert report["underspecified_declined"] is None


# -- MultiHop-RAG, answers --


def asked(name: str, answer: str, kind: str, *facts: str) -> Asked:
    return Asked(id=name, text=f"{name}?", answer=answer, kind=kind, facts=facts)


def line(name: str, status: str | None, text: str = "") -> dict[str, Any]:
    return {"id": name, "answer": None if status is None else {"status": status, "text": text}}


QUESTIONS = [
    asked("q0", "Yes", "comparison", "f"),
    asked("q1", "no", "temporal", "f"),
    asked("q2", "Anna Petrova", "inference", "f"),
    asked("q3", "Insufficient information.", "null"),
    asked("q4", "Odra", "inference", "f"),
]


def test_a_word_in_common_counts_as_the_authors_count_it() -> None:
    assert shares_a_word("Yes – both say so", "yes")
    assert not shares_a_word("Yes: both say so", "Yes")
    assert shares_a_word("There is no word", "No")


def test_answers_are_scored_the_authors_way_and_strictly() -> None:
    lines = [
        line("q0", "answered", "Yes – Desk A: “It rained.” [1]"),
        line("q1", "answered", "Yes – Desk A: “There was no rain.” [1]"),
        line("q2", "answered", "Petrova came by ship [1]."),
        line("q3", "not_stated"),
        line("q4", None),
    ]
    scores = answer_scores(QUESTIONS, lines)
    assert (scores["n"], scores["failed"]) == (4, 1)
    assert scores["official"] == scores["official_answerable"] == 1.0
    assert scores["strict"] == pytest.approx(
        1 / 3, abs=1e-4
    )  # "Yes" alone: the other word is the wrong one, a name lacks a part
    assert scores["null_declined"] == 1.0
    assert scores["by_kind"]["temporal"] == {"n": 1, "stated": 1.0, "official": 1.0, "strict": 0.0}


def test_a_refusal_of_what_has_an_answer_is_wrong_and_an_answer_to_a_null_query_too() -> None:
    scores = answer_scores(QUESTIONS, [line("q0", "not_stated"), line("q3", "answered", "In Odra [1].")])
    assert (scores["official"], scores["official_answerable"], scores["null_declined"]) == (0.0, 0.0, 0.0)


def test_a_share_of_nothing_is_none() -> None:
    scores = answer_scores(QUESTIONS, [])
    assert (scores["n"], scores["official"], scores["null_declined"]) == (0, None, None)


def test_questions_become_cases_tagged_with_their_kind() -> None:
    cases = as_cases(QUESTIONS)
    assert [case.answerable for case in cases] == [True, True, True, False, True]
    assert (cases[0].answers, cases[3].answers, cases[0].tags) == (("Yes",), (), ("comparison",))


def test_an_index_of_an_older_version_is_made_anew(tmp_path: Path) -> None:
    rows = tmp_path / "passages.jsonl"
    mtrag_un.write_passages(rows, PASSAGES)
    settings = Settings(index=str(tmp_path / "index"), models=str(tmp_path))
    for longest in (100, 120):  # words a passage: what an index was made with
        with Assistant(settings, model=ScriptedModel(), embedder=FakeEmbedder()) as opened:
            opened.index_settings = fake_settings(chunk_tokens=longest)
            assert index_again(opened, rows).added == len(PASSAGES)
