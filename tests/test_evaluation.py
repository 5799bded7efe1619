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
from assistant.evaluation.cases import EvalCase, GoldFigure, read_cases, select
from assistant.evaluation.citing import Citing, measure, number_sources, split_sentences
from assistant.evaluation.report import figures, quantile, row, table, wilson
from assistant.evaluation.results import EvalResult
from assistant.evaluation.run import evaluate
from assistant.evaluation.scores import Score, contains, grade, names_article
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
        (ROW | {"id": "b", "question": " "}, "field 'question' is a text, not ' '"),
        (ROW | {"id": "b", "question": None}, "field 'question' is a text, not None"),
        (ROW | {"id": "b", "answerable": "yes"}, "field 'answerable' is true or false, not 'yes'"),
        (ROW | {"id": "b", "answers": "X"}, "field 'answers' is a list of texts, not 'X'"),
        (ROW | {"id": "b", "answers": []}, "field 'answers' .* goes with an answerable question"),
        (ROW | {"id": "b", "answerable": False}, "field 'answers' .* an answerable question only"),
        (ROW | {"id": "b", "as_of": "24 May"}, "field 'as_of' is a day like 2025-05-24, not '24 May'"),
        (ROW | {"id": "b", "dates": ["2025-05-32"]}, "field 'dates' is a day"),
        (ROW | {"id": "b", "status": "unsure"}, "field 'status' is one of answered, .*, not 'unsure'"),
        (ROW | {"id": "b", "history": [["q"]]}, "field 'history' is a list of"),
        (ROW | {"id": "b", "history": "q"}, "field 'history' is a list of"),
        (ROW | {"id": "b", "figures": ["7"]}, "field 'figures' is a list of numbers"),
        (ROW | {"id": "b", "figures": [{"value": 7, "tolerance": -1}]}, "field 'figures' is a list of numbers"),
        (ROW | {"id": "b", "figures": [{"valu": 7}]}, "field 'figures' is a list of numbers"),
        (ROW | {"id": "b", "anwsers": ["X"]}, "field 'anwsers' is not known; a field of your own begins with x_"),
        (ROW, "line 3 .*, field 'id', repeats 'a'"),
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


def test_every_field_is_read(tmp_path: Path) -> None:
    (read,) = read_cases(
        written(
            tmp_path,
            {
                "id": "a", "question": "How many?", "history": [["q", "a"]], "as_of": "2025-05-25", "answerable": True,
                "figures": [5757, {"value": 5700, "tolerance": 60}], "dates": ["2025-05-25"], "figures_stale": ["4,300"],
                "claimants": ["Coordination Headquarters"], "conflict": False, "quotes": ["A sentence."],
                "because": "", "note": "", "split": "", "tags": None, "x_mine": 1, "parts": ["390", "307"],
            },
        )
    )  # fmt: skip
    assert read.figures == (GoldFigure(value=5757), GoldFigure(value=5700, tolerance=60))
    assert (read.dates, read.as_of, read.tags) == ((date(2025, 5, 25),), date(2025, 5, 25), ())
    assert read.history == (Turn(question="q", answer="a"),)


def test_a_sample_is_drawn_by_its_seed() -> None:
    one, again, other = (select(SEEDS, sample=20, seed=seed) for seed in (1, 1, 2))
    assert one == again != other
    assert len(one) == 20
    assert list(one) == [case for case in SEEDS if case in one]
    assert select(SEEDS, sample=10_000) == SEEDS


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
        (case(), make_answer("It was 307 [1].", status=Status.NO_EVIDENCE), "declined", ()),
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
        sentences=3, marked=2, quotes=2, verbatim=1, numbers=3, in_quotes=1, publication_date=0, resolved_day=0, added_up=0,
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
        outcome=outcome,
        wrong_figures=wrong,
        scores=(Score(name="right", value=float(outcome == "right")),),
        seconds={"total": seconds, "first_words": seconds / 2},
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


def test_times_and_tokens_are_those_of_the_answers() -> None:
    told: Any = figures([result("right", seconds=s) for s in range(1, 11)])["seconds"]
    assert told["total"] == {"n": 10, "median": 5, "p90": 9, "sum": 55}
    assert told["first_words"] == {"n": 10, "median": 2.5, "p90": 4.5, "sum": 27.5}


def test_what_could_not_be_scored_is_neither_right_nor_wrong() -> None:
    unsure = replace(
        result("right"), scores=(Score(name="right", value=1.0), Score(name="citation_recall", value=None))
    )
    told: Any = figures([unsure, result("wrong"), EvalResult(case=case(), failure="x")])
    assert told["measures"]["right"]["n"] == 2
    assert told["measures"]["right"]["mean"] == 0.5
    assert told["measures"]["citation_recall"] == {"n": 0, "unscored": 1, "mean": None, "low": None, "high": None}
    assert (told["failed"], told["table"]["all"]["failed"]) == (1, 1)
    nothing: Any = figures([EvalResult(case=case(), failure="x")])
    assert nothing["table"]["all"]["share_right"] is None
    assert nothing["measures"] == {}


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
    assert [(line["id"], line["outcome"], line["failure"]) for line in lines] == [
        ("s1", "right", None), ("s2", "right", None),
    ]  # fmt: skip
    assert lines[0]["answer"]["citations"][0]["quote"] == SATURDAY.quote
    assert lines[0]["why"] == "says '307'"
    assert lines[0]["counts"]["right_article"] is True
    assert json.loads((tmp_path / "new" / "run" / "report.json").read_text(encoding="utf-8")) == report
    assert (report["asked"], report["failed"], report["run"]["model"]) == (2, 0, "embedded small-model")
    assert report["run"]["corpus_hash"] == "ab" * 32
    assert (report["counts"]["verbatim"], report["counts"]["quotes"]) == (2, 2)
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
    assert "\nseconds, total                  median 8.44, p90 8.44 (1)\n" in out
    assert "\nright                  1.000                       1  0\n" in out
    assert (tmp_path / "run" / "report.html").is_file()
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
