"""The evaluation: what counts as right, what the citations are held to, how it is added up and written down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes_assistant import FIRST, FakeAssistant, cite, make_answer, make_refusal

import assistant
from assistant.cli import run as command
from assistant.cli_evaluate import percent
from assistant.evaluation.cases import EvalCase, read_cases, select
from assistant.evaluation.citing import Citing, measure, number_sources, split_sentences
from assistant.evaluation.report import EvalResult, figures, quantile, row, table, wilson
from assistant.evaluation.run import evaluate
from assistant.evaluation.scores import Verdict, contains, grade, names_article
from assistant.records import Status, Turn
from index.errors import IndexMissing, LoadError, ModelStopped

SEEDS = read_cases(Path(__file__).parent.parent / "seeds" / "questions.jsonl")


def case(**changed: Any) -> EvalCase:
    given: dict[str, Any] = {
        "collection": "set.jsonl", "id": "s1", "question": "How many on Saturday?", "answerable": True,
        "answers": ("307",), "figures_wrong": ("390", "25"), "articles": ("second",), "tags": ("count",),
        "split": "tune",
    }  # fmt: skip
    return EvalCase(**(given | changed))


UNANSWERABLE = case(answerable=False, answers=(), articles=(), tags=("unanswerable",), status=Status.NOT_STATED)

# -- cases --


def test_the_seed_questions_are_read_whole() -> None:
    assert len(SEEDS) >= 60
    assert any(c.history and isinstance(c.history[0], Turn) for c in SEEDS)
    assert any(c.as_of == date(2025, 5, 24) for c in SEEDS)
    assert {c.collection for c in SEEDS} == {"questions.jsonl"}


ROW = {"id": "a", "question": "Who?", "answerable": True, "answers": ["X"]}


def written(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("{", "line 3 .* is not a question"),
        ("[]", "a JSON object is expected"),
        ({"id": "b", "answerable": False}, "field 'question' is missing"),
        (ROW | {"id": "b", "question": " "}, "'question' is a text"),
        (ROW | {"id": "b", "answerable": "yes"}, "'answerable' is true or false"),
        (ROW | {"id": "b", "answers": "X"}, "'answers' is a list of texts"),
        (ROW | {"id": "b", "answers": []}, "'answers' or 'all_of' go with an answerable question"),
        (ROW | {"id": "b", "answerable": False}, "'answers' or 'all_of' go with an answerable question"),
        (ROW | {"id": "b", "as_of": "24 May"}, "Invalid isoformat"),
        (ROW | {"id": "b", "status": "unsure"}, "'unsure' is not a valid Status"),
        (ROW | {"id": "b", "history": [["q"]]}, "a turn of 'history'"),
        (ROW, "line 3 .* repeats the id 'a'"),
    ],
)
def test_a_line_that_is_no_question_is_named(second: object, reason: str, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=reason):
        read_cases(written(tmp_path, ROW, "", second))


def test_a_set_that_is_not_there_or_empty_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="No such file"):
        read_cases(tmp_path / "none.jsonl")
    with pytest.raises(LoadError, match="holds no question"):
        read_cases(written(tmp_path, ""))


def test_cases_are_chosen_by_split_tag_and_number() -> None:
    chosen = select(SEEDS, split="report", tags=("so-far", "who"), limit=5)
    assert len(chosen) == 5
    assert all(c.split == "report" and {"so-far", "who"} & set(c.tags) for c in chosen)
    assert select(SEEDS) == SEEDS


# -- verdicts --


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("5,757 people", "5,757"),
        ("5757 people", "5,757"),
        ("5\u202f757 people", "5,757"),
        ("in all two thousand people", "2,000"),
        ("2,000 people", "Two thousand"),
        ("two of them children", "2"),
        ("It was 390.", "390"),
        ("1.5 million", "1.5 million"),
        ("UMEROV led it", "Umerov"),
        ("Russia’s defence ministry", "Russia's defence ministry"),
        ("a three–day exchange", "three-day"),
        ("on 25 May", "25 May"),
        ("on 9, 10, 12 and 14 June", "12"),
    ],
)
def test_words_and_numbers_are_found_however_they_are_written(text: str, wanted: str) -> None:
    assert contains(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,307 people", "307"),
        ("307.5 km", "307"),
        ("3,070 people", "307"),
        ("dozens of people", "12"),
        ("unknown", "no"),
        ("the nobility", "no"),
    ],
)
def test_a_part_of_a_word_or_number_is_no_match(text: str, wanted: str) -> None:
    assert not contains(text, wanted)


def test_a_figure_is_not_found_in_a_date() -> None:
    text = "As of 25 May 2025, 5,757 people had returned in the 65th exchange."
    assert not contains(text, "25", figure=True)
    assert not contains(text, "2,025", figure=True)
    assert not contains(text, "65", figure=True)
    assert contains(text, "5,757", figure=True)
    assert contains(text, "25")


@pytest.mark.parametrize(
    ("asked", "answer", "outcome", "wrong_figures"),
    [
        (case(), make_answer("It was 307 [1]."), "right", ()),
        (case(), make_answer("It was 390 [1]."), "wrong", ("390",)),
        (case(), make_answer("It was 42 [1]."), "wrong", ()),
        (case(), make_answer("It was 307, after 390 [1]."), "right", ()),
        (case(), make_answer("The marker is no answer [307]."), "wrong", ()),
        (case(), make_answer("It was on 25 May 2025 [1]."), "wrong", ()),
        (case(), make_refusal(), "declined", ()),
        (case(decline_ok=True), make_refusal(), "right", ()),
        (case(answers=(), all_of=("307", "390")), make_answer("Both 307 and 390 [1]."), "right", ()),
        (case(answers=(), all_of=("307", "390")), make_answer("Only 307 [1]."), "wrong", ()),
        (case(), make_answer("It was 307 [1].", status=Status.CONFLICTING), "right", ()),
        (case(), make_answer("It was 307 [1].", status=Status.UNSUPPORTED), "declined", ()),
        (UNANSWERABLE, make_refusal(), "right", ()),
        (UNANSWERABLE, make_refusal(Status.OUTDATED), "right", ()),
        (UNANSWERABLE, make_answer("It was 390 [1]."), "wrong", ("390",)),
    ],
)
def test_verdicts(asked: EvalCase, answer: Any, outcome: str, wrong_figures: tuple[str, ...]) -> None:
    verdict = grade(asked, answer)
    assert (verdict.outcome, verdict.wrong_figures) == (outcome, wrong_figures)
    assert verdict.why


def test_the_kind_of_a_refusal_is_noted_but_does_not_decide() -> None:
    assert grade(UNANSWERABLE, make_refusal()).status_right is True
    assert grade(UNANSWERABLE, make_refusal(Status.OUTDATED)).status_right is False
    assert grade(case(), make_refusal()).status_right is None


@pytest.mark.parametrize("asked", [c for c in SEEDS if c.answerable], ids=lambda c: c.id)
def test_every_gold_answer_is_right_by_its_own_case(asked: EvalCase) -> None:
    for gold in [", ".join(asked.all_of)] if asked.all_of else asked.answers:
        verdict = grade(asked, make_answer(f"The articles say: {gold} [1]."))
        assert (verdict.outcome, verdict.wrong_figures) == ("right", ()), gold


@pytest.mark.parametrize("asked", [c for c in SEEDS if c.figures_wrong], ids=lambda c: c.id)
def test_every_wrong_figure_is_caught(asked: EvalCase) -> None:
    for figure in asked.figures_wrong:
        verdict = grade(asked, make_answer(f"There were {figure} people [1]."))
        assert (verdict.outcome, verdict.wrong_figures) == ("wrong", (figure,))


def test_articles_are_named_by_id_address_or_file() -> None:
    assert names_article(["a1", None, "/seeds/2025-05-24-second.md"], "2025-05-24-second")
    assert names_article(["https://example.org/x"], "https://example.org/x")
    assert not names_article(["/seeds/the-second.md", "/seeds/second.d/other.md"], "second")


# -- citations --


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One [1]. Two [2].", ["One [1].", "Two [2]."]),
        ("One. [1] Two. [2]", ["One. [1]", "Two. [2]"]),
        ("He said “It was hard. We go on.” [1] Two [1][2].", ["He said “It was hard. We go on.” [1]", "Two [1][2]."]),
        ("Gen. Budanov met U.S. Secretary M. Rubio [1].", ["Gen. Budanov met U.S. Secretary M. Rubio [1]."]),
        ("It was 5,757.5 km [1]. 390 were freed [2].", ["It was 5,757.5 km [1].", "390 were freed [2]."]),
        ("No stop [1]", ["No stop [1]"]),
        ("Перше [1]. Друге [2].", ["Перше [1].", "Друге [2]."]),
        ("", []),
    ],
)
def test_sentences_keep_their_markers(text: str, sentences: list[str]) -> None:
    assert list(split_sentences(text)) == sentences


SATURDAY = cite("Each side released 307 people on Saturday.")


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        (
            "307 people on 24 May 2025.",
            [("307", "in_quotes"), ("24", "publication_date"), ("2025", "publication_date")],
        ),
        ("307 in May 2025.", [("307", "in_quotes"), ("2025", "publication_date")]),
        ("1,307 people.", [("1,307", None)]),
        ("30 people.", [("30", None)]),
        ("On 23 May.", [("23", None)]),
        ("24 people.", [("24", None)]),
    ],
)
def test_where_the_numbers_of_a_sentence_come_from(sentence: str, sources: list[tuple[str, str | None]]) -> None:
    assert list(number_sources(sentence, (SATURDAY,))) == sources


def test_numbers_in_words_stand_for_digits_and_days_are_resolved() -> None:
    late = replace(FIRST, published=date(2025, 5, 26))
    quote = cite("On Friday, twenty-five people came back, 1,000 in all.", source=late)
    assert list(number_sources("25 of 1000 on 23 May 2025", (quote,))) == [
        ("25", "in_quotes"), ("1000", "in_quotes"), ("23", "resolved_day"), ("2025", "resolved_day"),
    ]  # fmt: skip
    assert list(number_sources("25 on 26 May", ())) == [("25", None), ("26", None)]


def test_citations_are_counted() -> None:
    text = {"a-second": "Each side released 307 people on Saturday. On Friday each side had released 390 people."}.get
    answer = make_answer(
        "It was 307 [1]. Then 390 [2] of 1,000. Nothing more.",
        citations=(SATURDAY, cite("On Friday each side had released 391 people.", 2)),
    )
    assert measure(case(), answer, text) == Citing(
        sentences=3, marked=2, quotes=2, verbatim=1, numbers=3, in_quotes=1, publication_date=0, resolved_day=0,
        elsewhere=("390", "1,000"), right_article=True,
    )  # fmt: skip
    assert measure(case(articles=("other",)), answer, text).right_article is False
    assert measure(case(), answer, lambda _: None).verbatim == 0


def test_a_marker_without_its_citation_counts_for_nothing() -> None:
    counted = measure(case(), make_answer("It was 307 [7]."), lambda _: None)
    assert (counted.marked, counted.elsewhere) == (0, ("307",))


def test_of_a_refusal_only_the_quotes_are_counted() -> None:
    counted = measure(case(), make_refusal(), FakeTexts())
    assert (counted.sentences, counted.quotes, counted.verbatim, counted.right_article) == (0, 1, 1, None)


class FakeTexts:
    def __call__(self, article_id: str) -> str:
        return FakeAssistant().article(article_id).text


# -- adding up --


def result(outcome: Any, *, seconds: float = 1.0, wrong: tuple[str, ...] = (), **changed: Any) -> EvalResult:
    return EvalResult(
        case=case(**changed),
        answer=make_answer(seconds={"total": seconds, "first_words": seconds / 2}),
        verdict=Verdict(outcome=outcome, why="", wrong_figures=wrong),
    )


def test_failed_cases_are_counted_apart() -> None:
    results = [
        result("right"),
        result("declined"),
        result("wrong", wrong=("390",)),
        EvalResult(case=case(), failure="x"),
    ]
    counted = row(results)
    assert (counted.n, counted.right, counted.declined, counted.wrong, counted.wrong_figures, counted.failed) == (
        3,
        1,
        1,
        1,
        1,
        1,
    )
    assert counted.share_right == pytest.approx(1 / 3)


def test_the_table_has_a_row_for_everything_and_each_tag() -> None:
    results = [
        result("right", tags=("count", "sum")),
        result("wrong", tags=("count",), answerable=False, split="report"),
    ]
    rows = table(results)
    assert list(rows) == ["all", "answerable", "unanswerable", "split report", "split tune", "count", "sum"]
    assert (rows["count"].n, rows["sum"].right, rows["unanswerable"].wrong) == (2, 1, 1)
    assert "set other.jsonl" in table([*results, result("right", collection="other.jsonl")])


def test_wilson_interval() -> None:
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(0, 0) == (None, None)


def test_quantiles() -> None:
    assert [quantile([4, 1, 3, 2], share) for share in (0.5, 0.9, 1.0)] == [2, 4, 4]
    assert quantile([], 0.5) is None


def test_times_are_those_of_the_answers() -> None:
    told: Any = figures([result("right", seconds=s) for s in range(1, 11)])["seconds"]
    assert told == {"total": {"n": 10, "median": 5, "p90": 9}, "first_words": {"n": 10, "median": 2.5, "p90": 4.5}}


def test_nothing_counted_is_no_share() -> None:
    told: Any = figures([EvalResult(case=case(), failure="x")])
    assert told["quotes"] == {"n": 0, "right": 0, "share": None}
    assert told["table"]["all"]["share_right"] is None


def test_a_share_is_rounded_down() -> None:
    assert [percent(share) for share in (1.0, 0.9996, 0.29, None)] == ["100.0 %", "99.9 %", "29.0 %", "–"]


# -- the run --


def lines_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_run_asks_with_history_and_day_and_writes_everything_down(tmp_path: Path) -> None:
    fake = FakeAssistant(script=[make_answer(), make_refusal()])
    turn = Turn(question="q", answer="a")
    cases = [case(history=(turn,), as_of=date(2025, 5, 24)), replace(UNANSWERABLE, id="s2")]
    told: list[EvalResult] = []
    report: Any = evaluate(fake, cases, tmp_path / "new" / "run", told.append)
    assert fake.calls[:2] == [
        ("warm", None),
        ("How many on Saturday?", {"history": (turn,), "as_of": date(2025, 5, 24)}),
    ]
    lines = lines_of(tmp_path / "new" / "run")
    assert [(line["id"], line["verdict"]["outcome"], line["failure"]) for line in lines] == [
        ("s1", "right", None), ("s2", "right", None),
    ]  # fmt: skip
    assert lines[0]["answer"]["citations"][0]["quote"] == SATURDAY.quote
    assert lines[0]["verdict"]["why"] == "says '307'"
    assert lines[0]["citing"]["right_article"] is True
    assert json.loads((tmp_path / "new" / "run" / "report.json").read_text(encoding="utf-8")) == report
    assert (report["asked"], report["failed"], report["model"]) == (2, 0, "embedded small-model")
    assert report["corpus_hash"] == "ab" * 32
    assert report["quotes"] == {"n": 2, "right": 2, "share": 1.0}
    assert [r.case.id for r in told] == ["s1", "s2"]


def test_a_failing_case_is_recorded_and_the_run_goes_on(tmp_path: Path) -> None:
    fake = FakeAssistant(script=[ModelStopped("the model was cut off"), make_answer()])
    report: Any = evaluate(fake, [case(), case(id="s2")], tmp_path)
    assert [line["failure"] for line in lines_of(tmp_path)] == ["ModelStopped: the model was cut off", None]
    assert (report["asked"], report["failed"], report["table"]["all"]["n"]) == (2, 1, 1)


def test_ctrl_c_writes_what_is_done(tmp_path: Path) -> None:
    fake = FakeAssistant(script=[make_answer(), KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        evaluate(fake, [case(), case(id="s2"), case(id="s3")], tmp_path)
    assert [line["id"] for line in lines_of(tmp_path)] == ["s1"]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["asked"], report["of"], report["table"]["all"]["right"]) == (1, 3, 1)


def test_without_an_index_nothing_is_asked_or_written(tmp_path: Path) -> None:
    fake = FakeAssistant(corpus=IndexMissing("nothing is indexed"))
    with pytest.raises(IndexMissing):
        evaluate(fake, [case()], tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LoadError, match="cannot be written"):
        evaluate(FakeAssistant(), [case()], tmp_path / "file" / "run")


# -- the command --


def test_the_command_prints_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeAssistant(script=[make_answer(), ModelStopped("cut off")])
    monkeypatch.setattr(assistant, "Assistant", fake, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    rows = [ROW | {"answers": ["307"], "tags": ["count"], "split": "tune"}, ROW | {"id": "b"}, ROW | {"id": "c"}]
    assert command(["evaluate", str(written(tmp_path, *rows)), "--limit", "2", "--out", str(tmp_path / "run")]) == 0
    out, err = capsys.readouterr()
    assert " ".join(out.split("\n")[0].split()) == "n right declined wrong wrong figures failed right, 95 % interval"
    assert "\nall         1      1         0      0              0       1  100.0 % (20.6 % to 100.0 %)\n" in out
    assert "\nquotes that are verbatim        100.0 % (1 of 1)\n" in out
    assert "\nseconds an answer               median 8.4, p90 8.4 (1 answers)\n" in out
    assert "\nasked 2 of 2, could not score 1, embedded small-model\n" in out
    assert err.startswith("asking 0/2 questions")


def test_the_command_says_where_the_results_are_when_it_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(assistant, "Assistant", FakeAssistant(script=[KeyboardInterrupt()]), raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert command(["evaluate", str(written(tmp_path, ROW)), "--out", str(tmp_path / "run")]) == 130
    err = capsys.readouterr().err
    assert f"0 of 1 questions asked, results in {tmp_path / 'run'}" in err
    assert err.endswith("assistant: stopped\n")


def test_the_command_without_a_question_left_is_a_usage_error(tmp_path: Path) -> None:
    assert command(["evaluate", str(written(tmp_path, ROW)), "--tag", "none"]) == 2
