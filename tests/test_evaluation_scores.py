"""Each measure of an answer against values worked out by hand, its empty case included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fakes_assistant import FakeAssistant, cite, make_answer, make_refusal

from assistant.evaluation.answering import date_exact, exact, figure_exact, score_answer, token_f1
from assistant.evaluation.cases import EvalCase, GoldFigure
from assistant.evaluation.entailment import measure_support, passage_of, word_for_word
from assistant.evaluation.intervals import area_under_risk, bootstrap_interval, paired_p, risk_coverage
from assistant.evaluation.scores import grade
from assistant.records import Status


@pytest.mark.parametrize(
    ("text", "gold", "em", "f1"),
    [
        ("The 307 prisoners.", "307 prisoners", 1, 1),
        ("307 prisoners on Saturday", "307 prisoners", 0, 2 * 2 / (4 + 2)),
        ("yes yes", "yes", 0, 2 / 3),
        ("no", "yes", 0, 0),
        ("", "", 1, 1),
        ("", "yes", 0, 0),
    ],
)
def test_exact_and_token_f1(text: str, gold: str, em: float, f1: float) -> None:
    assert exact(text, gold) == em
    assert token_f1(text, gold) == pytest.approx(f1)


def test_figures_and_dates_are_compared_by_value() -> None:
    assert figure_exact("In all five thousand seven hundred fifty-seven", [GoldFigure(value=5757)]) == 1
    assert figure_exact("About 5,700 people", [GoldFigure(value=5757, tolerance=60)]) == 1
    assert figure_exact("On 25 May 2025", [GoldFigure(value=25)]) == 0
    assert figure_exact("", [GoldFigure(value=25)]) == 0
    assert date_exact("It began on 23 May.", [date(2025, 5, 23)], date(2025, 6, 15)) == 1
    assert date_exact("It began in May 2025.", [date(2025, 5, 1)], None) == 0


def scored(answer: Any, **changed: Any) -> dict[str, float | None]:
    given: dict[str, Any] = {"collection": "s", "id": "a", "question": "How many?", "answerable": True}
    case = EvalCase(**(given | changed))
    return {score.name: score.value for score in score_answer(case, answer, grade(case, answer))}


def test_only_what_applies_is_scored() -> None:
    assert scored(make_refusal(), answers=("307",)) == {"right": 0, "answered": 0}
    assert scored(make_refusal(), answers=("307",), decline_ok=True) == {"right": 1}
    assert scored(make_refusal(), answerable=False) == {"right": 1, "declined": 1}
    assert scored(make_answer("It was 390 [1]."), answerable=False) == {"right": 0, "declined": 0}
    found = scored(make_answer("307 [1]"), figures=(GoldFigure(value=307),), dates=(date(2025, 5, 24),))
    assert found == {"right": 1, "answered": 1, "figure_exact": 1, "date_exact": 0}
    assert scored(make_answer("Nothing [1]."), figures=(GoldFigure(value=307),))["right"] == 0
    assert scored(make_answer("307 [1]"), articles=("a",))["right"] is None


def test_stale_conflict_and_attribution() -> None:
    old = scored(make_answer("It was 4,300 [1]."), answers=("5,757",), figures_stale=("4,300",))
    assert (old["stale"], old["right"]) == (1, 0)
    new = scored(make_answer("It was 5,757, after 4,300 [1]."), answers=("5,757",), figures_stale=("4,300",))
    assert new["stale"] == 0
    told = scored(make_answer("246, and 277 [1].", status=Status.CONFLICTING), answers=("246",), conflict=True)
    assert told["conflict_disclosed"] == 1
    assert scored(make_answer("246 [1]."), answers=("246",), conflict=True)["conflict_disclosed"] == 0
    named = {"answers": ("246",), "claimants": ("Zelensky", "Zelenskyy")}
    assert scored(make_answer("246, Zelensky said [1]."), **named)["attribution"] == 1
    assert scored(make_answer("246 [1]."), **named)["attribution"] == 0


# -- ALCE --

A, B = cite("Each side released 307 people on Saturday."), cite("On Friday each side had released 390 people.", 2)


class Counting:
    """Sure of a sentence whose every number stands in the passage; of its being an answer, only if the question is known."""

    def entails(self, passage: str, claim: str) -> float:
        numbers = [word.strip(".,") for word in claim.split() if word.strip(".,").isdigit()]
        return 0.9 if all(number in passage for number in numbers) else 0.1

    def weigh(self, passage: str, question: str, answer: str) -> float:
        return self.entails(passage, answer) if question == make_answer().standalone else 0.2


def support(text: str, **changed: Any) -> tuple[float | None, float | None, float | None]:
    measured = measure_support(make_answer(text, citations=(A, B), **changed), Counting())
    return measured.precision, measured.recall, measured.confidence


def test_citation_precision_and_recall() -> None:
    assert support("It was 307 [1].") == (1, 1, 0.9)
    assert support("It was 307 [2].") == (0, 0, 0.1)
    assert support("It was 307 and 390 [1][2].") == (1, 1, 0.9)  # neither alone
    assert support("It was 307 [1][2].") == (0.5, 1, 0.9)  # the second is not needed
    assert support("It was 307 [1]. It was 390.") == (1, 0.5, 0.0)
    assert support("It was 307.") == (None, 0, 0.0)
    refused = measure_support(make_refusal(), Counting())
    assert (refused.precision, refused.recall, refused.control, refused.confidence) == (None, None, None, None)
    assert passage_of([A]) == f"(24 May 2025) {A.quote}"


@pytest.mark.parametrize(
    ("claim", "own"),
    [
        ("Each side released 307 people on Saturday.", True),
        ("Each side released 307 people on Saturday (24 May 2025).", True),
        ("Each side released 307 people on Saturday (23 May 2025).", False),
        ("Each side released 370 people on Saturday.", False),
        ("Another report gave another figure: “Each side released 307 people on Saturday.”.", True),
        ("The army of Odra gave another figure: “Each side released 307 people on Saturday.”.", False),
        ("Of 500, “Each side released 307 people on Saturday.”.", False),
        ("They did so, as “people on Saturday” say.", False),
    ],
)
def test_a_passages_own_words_are_entailed_and_no_others(claim: str, own: bool) -> None:
    assert word_for_word(passage_of([A]), claim) is own


def test_a_sentence_may_be_entailed_and_answer_something_else() -> None:
    assert support("It was 307 [1].", standalone="How many had been released on Friday?") == (1, 1, 0.2)


@pytest.mark.parametrize(("text", "control"), [("It was 307 [1].", 1), ("It was 99 [1].", 0), ("307. 99 [1].", 0.5)])
def test_the_control_reads_what_is_not_cited(text: str, control: float) -> None:
    hits = FakeAssistant().search("", limit=2)
    answer = make_answer(text, citations=(A, B), hits=hits)
    assert measure_support(answer, Counting()).control == control
    cited = make_answer(text, citations=(replace(A, article_id="a1"), replace(B, article_id="a2")), hits=hits)
    assert measure_support(cited, Counting()).control is None, "nothing was found that is not cited"


# -- intervals --


def test_bootstrap() -> None:
    low, high = bootstrap_interval([0.0, 1.0] * 50) or (None, None)
    assert low is not None and high is not None
    assert 0.38 < low < 0.43 < 0.57 < high < 0.62
    assert bootstrap_interval([1.0, 1.0]) == (1, 1)
    assert bootstrap_interval([1.0]) is None
    assert bootstrap_interval([0.0, 1.0, 1.0]) == bootstrap_interval([0.0, 1.0, 1.0])


def test_paired_permutation() -> None:
    assert paired_p([0.0] * 6, [1.0] * 6) == pytest.approx(2 / 64)  # exact: two of 64 sign patterns
    assert paired_p([0.0, 1.0], [1.0, 0.0]) == 1
    assert paired_p([0.5], [0.5]) == 1
    assert paired_p([], []) is None
    with pytest.raises(ValueError):
        paired_p([0.0], [])


def test_risk_and_coverage() -> None:
    points = risk_coverage([(0.9, False), (0.8, True), (0.8, False), (0.5, True)], 8)
    assert points == ((1 / 8, 0.0), (3 / 8, 1 / 3), (4 / 8, 2 / 4))
    assert area_under_risk(points) == pytest.approx((1 / 8 * 0 + 2 / 8 / 3 + 1 / 8 * 0.5) / (4 / 8))
    assert risk_coverage([], 8) == ()
    assert area_under_risk(()) is None
