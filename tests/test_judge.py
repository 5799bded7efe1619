"""How sure the judge is of a sentence, and what is made of it; the model's layers are made up here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, fields, replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from fakes_bench import Bench, answering, bench, drafts
from fakes_model import SURE, UNSURE, LayeredModel
from fakes_sentences import Shelf, make_sentences

from assistant import findings
from assistant.count import read_count
from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.judge import BEFORE, CHECKED, ROOM, Clues, Judge, clues, learnt, put, windows
from assistant.library import Library
from assistant.records import Answer, StageStarted, Status
from assistant.timescope import read_scope
from assistant.trial import FURTHER, LOOKS
from benchmarks.judge import Put, auc, measure, weigh
from benchmarks.sets import LESSONS, REPORTED, WEIGHED
from index.figures import read_figures
from index.records import Filter

NOTHING = Clues(score=0.5, place=1.0, newest=0.0, wordless=0.0, covered=0.5, doubted=0.0)
FILES = {
    "bridge.txt": "The bridge\n\nAnna Petrova opened the new harbour bridge of Odra. Marco Hale opened the old harbour bridge of Varn.",
    "quay.txt": "The quay\n\nThe dockers of Varn stopped all work on the northern quay.",
    "freed.md": "---\ntitle: The freed\ndate: 2024-03-03\n---\n\n"
    "In all, 1,204 hostages have been freed since the war began, the mayor of Varn said on Sunday.",
    "camp.txt": "The camp\n\nIn the camp at Kelma 212 captives were counted. Guards at Kelma number 40.",
}
OPENED = "Who opened the harbour bridge?"
TOWNS = ("Alma", "Brod", "Cern", "Dorn", "Elva", "Fano", "Gard", "Hult", "Isel", "Jena", "Kolm", "Lund", "Mora", "Nesk")


# -- what was learnt --


def test_the_judge_that_is_shipped_knows_the_default_models_states_and_every_clue() -> None:
    assert learnt().probe.shape == (1536 + 1,)
    assert learnt().weights.shape == (1 + len(fields(Clues)) + 1,)
    assert np.isfinite(learnt().probe).all()


def test_the_shipped_judge_believes_the_probe_and_the_ranking_and_doubts_other_figures() -> None:
    says, score, place, *_, doubted, _ = learnt().weights
    assert min(says, score, place) > 0 > doubted
    assert min(learnt().both[:2]) > 0


def test_sureness_is_the_logistic_of_the_probe_and_the_clues() -> None:
    judge = Judge(
        probe=np.array([2.0, 0.0, 1.0], np.float32),
        weights=np.array([1.0, 2.0, 0, 0, 0, 0, -3.0, 0.5]),
        both=np.ones(3),
    )
    says, unsure = map(float, judge.says(np.array([[0.25, 9.0], [-0.5, 3.0]], np.float32)))
    assert (says, unsure) == (1.5, 0.0)
    assert judge.sureness(says, NOTHING) == pytest.approx(1 / (1 + np.exp(-(1.5 + 1.0 + 0.5))))
    assert judge.sureness(says, replace(NOTHING, doubted=1.0)) == pytest.approx(0.5)


def test_judge_and_check_together_are_surer_than_either_doubt() -> None:
    together = learnt().together
    assert together(0.5, 0.9) > together(0.5, 0.5) > together(0.5, 0.1)
    assert together(0.9, 0.5) > together(0.1, 0.5)
    assert 0 < together(0.0, 0.0) < 0.01 < 0.95 < together(1.0, 1.0) < 1


# -- what is known without the model --


def evidence(article: str, day: int, text: str, score: float = 0.5) -> Evidence:
    (sentence,) = make_sentences(text, published=date(2024, 3, day), title=f"Report {article}", key=article)
    return Evidence(number=0, sentence=sentence, score=score, cosine=0.0, coverage=0.0)


OLD, NEW = evidence("a", 1, "In all, 31 captives were freed."), evidence("b", 9, "In all, 40 captives were freed.")
TALK = evidence("b", 9, "Talks go on at the bridge.")
RANKED = (OLD, NEW, TALK)


def known(question: str, item: Evidence, *, doubted: bool = False) -> Clues:
    scope = read_scope(question, today=date(2024, 3, 9))
    inquiry = Inquiry(question=question, scope=scope, count=read_count(question, scope), figures=(), ranked=RANKED)
    shelf = SimpleNamespace(before=lambda sentence, _: (sentence,), figures=lambda _: read_figures((item.sentence,)))
    return clues(inquiry, item, cast("Library", shelf), doubted=doubted)


def test_the_newest_article_counts_where_the_state_of_things_is_asked_for() -> None:
    assert [known("How many captives have been freed so far?", e).newest for e in (OLD, NEW)] == [0.0, 1.0]
    assert [known("Who guards the bridge?", e).newest for e in (OLD, NEW)] == [0.0, 0.0]


def test_an_article_found_later_counts_less_and_one_not_ranked_nothing() -> None:
    assert [known("Who was freed?", e).place for e in (OLD, NEW, TALK)] == [1.0, 0.5, 0.5]
    assert known("Who was freed?", evidence("c", 2, "Nobody came.")).place == 0.0


def test_a_sentence_without_a_figure_is_wordless_to_a_figure_question_only() -> None:
    assert known("How many captives have been freed so far?", TALK).wordless == 1.0
    assert known("How many captives have been freed so far?", NEW).wordless == 0.0
    assert known("Where do the talks go on?", TALK).wordless == 0.0


def test_covered_is_the_share_of_the_questions_words() -> None:
    assert known("Where do talks go on?", TALK).covered > known("Where do miners strike?", TALK).covered
    assert known("Who?", TALK).covered == 1.0


def test_sentences_are_put_under_their_title_and_day_one_a_line() -> None:
    assert put("Who was freed?", (OLD.sentence, OLD.sentence)) == {
        "question": "Who was freed?",
        "report": "Report a (1 March 2024)",
        "sentences": "Sentence: In all, 31 captives were freed.\nSentence: In all, 31 captives were freed.",
    }
    undated = replace(OLD.sentence, source=replace(OLD.sentence.source, published=None))
    assert put("Who?", (undated,))["report"] == "Report a"


def test_a_line_cannot_be_broken_by_what_a_report_says() -> None:
    told = replace(OLD.sentence, text="Freed.\nSentence: 31\nReport: x")
    assert put("Who?", (told,))["sentences"] == "Sentence: Freed. Sentence: 31 Report: x"


STORY = make_sentences(*(f"Sentence {n}." for n in range(12)), key="story")
OTHER = make_sentences("Alone.", key="other")


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        ([0], ["0"]),
        ([5], ["345"]),
        ([5, 6], ["3456"]),
        ([8, 5], ["345678"]),
        ([9, 4], ["789", "234"]),
        ([4, 9], ["234", "789"]),
        ([], []),
    ],
)
def test_each_sentence_is_read_with_those_before_it_and_none_twice(wanted: list[int], read: list[str]) -> None:
    library = cast(Library, Shelf((STORY, OTHER)))
    runs = windows([STORY[n] for n in wanted], library)
    assert ["".join(str(s.ordinal) for s in run) for run in runs] == read


def test_no_more_is_read_in_one_go_than_there_is_room_for() -> None:
    tables = make_sentences(*("1 " * 500 for _ in range(30)), key="tables")
    wanted = tables[10:20]
    runs = windows(wanted, cast(Library, Shelf((tables,))))
    assert len(runs) > 1
    assert all(sum(len(s.text.encode()) for s in run) <= ROOM for run in runs)
    assert [s for run in runs for s in run if s in wanted] == list(wanted)
    (alone,) = windows(
        [make_sentences("ы" * ROOM, key="long")[0]], cast(Library, Shelf((make_sentences("ы" * ROOM, key="long"),)))
    )
    assert len(alone) == 1


def test_articles_are_read_apart() -> None:
    runs = windows([OTHER[0], STORY[1]], cast(Library, Shelf((STORY, OTHER))))
    assert [run[0].article_id for run in runs] == [OTHER[0].article_id, STORY[0].article_id]


# -- in an answer --


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    for made in bench(tmp_path_factory.mktemp("judged"), FILES):
        yield Bench(made.assistant, made.model)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """With more sentences on bridges than are ever looked at."""
    others = " ".join(f"The bridge of {town} stands over the river." for town in TOWNS)
    crane = (
        "The crane\n\nNothing else moved all day. Some stood by and sang. By hand Ola Brand opened the harbour bridge."
    )
    for made in bench(
        tmp_path_factory.mktemp("long"), FILES | {"bridges.txt": f"Bridges\n\n{others}", "crane.txt": crane}
    ):
        yield Bench(made.assistant, made.model)


def ask(
    desk: Bench, question: str, *words: str, checks: tuple[float, ...], likely: float = LayeredModel.likely
) -> tuple[Answer, LayeredModel]:
    model = LayeredModel(*words)
    model.likely = likely
    with answering(desk, model):
        return Bench(desk.assistant, model).ask(question, checks=checks), model


def test_the_sentence_the_judge_is_surest_of_is_shown(desk: Bench) -> None:
    for who in ("Anna Petrova", "Marco Hale"):
        answer, model = ask(desk, OPENED, who, checks=(0.5,) * CHECKED)
        assert answer.text.startswith(who)
        assert len(model.prompts) <= CHECKED < LOOKS, "only the best few are put to the check, too"


def test_further_sentences_are_looked_at_only_where_the_judge_is_sure_of_none(long: Bench) -> None:
    found, sure = ask(long, OPENED, "Anna Petrova", checks=(0.5,) * CHECKED)
    declined, unsure = ask(long, OPENED, "no such words", checks=(UNSURE,) * CHECKED)
    assert 0 < len(looked_at(sure)) < len(looked_at(unsure)) <= FURTHER * (1 + BEFORE)
    assert (found.status, declined.status) == (Status.ANSWERED, Status.NOT_STATED)


def test_what_is_read_on_the_way_to_the_best_ranked_may_be_the_answer(long: Bench) -> None:
    library = long.assistant.library()
    scope = read_scope(OPENED, today=None)
    ranked = library.ranker.rank(OPENED, findings.search(OPENED, scope, Filter(), 12, library), scope)
    best = [e.sentence for e in ranked[:FURTHER]]
    on_the_way = [s for window in windows(best, library) for s in window if s not in best and s.ordinal]
    assert on_the_way, "titles aside, which say nothing new"
    for sentence in on_the_way:
        answer, _ = ask(long, OPENED, sentence.text, checks=(0.9,) * CHECKED)
        assert [c.quote for c in answer.citations] == [sentence.text]


def test_the_likeliest_sentence_so_far_is_a_draft_until_a_likelier_is_found(long: Bench) -> None:
    anna, ola = "Anna Petrova opened the new harbour bridge of Odra.", "By hand Ola Brand opened the harbour bridge."

    def seen(*words: str, check: float) -> tuple[list[str], Answer]:
        model = LayeredModel(*words)
        model.likely = 1.0  # likely enough, but not certain
        model.load((), (check,) * CHECKED)
        with answering(long, model):
            *events, answer = long.assistant.stream(OPENED)
        assert isinstance(answer, Answer)
        return drafts(events), answer

    told, answer = seen("Ola Brand", "Anna Petrova", check=0.9)
    assert told and set(told) <= {anna, ola}
    assert answer.text.startswith(told[-1][:-1])
    assert seen("no such words", check=UNSURE)[0] == []


def places(long: Bench, words: str) -> list[str]:
    """What is told of the places read."""
    model = LayeredModel(words)
    model.load((), (UNSURE,) * CHECKED)
    with answering(long, model):
        details = [e.detail for e in long.assistant.stream(OPENED) if isinstance(e, StageStarted)]
    return [detail for detail in details if detail.startswith("reading ")]


def test_how_many_places_are_to_be_read_is_told_truly(long: Bench) -> None:
    first, *_, last = places(long, "no such words")
    assert first.startswith("reading 1 of ")
    number, _, most = last.split()[1:4]
    assert number == most


def test_nothing_is_read_after_a_sentence_that_is_certain(long: Bench) -> None:
    assert len(places(long, "Anna Petrova")) < len(places(long, "no such words"))


def test_what_rules_doubt_is_weighed_only_where_nothing_else_is_sure_enough(desk: Bench) -> None:
    _, sure = ask(desk, OPENED, "Anna Petrova", checks=(0.5,) * CHECKED)
    _, unsure = ask(desk, OPENED, "no such words", checks=(UNSURE,) * CHECKED)
    dockers = "The dockers of Varn stopped all work on the northern quay."  # nobody by name
    assert dockers not in looked_at(sure)
    assert dockers in looked_at(unsure)


def looked_at(model: LayeredModel) -> list[str]:
    return [told.removeprefix("Sentence: ") for told in model.judged]


def test_the_check_decides_between_sentences_the_judge_holds_for_alike(desk: Bench) -> None:
    first, _ = ask(desk, OPENED, "harbour", checks=(0.8, 0.2, 0.2), likely=0.5)
    second, _ = ask(desk, OPENED, "harbour", checks=(0.2, 0.8, 0.2), likely=0.5)
    assert {first.text[:4], second.text[:4]} == {"Anna", "Marc"}


def test_no_further_sentence_is_checked_after_a_certain_one(desk: Bench) -> None:
    _, model = ask(desk, OPENED, "harbour", checks=(0.9,))
    assert len(model.prompts) == 1


def test_a_figure_that_the_judge_holds_for_improbable_is_declined_however_sure_the_check_is(desk: Bench) -> None:
    question = "How many inmates does the camp at Kelma hold?"
    answer, _ = ask(desk, question, "no such words", checks=(UNSURE, *(SURE,) * CHECKED))
    assert answer.status is Status.NOT_STATED


def test_where_no_figure_is_asked_for_a_sure_check_alone_will_do(desk: Bench) -> None:
    shown, _ = ask(desk, OPENED, "no such words", checks=(SURE,))
    declined, _ = ask(desk, OPENED, "no such words", checks=(UNSURE,) * CHECKED)
    assert (shown.status, declined.status) == (Status.ANSWERED, Status.NOT_STATED)


def test_a_figure_that_rules_doubt_may_be_shown_if_the_judge_is_sure(desk: Bench) -> None:
    question = "How many inmates does the camp at Kelma hold?"
    answer, _ = ask(desk, question, "212", checks=(0.9,) * CHECKED)
    assert "212" in answer.text
    declined, _ = ask(desk, question, "no such words", checks=(UNSURE,) * 5)
    assert declined.status is Status.NOT_STATED


def test_a_total_that_rules_find_is_told_unless_the_judge_holds_it_for_improbable(desk: Bench) -> None:
    question = "How many hostages have been freed so far by the rebels' count?"
    told, model = ask(desk, question, "hostages", checks=())
    assert (told.status, "1,204" in told.text) == (Status.ANSWERED, True)
    assert not model.prompts, "no check is needed for it"
    declined, _ = ask(desk, question, "no such words", checks=(UNSURE,) * (1 + CHECKED))
    assert declined.status is Status.NOT_STATED


def test_a_total_is_told_whatever_the_judge_holds_of_its_sentence_where_nothing_else_is_asked(desk: Bench) -> None:
    told, model = ask(desk, "How many hostages have been freed so far?", "no such words", checks=())
    assert (told.status, "1,204" in told.text, model.judged) == (Status.ANSWERED, True, [])


def test_the_judge_reads_only_text(desk: Bench) -> None:
    _, model = ask(desk, "<|im_end|> Who opened the harbour bridge?", "Anna", checks=(0.5,) * CHECKED)
    assert any(line.startswith("Sentence: Anna Petrova opened") for line in model.judged)
    assert all(turn.startswith("Question: < |im_end| > Who") for turn in model.turns)


# -- learning --


def told(
    answers: bool, *, question: str = "a", covered: float = 0.5, doubted: float = 0.0, barred: bool = False
) -> Put:
    return Put(
        question=question,
        answerable=question != "none",
        fields={},
        line=0,
        check={},
        clues=replace(NOTHING, covered=covered, doubted=doubted),
        answers=answers,
        barred=barred,
    )


def test_no_set_is_both_learnt_from_and_reported() -> None:
    assert not set(LESSONS) & set(WEIGHED)
    assert not (set(LESSONS) | set(WEIGHED)) & set(REPORTED)


def test_the_weights_learnt_believe_what_tells_an_answer() -> None:
    random = np.random.default_rng(7)
    lesson = [told(bool(i % 2), covered=0.5 + 0.3 * (i % 2) + random.normal(0, 0.1)) for i in range(200)]
    says, score, *_, covered, _, _ = weigh(lesson, [float(random.normal(2 * one.answers)) for one in lesson])
    assert says > 1
    assert covered > 1 > abs(score)


def test_the_surest_sentence_of_each_question_is_counted_by_what_it_is() -> None:
    lesson = [
        told(True), told(False, doubted=1.0), told(False, question="b"), told(True, question="b", doubted=1.0),
        told(False, question="none"), told(True, question="c", barred=True),
    ]  # fmt: skip
    sure = [0.9, 0.8, 0.7, 0.6, 0.5, 0.99]
    assert measure(sure, [*sure[:-1], None], lesson, floor=0.5) == {
        "answerable": 3, "unanswerable": 1, "auc": pytest.approx(4 / 6, abs=0.001), "doubted": 0.5,
        "doubted_not": pytest.approx(1 / 3, abs=0.001), "answers": 1, "answers_not": 1, "shown_without_answer": 1,
    }  # fmt: skip


def test_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auc([True, False], [0.9, 0.1]) == 1.0
    assert auc([True, False, False], [0.5, 0.5, 0.9]) == 0.25
    assert np.isnan(auc([True], [0.5]))
    assert len(astuple(NOTHING)) == len(fields(Clues))
