"""By how much a count grew between two times, taken from two reports of it in the open, or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import make_sentences

from assistant.count import read_count
from assistant.growth import growth
from assistant.stated import state_difference
from assistant.timescope import read_scope
from assistant.verify import verify
from index.figures import Figure, read_figures

TODAY = date(2025, 9, 30)
ARTICLES = (
    make_sentences(
        "On 2 March 2025 the total of hostages set free stood at 120.",
        "By 4 June 2025, the mayor said, the number of hostages who had been freed had risen to 305.",
        "Each side released 40 hostages on 4 June 2025.",
        published=date(2025, 9, 1), title="The hostages", key="totals",
    ),
    make_sentences(
        "Since January 512 hostages have been freed, the mayor said on Friday.",
        "Of all the 90 freed so far on Friday, most were tired, he said.",
        published=date(2025, 8, 8), title="The hostages", key="aug",
    ),
    make_sentences(
        "Since January 512 hostages have been freed, the office said on Friday.",
        published=date(2025, 8, 8), title="More hostages", key="again",
    ),
    make_sentences("More than 400 hostages have been freed since January, the mayor said on Monday.",
        published=date(2025, 7, 7), title="The hostages", key="july",
    ),
    make_sentences("The toll of the quake stood at 31 dead on Tuesday.", published=date(2025, 9, 9), title="Quake", key="q1"),
    make_sentences("The toll of the quake stood at 44 dead on Thursday.", published=date(2025, 9, 11), title="Quake", key="q2"),
    make_sentences("The toll of the quake stood at 52 dead on Friday.", "The toll stood at 49 dead on Friday, the mayor said.",
        published=date(2025, 9, 12), title="Quake", key="q3",
    ),
)  # fmt: skip
FIGURES = [figure for article in ARTICLES for figure in read_figures(article)]


def grown(question: str) -> tuple[Figure, Figure] | None:
    asked = read_count(question, read_scope(question, today=TODAY))
    assert asked is not None
    return growth(question, asked, FIGURES)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("By how many did the number of freed hostages grow between 2 March and 4 June 2025?", "305 - 120 = 185"),
        ("By how many did the total of hostages set free rise from June 2025 to August 2025?", "512 - 305 = 207"),
        ("How many more hostages had been freed in August 2025 than in March 2025, by what number had it grown?", "512 - 120 = 392"),
        ("By how many did the toll of the quake climb between 9 and 11 September 2025?", "44 - 31 = 13"),
    ],
)  # fmt: skip
def test_what_was_added_is_shown_with_both_counts(question: str, told: str) -> None:
    counts = grown(question)
    assert counts is not None
    stated = state_difference(counts, "as of")
    assert stated.text.endswith(told)
    verdict = verify(stated.text, [s.text for s in stated.sentences], [s.source for s in stated.sentences])
    assert verdict.stands or verdict.reason.endswith("of its words stand in what it cites"), (
        "all its numbers and days stand"
    )
    assert {figure.sentence for figure in counts} == set(stated.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "By how many did the number of freed hostages grow between March and July 2025?",  # "more than 400" is no number
        "By how many did the number of freed hostages grow between 2 March and 5 May 2025?",  # not reported
        "By how many did the toll of the quake rise between 9 and 12 September 2025?",  # two tolls for one day
        "By how many did the number of freed children grow between 2 March and 4 June 2025?",  # of others
        "How many hostages were freed between 2 March and 4 June 2025?",  # no growth
        "By how many did the number of freed hostages grow since 2 March 2025?",  # one time
    ],
)
def test_nothing_is_added_where_a_count_is_missing_vague_doubtful_or_another(question: str) -> None:
    assert grown(question) is None
