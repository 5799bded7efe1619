"""The seed corpus and its gold questions: whole, well-formed and true to each other. No index, no model."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any

import frontmatter
import pytest

from assistant.evaluation.cases import SPLITS, EvalCase, read_cases
from assistant.records import Status

SEEDS = Path(__file__).parent.parent / "seeds"
NOTE = "Written for this project from public facts; not a news report"
OUTLETS = {"Seed corpus (A)", "Seed corpus (B)"}
EVENTS = tuple(  # the days on which something happened that the corpus tells of
    date(2025, month, day)
    for month, days in {1: (15,), 2: (5,), 3: (18, 19), 4: (19,), 5: (6, 16, 23, 24, 25), 6: (2, 9, 10, 12, 14)}.items()
    for day in days
)
TAGS = {
    *("count", "so-far", "as-of", "sum", "running-total", "per-side", "promised", "undisclosed", "disagreement"),
    *("who", "when", "where", "quote", "attribution", "why", "what", "follow-up", "other-language"),
    *("unanswerable", "later-event", "general-knowledge", "false-premise"),
}
FIGURE_TAGS = {"count", "so-far", "as-of", "sum", "running-total", "promised", "undisclosed", "disagreement", "when"}
PERSON_TAGS = {"who", "when", "where", "what", "why", "quote", "attribution"}
FIELDS = {
    *("id", "question", "history", "as_of", "answerable", "answers", "all_of", "parts", "figures_wrong", "articles"),
    *("figures_stale", "claimants", "conflict", "status", "decline_ok", "note", "tags", "split"),
}
SMALL = {"two": 2, "three": 3, "four": 4, "six": 6, "one hundred and fifty": 150, "two thousand": 2000}
NUMBER = re.compile(r"\d+(?:,\d{3})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One seed article: its front matter as read, its date, and its text."""

    metadata: dict[str, object]
    published: date
    text: str


def read_seed(path: Path) -> Seed:
    post = frontmatter.load(str(path))
    published = post["date"]
    assert type(published) is date, path
    return Seed(metadata=post.metadata, published=published, text=post.content)


def read_questions() -> list[dict[str, Any]]:
    lines = (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


ARTICLES = {path.stem: read_seed(path) for path in sorted(SEEDS.glob("2*.md"))}
QUESTIONS = read_questions()
ANSWERABLE = [q for q in QUESTIONS if q["answerable"]]
by_stem = pytest.mark.parametrize("stem", ARTICLES)


def id_of(question: dict[str, Any]) -> str:
    return str(question["id"])


def number(text: str) -> int:
    return int(text.replace(",", ""))


def numbers(text: str) -> set[int]:
    """All numbers in a text, "1,000" and "two" alike."""
    return {number(n) for n in NUMBER.findall(text)} | {n for word, n in SMALL.items() if contains(text, word)}


def contains(text: str, phrase: str) -> bool:
    """Whether a phrase stands in a text as whole words and whole numbers, case aside: "757" is not in "5,757"."""
    return re.search(rf"(?<!\w)(?<!\d,){re.escape(phrase)}(?!\w)(?!,\d)", text, re.IGNORECASE) is not None


def likeness(a: Seed, b: Seed) -> float:
    """Share of words that two texts have in common in the same order, 0..1."""
    return SequenceMatcher(None, words(a.text), words(b.text), autojunk=False).ratio()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


# -- questions as readers put them --

READERS = read_cases(SEEDS / "readers.jsonl")


@pytest.mark.parametrize("case", READERS, ids=[case.id for case in READERS])
def test_readers_questions_name_their_article_and_quote_it(case: EvalCase) -> None:
    assert case.split in SPLITS
    assert case.tags
    if case.answerable:
        texts = [ARTICLES[stem].text for stem in case.articles]
        assert case.quotes
        assert all(any(quote in text for text in texts) for quote in case.quotes)
    else:
        assert case.because


def test_readers_questions_are_none_of_the_others() -> None:
    assert not {case.question.lower() for case in READERS} & {str(q["question"]).lower() for q in QUESTIONS}


# -- articles --


def test_enough_articles_and_no_stray_files() -> None:
    assert len(ARTICLES) >= 16
    strays = {path.name for path in SEEDS.iterdir()} - {f"{stem}.md" for stem in ARTICLES}
    assert strays == {"README.md", "questions.jsonl", "readers.jsonl", "analysts.jsonl", "practice.jsonl"}


@by_stem
def test_front_matter_is_complete(stem: str) -> None:
    seed = ARTICLES[stem]
    assert set(seed.metadata) == {"title", "outlet", "author", "date", "language", "note"}
    assert seed.metadata["outlet"] in OUTLETS
    assert seed.metadata["author"] == "Project seed desk"
    assert seed.metadata["language"] == "en"
    assert seed.metadata["note"] == NOTE
    assert stem.startswith(seed.published.isoformat())
    assert date(2025, 1, 1) <= seed.published <= date(2025, 6, 30)


@by_stem
def test_length(stem: str) -> None:
    assert 150 <= len(ARTICLES[stem].text.split()) <= 500


@by_stem
def test_a_date_in_the_text_is_an_event_of_the_past_or_of_an_earlier_year(stem: str) -> None:
    for day, month, year in re.findall(
        r"\b(\d{1,2}) (January|February|March|April|May|June|August|October)( \d{4})?", ARTICLES[stem].text
    ):
        named = datetime.strptime(f"{day} {month}{year or ' 2025'}", "%d %B %Y").date()
        if named.year == 2025:
            assert named <= ARTICLES[stem].published
            assert named in EVENTS
        else:
            assert named in {date(2022, 10, 2), date(2023, 2, 24), date(2023, 8, 7)}


@by_stem
def test_a_weekday_in_the_text_is_that_of_an_event_near_publication(stem: str) -> None:
    """Within the week before the article, or in the two days it looks ahead to."""
    published = ARTICLES[stem].published
    known = {*EVENTS, published}
    near = {f"{day:%A}" for n in range(-6, 3) if (day := published + timedelta(days=n)) in known}
    named = set(re.findall(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", ARTICLES[stem].text))
    assert named <= near


@pytest.mark.parametrize("event", EVENTS, ids=str)
def test_every_event_has_an_article_of_that_day_or_the_next(event: date) -> None:
    assert any(event <= seed.published <= event + timedelta(days=1) for seed in ARTICLES.values())


FACTS = {
    "2025-01-15-swap-25-each": {25},
    "2025-02-05-swap-150-each": {150},
    "2025-03-18-exchange-announced": {175, 23},
    "2025-03-19-swap-175-each": {175, 23, 22, 197, 4300},
    "2025-03-20-one-exchange-three-numbers": {175, 197, 372, 22, 23},
    "2025-04-19-easter-exchange": {246, 31, 15, 277},
    "2025-04-20-easter-figures-differ": {246, 31, 15, 277},
    "2025-05-06-swap-205-each": {205},
    "2025-05-16-istanbul-talks": {1000},
    "2025-05-23-first-stage-390-each": {390, 270, 120, 65},
    "2025-05-24-second-stage-307-each": {307, 697, 390, 1000},
    "2025-05-24-second-stage-wire-copy": {307, 697, 390, 1000},
    "2025-05-24-night-attack-on-kyiv": {15, 13, 2},
    "2025-05-25-third-stage-303-each": {303, 1000, 5757, 65},
    "2025-05-26-how-the-running-total-grew": {808, 1762, 2598, 4300, 5757},
    "2025-06-02-second-istanbul-round": {1000, 6000, 25},
}


@pytest.mark.parametrize("stem", FACTS)
def test_the_facts_stand_in_the_article(stem: str) -> None:
    assert numbers(ARTICLES[stem].text) >= FACTS[stem]


KNOWN = {
    *(25, 150, 175, 22, 23, 197, 372, 246, 31, 15, 277, 205, 1000, 390, 270, 120, 307, 697, 303, 65, 13, 6000),
    *(808, 1762, 2598, 4300, 5757),
    *(50, 198, 261, 801, 610, 2000),  # sums of the above: 25+25, 175+23, 246+15, five exchanges, 1,000-390, both sides
}


@by_stem
def test_no_other_figures(stem: str) -> None:
    """Every figure that is neither a day of the month nor a year is a known fact or a sum of known facts."""
    text = re.sub(
        r"\b\d{1,2}(?:, \d{1,2})*(?: and \d{1,2})? (?=January|February|March|April|May|June|Aug|Oct)",
        "",
        ARTICLES[stem].text,
    )
    text = re.sub(r"\b20(?:22|23|25)\b|between 23 and 25 ", "", text)
    assert {number(n) for n in NUMBER.findall(text)} <= KNOWN


def test_one_wire_copy_and_no_other_near_duplicates() -> None:
    alike = {(a, b): likeness(ARTICLES[a], ARTICLES[b]) for a, b in combinations(ARTICLES, 2)}
    pairs = [pair for pair, share in alike.items() if share > 0.6]
    assert pairs == [("2025-05-24-second-stage-307-each", "2025-05-24-second-stage-wire-copy")]
    assert 0.9 <= alike[pairs[0]] < 1
    assert len({str(ARTICLES[stem].metadata["outlet"]) for stem in pairs[0]}) == 2


def test_quotations_are_few_and_only_of_24_may() -> None:
    quoted = {stem: re.findall(r"“([^”]+)”", post.text) for stem, post in ARTICLES.items()}
    assert {stem for stem, found in quoted.items() if found} == {s for s in ARTICLES if s.startswith("2025-05-24")}
    assert sum(len(found) for found in quoted.values()) <= 10
    assert not any('"' in post.text for post in ARTICLES.values())


def test_june_stages_carry_no_count() -> None:
    for stem in ARTICLES:
        if stem >= "2025-06-09":
            assert re.search(r"disclosed|neither said", ARTICLES[stem].text)


# -- questions --


def test_ids_are_unique_and_in_order() -> None:
    assert [q["id"] for q in QUESTIONS] == [f"s{n:03d}" for n in range(1, len(QUESTIONS) + 1)]


@pytest.mark.parametrize("question", QUESTIONS, ids=id_of)
def test_a_question_is_well_formed(question: dict[str, Any]) -> None:
    assert set(question) <= FIELDS
    assert {"id", "question", "answerable", "articles", "tags", "split"} <= set(question)
    assert question["question"].strip() == question["question"] != ""
    assert set(question["tags"]) <= TAGS
    assert len(set(question["tags"])) == len(question["tags"]) >= 1
    assert question["split"] in {"tune", "report"}
    assert set(question["articles"]) <= set(ARTICLES)
    assert all(NUMBER.fullmatch(n) for n in question.get("figures_wrong", ()))
    assert not set(question.get("figures_wrong", ())) & {*question.get("answers", ()), *question.get("all_of", ())}
    assert not set(question.get("figures_stale", ())) & {*question.get("answers", ()), *question.get("all_of", ())}
    told = " ".join(ARTICLES[stem].text for stem in question["articles"])
    assert any(contains(told, who) for who in question.get("claimants", [""]))
    assert question.get("conflict", False) <= (question.get("status") == Status.CONFLICTING)
    assert all(len(turn) == 2 and all(turn) for turn in question.get("history", ()))
    assert ("follow-up" in question["tags"]) == ("history" in question)
    assert ("as-of" in question["tags"]) <= ("as_of" in question)
    assert question["answerable"] != ("unanswerable" in question["tags"])
    if question["answerable"]:
        assert ("answers" in question) != ("all_of" in question)
        assert question["articles"]
        assert question.get("status") in {None, Status.CONFLICTING}
    else:
        assert not {"answers", "all_of", "parts", "decline_ok"} & set(question)
        assert not question["articles"]
        assert question["status"] in {Status.NO_EVIDENCE, Status.NOT_STATED, Status.OUTDATED}


def test_questions_differ() -> None:
    asked = Counter((q["question"], q.get("as_of"), str(q.get("history"))) for q in QUESTIONS)
    assert max(asked.values()) == 1


@pytest.mark.parametrize("question", ANSWERABLE, ids=id_of)
def test_gold_answers_stand_in_the_named_articles(question: dict[str, Any]) -> None:
    text = "\n".join(f"{ARTICLES[stem].metadata['title']}\n{ARTICLES[stem].text}" for stem in question["articles"])
    there = numbers(text)
    gold = question.get("answers") or question["all_of"]
    is_sum = "sum" in question["tags"] and "parts" in question
    for answer in gold:
        if NUMBER.fullmatch(answer) and not is_sum:
            assert number(answer) in there, answer
    if is_sum:
        assert {number(part) for part in question["parts"]} <= there
    elif "all_of" in question:
        assert all(contains(text, answer) for answer in gold)
    else:
        assert any(contains(text, answer) or numbers(answer) & there for answer in gold)
    if "quote" in question["tags"]:
        assert all(answer in text for answer in gold)


@pytest.mark.parametrize("question", [q for q in ANSWERABLE if "parts" in q], ids=id_of)
def test_a_sum_is_the_sum_of_its_parts(question: dict[str, Any]) -> None:
    total = sum(number(part) for part in question["parts"])
    assert total in {n for answer in question["answers"] for n in numbers(answer)}


@pytest.mark.parametrize("question", [q for q in ANSWERABLE if "as_of" in q], ids=id_of)
def test_nothing_is_known_before_it_was_published(question: dict[str, Any]) -> None:
    as_of = date.fromisoformat(question["as_of"])
    assert all(ARTICLES[stem].published <= as_of for stem in question["articles"])


@pytest.mark.parametrize("stem", ARTICLES)
def test_every_article_answers_something(stem: str) -> None:
    assert any(stem in q["articles"] for q in ANSWERABLE)


def test_the_mix() -> None:
    count = Counter(tag for q in QUESTIONS for tag in q["tags"])
    assert len(QUESTIONS) >= 75
    assert set(count) == TAGS
    assert sum(bool(FIGURE_TAGS & set(q["tags"])) for q in ANSWERABLE) >= 40
    assert sum(bool(PERSON_TAGS & set(q["tags"])) for q in ANSWERABLE) >= 25
    assert len({q["as_of"] for q in ANSWERABLE if "as_of" in q}) >= 6
    assert count["follow-up"] >= 8
    assert count["unanswerable"] >= 20
    assert min(count.values()) >= 4


def test_both_splits_hold_every_tag_about_half_and_half() -> None:
    for tag in TAGS:
        tune, report = (
            sum(tag in q["tags"] and q["split"] == split for q in QUESTIONS) for split in ("tune", "report")
        )
        assert abs(tune - report) <= max(2, 0.2 * (tune + report)), tag
        assert tune and report, tag


def test_the_flagship_question_is_asked_of_the_whole_corpus_and_as_of_days() -> None:
    flagship = {
        q.get("as_of"): q for q in QUESTIONS if q["question"] == "How many prisoners have been exchanged so far?"
    }
    assert flagship[None]["answers"] == ["5,757"]
    assert "697" in flagship["2025-05-24"]["answers"]
    assert "5,757" not in flagship["2025-05-24"]["answers"]
