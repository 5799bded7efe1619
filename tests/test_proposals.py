"""What rules propose to a figure question: which figure first, what is told beside it, and when a proposal stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from fakes_bench import Bench, bench, digits
from fakes_model import SURE, UNSURE, sure_of
from fakes_sentences import Shelf, make_sentences

from assistant.count import read_count
from assistant.evidence import Evidence
from assistant.fitting import compatible
from assistant.library import Library
from assistant.proposal import Proposal
from assistant.proposals import propose
from assistant.records import Status
from assistant.settings import Settings
from assistant.tally import FACTOR, REVISIONS, claims, newer
from assistant.timescope import read_scope
from assistant.trial import LOOKS, required
from index.figures import read_figures
from index.records import Sentence

Told = tuple[Sentence, ...]

TOLL = "How many people were killed in the attack on Balta?"
FIRST = make_sentences(
    "An attack on Balta killed 12 people on Tuesday, officials said.",
    published=date(2025, 9, 9), title="Attack on Balta", key="first",
)  # fmt: skip
LATER = make_sentences(
    "In Balta 15 people have died of the attack, officials said.",
    published=date(2025, 9, 12), title="Balta mourns", key="later",
)  # fmt: skip


def proposed(question: str, *articles: Told) -> list[Proposal]:
    """The proposals, where the sentences are ranked in the order given."""
    scope = read_scope(question, today=date(2025, 9, 20))
    asked = read_count(question, scope)
    figures = [f for a in articles for f in read_figures(a) if asked and compatible(f, asked, title=a[0].source.title)]
    ranked = [
        Evidence(number=place + 1, sentence=s, score=0.95 - place / 50, cosine=0.5, coverage=0.5)
        for place, s in enumerate(s for a in articles for s in a)
    ]
    return list(propose(question, scope, asked, figures, ranked, cast(Library, Shelf(articles))))


def texts(proposal: Proposal) -> list[str]:
    return [stated.text for stated in proposal.finding.stated]


# -- which figure --


RETURNED = make_sentences(
    "The Return Office now counts 4,555 people freed since October 2023.",
    published=date(2025, 9, 9), title="Home again", key="returned",
)  # fmt: skip
LARGEST = make_sentences(
    "In the largest exchange so far 390 prisoners were released on 2 May.",
    published=date(2025, 5, 3), title="Largest exchange", key="largest",
)  # fmt: skip
LAST = make_sentences(
    "In the last exchange before it 205 prisoners were released on 6 April.",
    published=date(2025, 4, 7), title="Exchange at the bridge", key="last",
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "proposals"),
    [
        ("How many people were freed on 9 September?", 0),
        ("What total of people freed was given on 9 September?", 1),
    ],
)
def test_a_total_since_some_day_is_no_answer_to_what_happened_on_one(question: str, proposals: int) -> None:
    assert len(proposed(question, RETURNED)) == proposals


def test_the_largest_is_only_what_a_report_calls_so() -> None:
    assert proposed("How many prisoners were released in the largest exchange?", LAST) == []
    (only, *_) = proposed("How many prisoners were released in the largest exchange?", LAST, LARGEST)
    assert "390" in texts(only)[0]


def test_a_figure_is_put_shortly_and_shown_in_its_articles_sentence() -> None:
    (only,) = proposed(TOLL, FIRST)
    assert only.answer == "12 people on 9 September 2025, according to officials"
    assert only.passage is not None and only.passage.sentences == FIRST
    assert texts(only) == [FIRST[0].text]
    assert (only.finding.status, only.first) == (Status.ANSWERED, True)


def test_a_later_report_revises_a_toll_and_the_earlier_figure_is_named() -> None:
    best, *others = proposed(TOLL, FIRST, LATER)
    assert texts(best) == [
        "In Balta 15 people have died of the attack, officials said (12 September 2025).",
        "An earlier report gave 12 people on 9 September 2025, according to officials",
    ]
    assert [s.sentences for s in best.finding.stated] == [LATER, FIRST], "each stands on its own article"
    assert "earlier" in best.finding.reason
    assert best.answer.startswith("15 people")
    assert others[0].answer.startswith("12 people"), "for the case that the check does not believe the revision"


def revised(*later: str, published: date, title: str = "Balta mourns", question: str = TOLL) -> bool:
    """Whether a later article revises what FIRST says."""
    asked = read_count(question, read_scope(question, today=None))
    assert asked is not None
    other = make_sentences(*later, published=published, title=title, key="other")
    found = claims(question, asked, [*read_figures(FIRST), *read_figures(other)], ())
    mine = next(claim for claim in found if claim.best.value == 12)
    return newer(question, mine, found) is not None


def test_what_revises_a_toll() -> None:
    soon, died = date(2025, 9, 12), "In Balta 15 people have died of the attack."
    assert revised(died, published=soon)
    assert revised(died.replace("attack.", "attack, officials said."), published=soon), "of the same claimant"
    assert not revised(died.replace("attack.", "attack, Marco Hale said."), published=soon), "of another claimant"
    assert not revised(died.replace("15", f"{12 * FACTOR + 1:.0f}"), published=soon), "of another size"
    assert not revised(died, published=date(2025, 9, 9)), "of the same day"
    assert not revised(died, published=date(2025, 9, 8)), "of the day before"
    assert not revised(died, published=date(2025, 9, 10) + REVISIONS), "long after"
    assert not revised(died.replace("Balta", "Varn"), published=soon, title="Varn mourns"), "of another place"
    assert not revised(died.replace("died of", "been hurt in"), published=soon), "of something else"
    assert not revised(died.replace("15", "12"), published=soon), "the same figure"
    assert not revised(died, published=soon, question="How many people were killed?"), "a question that names no place"


def test_what_is_done_once_is_not_revised() -> None:
    one = make_sentences(
        "Odra and Kelma exchanged 212 prisoners each on Tuesday.", published=date(2025, 9, 9), key="one"
    )
    two = make_sentences(
        "Odra and Kelma exchanged 345 prisoners each on Friday.", published=date(2025, 9, 12), key="two"
    )
    best, second = proposed("How many prisoners did Odra and Kelma exchange?", one, two)
    assert texts(best) == [one[0].text]
    assert texts(second) == [two[0].text]
    assert (best.first, second.first) == (True, False)


def test_both_sides_figures_are_told_with_their_claimants() -> None:
    two = make_sentences(
        "Viktor Stahl said 23 wounded soldiers were handed over on Monday.",
        "Anna Petrova said 22 wounded soldiers were handed over on Monday.",
        published=date(2025, 9, 9),
    )
    best, second = proposed("How many wounded soldiers were handed over?", two)
    assert best.finding.status is second.finding.status is Status.CONFLICTING
    assert texts(best) == [two[0].text, f"Anna Petrova gave another figure: “{two[1].text}”"]
    assert best.answer.startswith("23 wounded soldiers")


def test_two_figures_in_one_sentence_are_told_once() -> None:
    both = (
        "Viktor Stahl said 23 wounded soldiers were handed over on Monday; Anna Petrova said 22 wounded soldiers were "
        "handed over on Monday."
    )
    best = proposed("How many wounded soldiers were handed over?", make_sentences(both, published=date(2025, 9, 9)))[0]
    assert (best.finding.status, texts(best)) == (Status.CONFLICTING, [both])


@pytest.mark.parametrize(
    "question", ["How many prisoners did each side free?", "How many prisoners did both sides free each?"]
)
def test_each_and_both_sides_do_not_ask_for_what_others_say(question: str) -> None:
    reports = (
        make_sentences("Each side freed 212 prisoners on Tuesday.", published=date(2025, 9, 9), key="one"),
        make_sentences("Each side freed 340 prisoners on Tuesday.", published=date(2025, 9, 9), key="two"),
    )
    assert {p.finding.status for p in proposed(question, *reports)} == {Status.ANSWERED}


def test_a_figure_out_of_a_list_is_told_in_a_sentence_of_ours() -> None:
    listed = make_sentences(
        "Odra freed 22 nurses, 31 drivers and 40 cooks, and on Tuesday 212 prisoners.", published=date(2025, 9, 9)
    )
    best = proposed("How many prisoners were freed?", listed)[0]
    assert texts(best) == ["212 prisoners on 9 September 2025"]
    assert best.finding.stated[0].sentences == listed


def test_a_figure_of_one_side_is_doubled_in_the_open() -> None:
    one = make_sentences("Odra and Kelma exchanged 212 prisoners each on Tuesday.", published=date(2025, 9, 9))
    (best,) = proposed("How many prisoners did Odra and Kelma exchange in both directions?", one)
    assert "212 + 212 = 424" in texts(best)[0]
    assert "212 prisoners each" in best.answer, "the check weighs what is reported"


# -- what else --


def test_days_are_added_up_where_no_report_has_the_sum() -> None:
    one = make_sentences("Odra and Kelma exchanged 212 prisoners each on 9 September.", published=date(2025, 9, 9))
    two = make_sentences(
        "Odra and Kelma exchanged 345 prisoners each on 12 September.", published=date(2025, 9, 12), key="b"
    )
    question = "How many prisoners did Odra and Kelma exchange altogether from 9 to 12 September 2025?"
    (added,) = proposed(question, one, two)
    assert "212 + 345 = 557" in texts(added)[0]
    assert added.finding.stated[0].sentences == (one[0], two[0])
    assert added.passage is None, "the parts are shown: there is nothing to be checked"


def test_a_number_withheld_is_said_and_is_no_answer() -> None:
    quiet = make_sentences(
        "Odra and Kelma exchanged prisoners on Tuesday.",
        "Neither side disclosed how many prisoners were freed.",
        published=date(2025, 9, 9),
    )
    (gap,) = proposed("How many prisoners were freed on 9 September 2025?", quiet)
    assert gap.finding.status is Status.NOT_STATED
    assert quiet[1].text in texts(gap)[0]
    assert gap.passage is None


def test_what_remains_is_the_newest_word_of_it() -> None:
    old = make_sentences("Some 600 prisoners are left to be exchanged.", published=date(2025, 9, 1), key="old")
    new = make_sentences("Only 343 prisoners remain to be exchanged.", published=date(2025, 9, 9), key="new")
    left = proposed("How many prisoners are left to be exchanged?", old, new)
    assert [proposal.answer for proposal in left] == [new[0].text, old[0].text]
    assert all(proposal.passage for proposal in left), "the check has a say"


def test_how_much_of_a_promise_is_kept_by_now() -> None:
    promise = make_sentences("They agreed to exchange 1,000 prisoners each.", published=date(2025, 9, 1), key="a")
    question = "How many of the 1,000 prisoners agreed have been exchanged so far?"
    done = make_sentences("On Tuesday each side freed 300 prisoners.", published=date(2025, 9, 9), key="b")
    (kept,) = proposed(question, promise, done)
    assert texts(kept)[0].startswith("300 prisoners each")
    none = make_sentences(
        "Not a single one of the 1,000 prisoners has been exchanged.", published=date(2025, 9, 9), key="c"
    )
    (nothing,) = proposed(question, promise, none)
    assert texts(nothing) == [none[0].text]


def test_who_gave_a_figure_is_whoever_is_named_for_it() -> None:
    told = make_sentences(
        "Some 557 people came home on Tuesday.",
        "“We count 557 people,” Anna Petrova said.",
        published=date(2025, 9, 9),
    )
    (named,) = proposed("Who gave the figure of 557?", told)
    assert named.answer == "Anna Petrova gave the figure of 557"
    assert texts(named) == [f"{told[1].text[:-1]} (9 September 2025)."]
    assert named.passage is not None, "the check has a say"
    assert proposed("Who gave the figure of 558?", told) == []
    assert proposed("Where did the 557 go?", told) == []
    assert proposed("Who gave the figure of 557?", told[:1]) == []


@pytest.mark.parametrize(
    "text", ["The talks in Lindau failed.", "Dozens of people fled.", "An attack on Balta injured 12 people."]
)
def test_nothing_is_proposed_where_nothing_fits(text: str) -> None:
    assert proposed(TOLL, make_sentences(text, published=date(2025, 9, 9), title="Balta")) == []


# -- corrections --


def told(*texts_: str, day: int = 9, key: str = "a", title: str = "News") -> Told:
    """An article of September 2025."""
    return make_sentences(*texts_, published=date(2025, 9, day), title=title, key=key)


@pytest.mark.parametrize(
    "text",
    [
        "The toll in Balta is nine, not 12, officials said.",
        "Officials in Balta withdrew the figure of 12 dead and spoke of nine killed.",
        "In Balta nine people were killed, not 12, the mayor said.",
        "The mayor corrected the toll in Balta from 12 to nine.",
    ],
)
def test_a_later_report_takes_a_figure_back(text: str) -> None:
    later = told(text, day=11, key="later")
    corrected, earlier, *_ = proposed(TOLL, FIRST, later)
    assert texts(corrected) == [
        f"The report of 11 September 2025 corrects it: “{text}”",
        "An earlier report gave 12 people on 9 September 2025, according to officials",
    ]
    assert [s.sentences for s in corrected.finding.stated] == [later, FIRST]
    assert (corrected.answer, corrected.finding.status) == (text, Status.ANSWERED)
    assert earlier.answer.startswith("12 people"), "for the case that the check does not believe the correction"
    assert (corrected.first, earlier.first) == (True, True), "neither has to convince more than usual"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("In Balta nine people were killed, not 12, the mayor said.", 7),
        ("In Balta three people were killed, not 12, the mayor said.", 11),
        ("In Balta nine people were killed, not 14, the mayor said.", 11),
        ("Nine soldiers and eight others were killed in Balta, not 12, the mayor said.", 11),
        ("In Balta the mayor did not speak of 12 dead.", 11),
    ],
)
def test_what_takes_no_figure_back(text: str, day: int) -> None:
    best = proposed(TOLL, FIRST, told(text, day=day, key="later"))[0]
    assert texts(best) == [FIRST[0].text]


def test_the_newest_correction_counts_and_another_count_of_the_same_may_be_meant() -> None:
    nine = told("In Balta nine people were killed, not 12.", day=11, key="nine")
    ten = told("In Balta ten people were killed, not 12.", day=14, key="ten")
    for order in ((nine, ten), (ten, nine)):
        assert "corrects it: “In Balta ten" in texts(proposed(TOLL, FIRST, *order)[0])[0]
    early = told("Odra freed 29 prisoners.", day=8, key="early")
    more = told("Odra freed 41 prisoners.", day=9, key="more")
    fewer = told("Odra freed 38 prisoners, not 41.", day=10, key="fewer")
    best = proposed("How many prisoners were freed?", early, more, fewer)[0]
    assert "38 prisoners, not 41" in texts(best)[0]
    assert texts(best)[1] == "An earlier report gave 29 prisoners on 8 September 2025"


# -- the parties side by side --

SAME = "How many people drowned off Balta? Do the coast guard and the union give the same number?"
GUARD = "The coast guard said 12 people drowned off Balta on Monday."


@pytest.mark.parametrize("beside", ["The union said it was 15.", "The union put the number at 15 people."])
def test_the_other_party_may_not_say_again_what_it_counts(beside: str) -> None:
    (both,) = proposed(SAME, told(GUARD, "The sea was rough.", beside))
    assert both.finding.status is Status.CONFLICTING
    assert texts(both) == [GUARD, f"The union gave another figure: “{beside}”"]


@pytest.mark.parametrize(
    "texts_",
    [
        (GUARD, "The sea was rough."),
        (GUARD, "The union said 15 boats were lost."),
        (GUARD, "The union put it at 150."),
        (GUARD, "The union spoke.", "It rained.", "It blew.", "It cleared.", "The union put it at 15."),
    ],
)
def test_one_partys_figure_is_no_answer_to_what_each_says(texts_: tuple[str, ...]) -> None:
    assert proposed(SAME, told(*texts_)) == []
    assert proposed("How many people drowned off Balta?", told(*texts_))[0].answer.startswith("12 people")


def test_the_parties_may_count_a_few_days_apart_where_both_are_asked_for() -> None:
    guard, union = told(GUARD), told("The union said 15 people drowned off Balta on 10 September.", day=11, key="b")
    best = proposed(SAME, guard, union)[0]
    assert texts(best) == [GUARD, f"The union gave another figure: “{union[0].text}”"]
    assert texts(proposed("How many people drowned off Balta?", guard, union)[0]) == [GUARD]
    late = told("The union said 15 people drowned off Balta on 14 September.", day=15, key="b")
    assert proposed(SAME, guard, late) == []


# -- both sides together --

TOGETHER = "How many captives did both sides release in total?"


@pytest.mark.parametrize(
    "texts_",
    [
        ("The government released 150 captives on Monday and the Front 48.",),
        ("The government released 150 captives on Monday.", "In exchange, the Front freed 48."),
    ],
)
def test_the_figures_of_two_sides_are_added_up_in_the_open(texts_: tuple[str, ...]) -> None:
    article = told(*texts_)
    (added,) = proposed(TOGETHER, article)
    assert texts(added)[0].endswith("150 + 48 = 198")
    assert set(added.finding.stated[0].sentences) == set(article)
    assert added.passage is None


@pytest.mark.parametrize(
    "articles",
    [
        (told("The government released 150 captives on Monday.", "The government freed 48 captives later."),),
        (told("The government released 150 captives."), told("The Front freed 48 captives.", key="b")),
        (told("The government released 150 captives on Monday.", "The Front promised to free 48 captives."),),
    ],
)
def test_what_is_not_of_two_sides_in_one_article_is_not_added_up(articles: tuple[Told, ...]) -> None:
    assert not any("+" in text for proposal in proposed(TOGETHER, *articles) for text in texts(proposal))


def test_a_sum_that_is_told_goes_before_its_parts() -> None:
    listed = told("The government freed 150 captives and the Front 48.")
    whole = told("A total of 198 captives came home.", key="b")
    best = proposed("How many captives were freed, counting both sides?", listed, whole)[0]
    assert best.answer.startswith("198 captives")


# -- who gives, what is left, which of several --


def test_the_figure_of_one_giver_is_not_that_of_another() -> None:
    question = "How many captives did the Front release?"
    (front,) = proposed(question, told("The government released 150 captives on Monday and the Front 48."))
    assert front.answer.startswith("48 ")
    assert proposed(question, told("The government released 150 captives on Monday.")) == []


@pytest.mark.parametrize(
    ("question", "text", "sum_"),
    [
        (
            "How many captives does Kelma still owe?",
            "Kelma has released 62 of the 90 captives it promised.",
            "90 - 62 = 28 are left",
        ),
        (
            "How many captives remain to be freed?",
            "Of the 90 captives promised, 62 have been freed.",
            "90 - 62 = 28 are left",
        ),
        (
            "How much is still unpaid?",
            "Of the 86 million dollars pledged, 31 million had been paid.",
            "86 million - 31 million = 55 million are left",
        ),
    ],
)
def test_what_no_report_says_is_left_is_worked_out(question: str, text: str, sum_: str) -> None:
    article = told(text)
    (left,) = proposed(question, article)
    assert texts(left)[0].endswith(sum_)
    assert left.finding.stated[0].sentences == article
    assert left.passage is not None, "the check has a say"


@pytest.mark.parametrize("text", ["Kelma freed 62 captives.", "Kelma will free 62 of the 90 captives."])
def test_nothing_is_left_without_a_whole_or_a_deed(text: str) -> None:
    assert proposed("How many captives remain to be freed?", told(text)) == []


def test_a_part_of_the_whole_asked_about_is_marked() -> None:
    question = "How many of the 90 captives have been released?"
    (marked,) = proposed(question, told("Kelma has released 62 of the 90 captives it promised."))
    (plain,) = proposed(question, told("Kelma released 62 captives."))
    assert (marked.told, plain.told) == (True, False)


def test_a_figure_of_another_one_of_several_is_not_proposed() -> None:
    question, freed = "How many captives were freed in the first exchange?", "On Monday 150 captives were freed."
    assert proposed(question, told("The second exchange took place in Lindau.", freed)) == []
    (first,) = proposed(question, told("The first exchange took place in Lindau.", freed))
    assert first.answer.startswith("150 captives")
    left, done = "How many captives remain to be freed in the first exchange?", "Kelma has freed 62 of 90 captives."
    assert proposed(left, told("The second exchange took place in Lindau.", done)) == []
    assert len(proposed(left, told("The first exchange took place in Lindau.", done))) == 1


def test_one_sources_later_count_revises_whatever_words_it_uses() -> None:
    question = "How many people has the flood killed?"
    early = told("The flood has killed 31 people, Anna Petrova said.", title="Flood")
    later = "By now 40 people have died, {} said."
    best = proposed(question, early, told(later.format("Anna Petrova"), day=12, key="b"))[0]
    assert texts(best)[1].startswith("An earlier report gave 31 people")
    other = proposed(question, early, told(later.format("Marco Hale"), day=12, key="b"))[0]
    assert texts(other) == ["The flood has killed 31 people, Anna Petrova said (9 September 2025)."]


# -- when a proposal stands --


@pytest.fixture(scope="module")
def balta(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    files = {
        f"{told[0].source.published}-{told[0].article_id}.md": (
            f"---\ntitle: {told[0].source.title}\ndate: {told[0].source.published}\n---\n{told[0].text}\n"
        )
        for told in (FIRST, LATER)
    }
    yield from bench(tmp_path_factory.mktemp("balta"), files)


def test_an_answer_of_a_revised_toll_cites_both_reports(balta: Bench) -> None:
    answer = balta.ask(TOLL, checks=(sure_of("15"), sure_of("15"), sure_of("15")))
    assert answer.status is Status.ANSWERED
    assert answer.text.startswith("In Balta 15 people have died of the attack")
    assert {"12", "15"} <= digits(answer.text)
    assert [c.source.title for c in answer.citations] == ["Balta mourns", "Attack on Balta"]
    assert balta.model.asked("answer") == [], "rules word it, not the model"


def test_a_question_is_declined_when_no_proposal_stands(balta: Bench) -> None:
    answer = balta.ask(TOLL, checks=(UNSURE,) * 4 * LOOKS)
    assert answer.status is Status.NOT_STATED
    assert not {"12", "15"} & digits(answer.text)
    assert balta.model.asked("answer") == [], "the model is not asked for a figure instead"
    assert answer.nearest


def test_a_second_proposal_must_convince_more(tmp_path: Path) -> None:
    floor = Settings().figure_floor
    convincing = required(1.0, floor, first=False)
    files = {
        "one.md": "---\ntitle: News\ndate: 2025-09-09\n---\nOdra and Kelma exchanged 212 prisoners each on Tuesday.\n",
        "two.md": "---\ntitle: News\ndate: 2025-09-12\n---\nOdra and Kelma exchanged 345 prisoners each on Friday.\n",
    }
    question = "How many prisoners did Odra and Kelma exchange?"
    no = (UNSURE,) * LOOKS
    for swaps in bench(tmp_path, files):
        assert swaps.ask(question, checks=(floor,)).status is Status.ANSWERED
        assert swaps.ask(question, checks=(floor - 0.01, floor, *no)).status is Status.NOT_STATED
        assert swaps.ask(question, checks=(UNSURE, convincing - 0.01, *no)).status is Status.NOT_STATED
        first = swaps.ask(question, checks=(SURE,)).text
        second = swaps.ask(question, checks=(UNSURE, convincing))
        assert second.status is Status.ANSWERED
        assert {first, second.text} == {
            "Odra and Kelma exchanged 212 prisoners each on Tuesday [1].",
            "Odra and Kelma exchanged 345 prisoners each on Friday [1].",
        }


# -- how many events there were, and by how much two figures differ --

FIFTH = make_sentences(
    "It was the fifth exchange of the year.", published=date(2025, 9, 9), title="Exchange at the bridge", key="fifth"
)  # fmt: skip
SECOND = make_sentences(
    "It was the second exchange of the year.", published=date(2025, 2, 9), title="Exchange in winter", key="second"
)  # fmt: skip


def test_how_many_events_there_were_by_the_newest_place_in_their_row() -> None:
    first, *_ = proposed("How many exchanges have there been so far?", SECOND, FIFTH)
    assert texts(first) == ["It was the fifth exchange of the year."] or texts(first)[-1].startswith("It was the fifth")
    assert first.answer, "the check has the last word"


def test_how_many_events_there_were_in_a_time_that_is_named() -> None:
    first, *_ = proposed("How many exchanges had there been in February 2025?", SECOND, FIFTH)
    assert "second" in texts(first)[-1]


FRIDAY = make_sentences(
    "Orveth released 390 prisoners on 5 September.", published=date(2025, 9, 5), title="Stage one", key="friday"
)  # fmt: skip
SATURDAY = make_sentences(
    "Orveth released 307 prisoners on 6 September.", published=date(2025, 9, 6), title="Stage two", key="saturday"
)  # fmt: skip


def test_a_difference_is_shown_with_both_figures() -> None:
    first, *_ = proposed("How many fewer prisoners were released on 6 September than on 5 September?", FRIDAY, SATURDAY)
    assert texts(first)[0].endswith("390 - 307 = 83")
    assert {s.article_id for s in first.finding.stated[0].sentences} == {FRIDAY[0].article_id, SATURDAY[0].article_id}


def test_no_difference_where_one_figure_is_missing() -> None:
    question = "How many fewer prisoners were released on 6 September than on 5 September?"
    assert not any("-" in " ".join(texts(p)) for p in proposed(question, FRIDAY))


JANUARY = make_sentences(
    "Odra and Kelma exchanged 25 prisoners each on 15 January.", published=date(2025, 1, 15), title="First", key="january"
)  # fmt: skip
FEBRUARY = make_sentences(
    "Taken together, the two exchanges of this year come to 175 prisoners on each side.",
    published=date(2025, 2, 5), title="Second", key="february",
)  # fmt: skip
MARCH = make_sentences(
    "Odra and Kelma exchanged 185 prisoners each on 19 March, and 197 came back to Odra with the wounded.",
    published=date(2025, 3, 19), title="Third", key="march",
)  # fmt: skip


def test_a_total_told_before_the_last_of_several_events_is_not_theirs() -> None:
    first, *_ = proposed(
        "How many prisoners did each side free on 15 January and 19 March together?", FEBRUARY, JANUARY, MARCH
    )
    assert texts(first)[0].endswith("25 + 185 = 210")


def test_for_each_side_the_figure_of_each_is_added() -> None:
    first, *_ = proposed("What do the swaps of January and March come to together on each side?", JANUARY, MARCH)
    assert texts(first)[0].endswith("25 + 185 = 210")


TOLLS = make_sentences(
    "The mayor said on Tuesday that 246 people had drowned off Balta.",
    "The coast guard said on Tuesday that 277 people had drowned off Balta.",
    published=date(2025, 9, 9), title="Balta mourns", key="tolls",
)  # fmt: skip


@pytest.mark.parametrize(
    "question", ["was it 246 or 277 people drowned off Balta?", "Did 246 people drown off Balta or 277?"]
)
def test_which_of_two_figures_is_answered_with_whose_each_is(question: str) -> None:
    first, *_ = proposed(question, TOLLS)
    assert first.finding.status is Status.CONFLICTING
    assert [s.sentences for s in first.finding.stated] == [TOLLS[:1], TOLLS[1:]]


def test_which_of_two_figures_is_not_answered_where_one_party_gives_both_or_one_is_unknown() -> None:
    mayor = make_sentences(
        "The mayor said on Tuesday that 246 people had drowned.", "The mayor said on Tuesday that 277 people had drowned.",
        published=date(2025, 9, 9), title="Balta mourns", key="mayor",
    )  # fmt: skip
    for told, question in (
        (mayor, "Was it 246 or 277 people drowned off Balta?"),
        (TOLLS, "Was it 246 or 300 people drowned off Balta?"),
    ):
        assert not any(p.finding.status is Status.CONFLICTING and p.passage is None for p in proposed(question, told))


def test_a_second_claimant_is_proposed_after_the_first() -> None:
    told = make_sentences(
        "The total of 4,555 was given by Marco Hale on Monday, he said.",
        "The Return Office said on Sunday that 4,555 people had come home.",
        published=date(2025, 9, 9), title="Home again", key="told",
    )  # fmt: skip
    found = proposed("Who is the source of the 4,555?", told)
    assert [p.first for p in found] == [True, False][: len(found)]
    assert len(found) <= 2


def test_a_count_as_it_stood_is_the_one_told_of_that_time() -> None:
    later = make_sentences(
        "More than 4,300 people have been returned to Odra since the war began.",
        published=date(2025, 3, 19), title="Home again", key="later",
    )  # fmt: skip
    row = make_sentences(
        "By the first anniversary of the siege, 1,762 people had been returned to Odra.",
        published=date(2025, 5, 26), title="How the count grew", key="row",
    )  # fmt: skip
    question = "How many people had been returned to Odra by the first anniversary of the siege?"
    first, *_ = proposed(question, later, row)
    assert first.answer.startswith("1,762")


def test_a_figure_over_several_days_is_not_that_of_one() -> None:
    days = make_sentences(
        "In just these two days 697 people have been brought home to Odra, the mayor said.",
        published=date(2025, 5, 24), title="Home again", key="days",
    )  # fmt: skip
    assert proposed("How many people were brought home to Odra on 24 May alone?", days) == []


FOURTH = make_sentences(
    "The office gave no number.", "Orveth and Kelma exchanged prisoners for the fourth time within a week on Saturday.",
    published=date(2025, 6, 15), title="Four exchanges", key="fourth",
)  # fmt: skip


def test_the_place_in_a_row_is_looked_for_in_the_whole_of_an_article() -> None:
    scope = read_scope("", today=date(2025, 6, 20))
    asked = read_count("How many stages has the exchange had?", scope)
    ranked = [Evidence(number=1, sentence=FOURTH[0], score=0.9, cosine=0.5, coverage=0.5)]
    found = list(
        propose("How many exchanges have there been?", scope, asked, (), ranked, cast(Library, Shelf((FOURTH,))))
    )
    assert "fourth time" in texts(found[0])[0]


CAME_BACK = make_sentences(
    "In all, 197 people came back to Kelma and 175 to Orveth on 19 March.",
    published=date(2025, 3, 19), title="Exchange", key="back",
)  # fmt: skip


def test_by_how_much_the_parties_differ() -> None:
    (only,) = proposed("On 19 March more people came back to Kelma than to Orveth. How many more?", CAME_BACK)
    assert "197 - 175 = 22" in texts(only)[0]


def test_both_ways_with_all_thrown_in_is_the_sum_of_what_each_received() -> None:
    question = "If I count the people going both ways and the wounded too, how many moved on 19 March?"
    (only,) = proposed(question, CAME_BACK)
    assert "197 + 175 = 372" in texts(only)[0]


DATED = make_sentences(
    "On 19 April 277 captives came home, the president said.", published=date(2025, 4, 20), title="Home", key="dated"
)
DATED_AGAIN = make_sentences(
    "On 2 June 277 captives came home, the president said.", published=date(2025, 6, 3), title="Home again", key="again"
)


def test_when_that_happened_of_which_a_question_gives_the_number() -> None:
    (only,) = proposed("When did the swap happen in which 277 captives were freed?", DATED)
    assert (only.answer, texts(only)) == ("277 on 19 April 2025", [DATED[0].text])


def test_when_a_total_stood_at_a_number_and_since_when_it_counts() -> None:
    total = make_sentences(
        "On 9 September the Return Office counted 4,555 people freed since October 2023.",
        published=date(2025, 9, 10), title="Home again", key="total",
    )  # fmt: skip
    (stood,) = proposed("4,555 returned - what day is that number from?", total)
    assert stood.answer == "4,555 on 9 September 2025"
    (since,) = proposed("The 4,555 freed: since when does it count?", total)
    assert since.answer == "4,555 since October 2023"


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("When did the swap happen in which 277 captives were freed?", (DATED, DATED_AGAIN)),  # which of the two?
        ("When did the swap happen in which 312 captives were freed?", (DATED,)),
        ("Why were 277 captives freed?", (DATED,)),
    ],
)
def test_no_day_is_proposed_where_it_is_not_clear(question: str, articles: tuple[Told, ...]) -> None:
    assert proposed(question, *articles) == []


def test_a_number_of_nobody_is_no_count_of_people() -> None:
    honest = make_sentences(
        "Whoever asks how many prisoners were freed in May can give one honest answer.",
        published=date(2025, 5, 30), title="Freed", key="honest",
    )  # fmt: skip
    assert proposed("How many prisoners were freed in May?", honest) == []


STAGES = make_sentences(
    "On 23 May each side released 390 prisoners.", "On 24 May each side released 307 prisoners.",
    "On 6 May each side had released 205 prisoners.",
    published=date(2025, 5, 26), title="Exchange", key="stages",
)  # fmt: skip


def test_weekdays_of_a_month_are_told_apart() -> None:
    (difference,) = proposed(
        "How many fewer prisoners did each side release on the Saturday of the May exchange than on the Friday?", STAGES
    )
    assert "390 - 307 = 83" in texts(difference)[0]
    (one, *_) = proposed("How many prisoners did each side release on the Friday of the May exchange?", STAGES)
    assert "390" in texts(one)[0]


def test_days_of_each_side_are_doubled_where_both_are_asked_for() -> None:
    (only,) = proposed("How many prisoners were released on 23 and 24 May, both sides added together?", STAGES)
    assert "390 + 307 = 697, 697 + 697 = 1,394 in both directions" in texts(only)[0]


def test_an_exchange_called_by_its_month_is_none_of_another_month() -> None:
    april = make_sentences(
        "On 19 April each side released 246 prisoners.", published=date(2025, 4, 20), title="Swap", key="april"
    )
    (only,) = proposed("How many prisoners did each side release in the April swap?", STAGES, april)
    assert "246" in texts(only)[0]


def test_one_day_of_several_is_not_all_of_them() -> None:
    days = make_sentences(
        "Over three days each side released 1,000 prisoners.", "On the third day, 25 May, each side released 303 prisoners.",
        published=date(2025, 5, 26), title="Exchange over", key="days",
    )  # fmt: skip
    (only, *_) = proposed("How many prisoners did each side release on the third day of the exchange?", days)
    assert "303" in texts(only)[0]


def test_who_came_home_in_all_goes_before_those_exchanged_one_for_one() -> None:
    each = make_sentences(
        "On 19 March each side released 175 prisoners.", published=date(2025, 3, 19), title="Exchange", key="each"
    )
    (first, *_) = proposed("How many people came back to Kelma on 19 March?", each, CAME_BACK)
    assert "197" in texts(first)[0]


def test_soldiers_and_civilians_together_are_no_soldiers() -> None:
    mixed = make_sentences(
        "On 23 May each side released 390 people, soldiers and civilians.", "On 23 May each side released 270 soldiers.",
        published=date(2025, 5, 23), title="Exchange", key="mixed",
    )  # fmt: skip
    (only,) = proposed("How many soldiers did each side release on 23 May?", mixed)
    assert "270" in texts(only)[0]


ALIKE = make_sentences(
    "The army said that 150 captives had been released on Friday.", "The rebel spokesman also spoke of 150 captives released on Friday.",
    published=date(2025, 9, 13), title="Swap", key="alike",
)  # fmt: skip
OF_BOTH = make_sentences(
    "On Friday 150 captives were released, according to the army and the rebels.",
    published=date(2025, 9, 13), title="Swap", key="of-both",
)  # fmt: skip


def test_where_the_parties_agree_both_are_shown() -> None:
    question = "Do the army and the rebels agree on the number of captives released on 12 September?"
    (only,) = proposed(question, ALIKE)
    assert only.finding.status is Status.ANSWERED
    assert len(texts(only)) == 2
    (one,) = proposed(question, OF_BOTH)
    assert texts(one) == [OF_BOTH[0].text]


def test_one_party_alone_does_not_agree() -> None:
    question = "Do the army and the rebels agree on the number of captives released on 12 September?"
    assert proposed(question, ALIKE[:1]) == []


def test_when_an_event_of_several_days_ended() -> None:
    stages = [
        make_sentences(
            f"The two sides {what} on {day}.", published=date(2025, 9, on), title="Swap", key=day
        )
        for what, day, on in (
            ("began to swap captives", "Friday", 12), ("swapped 50 captives", "Saturday", 13), ("completed their swap", "Sunday", 14)
        )
    ]  # fmt: skip
    (ended,) = proposed("On what day did the September swap end?", *stages)
    assert ended.answer == "on Sunday", "as its sentence writes it, which is all that the check reads"
    assert texts(ended) == ["The two sides completed their swap on Sunday (14 September 2025)."]


DUE = make_sentences(
    "Ormark and Tessin are to exchange 90 captives each on Wednesday, the mediators said.",
    published=date(2025, 9, 16), title="Exchange announced", key="due",
)  # fmt: skip


def test_what_is_promised_for_a_day_that_is_named_is_concluded() -> None:
    (only,) = proposed("How many captives is each side supposed to release on 17 September?", DUE)
    assert texts(only) == [DUE[0].text]
    assert only.finding.concluded


THREE_DAYS = make_sentences(
    "With 90 freed on Wednesday, each side has released 450 prisoners in three days.",
    published=date(2025, 6, 11), title="Exchange completed", key="three",
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("How long did the exchange of 450 prisoners take?", ["in three days"]),
        ("Over how many days were the 450 prisoners released?", ["in three days"]),
        ("How many days did the June exchange last?", ["in three days"]),
        ("How many days did the August exchange last?", []),
        ("How many days did the exchange of 300 prisoners last?", []),
        ("How many days after the June exchange did the truce last?", []),  # reckoned from another thing
        ("How long did the exchange take?", []),  # which one
        ("How long did the June talks last?", []),
    ],
)
def test_how_long_an_exchange_took_is_told_by_the_period_of_its_figure(question: str, answers: list[str]) -> None:
    assert [p.answer for p in proposed(question, THREE_DAYS)] == answers


def test_two_lengths_of_one_exchange_are_none() -> None:
    other = make_sentences(
        "Each side has released 450 prisoners in four days.", published=date(2025, 6, 12), title="Retold", key="four"
    )
    assert proposed("How long did the exchange of 450 prisoners take?", THREE_DAYS, other) == []


# -- when a number was agreed --

AGREED = make_sentences(
    "The two sides agreed on Friday to exchange 1,000 prisoners each.", "They had met in the morning.",
    published=date(2025, 5, 17), title="Talks end", key="agreed",
)  # fmt: skip
BEGUN = make_sentences(
    "A week after they agreed on it, the two sides began on Saturday to exchange 1,000 prisoners each.",
    "It is the exchange of 1,000 prisoners each agreed at the talks on 16 May.",
    published=date(2025, 5, 24), title="Exchange begins", key="begun",
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("When did the sides agree on the 1,000 for 1,000?", ["agreed on 16 May 2025"]),
        ("On which day was the exchange of 1,000 prisoners each agreed?", ["agreed on 16 May 2025"]),
        ("When did the sides agree on the 300 for 300?", []),
        ("When did the sides agree on an exchange?", []),
    ],
)
def test_when_a_number_was_agreed_is_told_by_all_that_say_so(question: str, answers: list[str]) -> None:
    found = proposed(question, BEGUN, AGREED)
    assert [p.answer for p in found] == answers
    assert all("Friday (16 May 2025)" in " ".join(texts(p)) for p in found)


def test_two_days_of_agreeing_are_none() -> None:
    again = make_sentences(
        "They agreed on 2 May to free 1,000 prisoners each.", published=date(2025, 5, 24), key="again"
    )
    assert proposed("When did the sides agree on the 1,000 for 1,000?", BEGUN, AGREED, again) == []


# -- the day on which most came --

MAY = (
    make_sentences("Each side released 390 people on Friday, 23 May, 120 of them civilians.", published=date(2025, 5, 23), key="fri"),
    make_sentences("Each side released 307 people on Saturday, 24 May.", published=date(2025, 5, 24), key="sat"),
    make_sentences("Each side released 303 people on Sunday, 25 May.", published=date(2025, 5, 25), key="sun"),
    make_sentences("Each side released 400 people on Friday, 6 June.", published=date(2025, 6, 6), key="june"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("On which day of the May exchange were the most people released?", "the most on 23 May 2025"),
        ("On which day of the May exchange did the fewest people come home?", "the fewest on 25 May 2025"),
        ("On which day of the May exchange were the most civilians released?", None),  # some of them only
        ("On which day of the June exchange were the most people released?", None),  # it had one day
    ],
)
def test_the_day_of_an_exchange_on_which_most_came(question: str, told: str | None) -> None:
    ends = [text for p in proposed(question, *MAY) for text in texts(p) if text.startswith("Reported by day")]
    assert [text.rpartition("; ")[2] for text in ends] == ([told] if told else [])


# -- what is left, what has come, those thrown in --


def test_what_is_left_is_told_by_a_sentence_that_says_so() -> None:
    still = make_sentences(
        "The exchange of 40 prisoners is still the last one.",
        published=date(2025, 9, 12),
        title="Exchange",
        key="still",
    )
    left = make_sentences(
        "On Tuesday 390 were freed on each side.", "That leaves 610 prisoners for each side to release.",
        published=date(2025, 9, 9), title="Exchange", key="left",
    )  # fmt: skip
    question = "How many prisoners remained to be released by each side?"
    assert [text for p in proposed(question, still, left) for text in texts(p)] == [
        "On Tuesday 390 were freed on each side.",
        "That leaves 610 prisoners for each side to release.",
    ]


def test_of_a_whole_that_was_promised_only_what_came_after_is_told() -> None:
    before = make_sentences(
        "Each side released 205 prisoners on 6 September.", published=date(2025, 9, 6), key="before"
    )
    promise = make_sentences(
        "The sides agreed to exchange 1,000 prisoners each.", "Not one of the 1,000 has been released yet.",
        published=date(2025, 9, 9), title="Talks", key="promise",
    )  # fmt: skip
    question = "How many of the 1,000 prisoners agreed on have been released?"
    assert [text for p in proposed(question, before, promise) for text in texts(p)] == [
        "Not one of the 1,000 has been released yet."
    ]
    came = make_sentences("Each side released 390 prisoners on 10 September.", published=date(2025, 9, 10), key="came")
    assert [text for p in proposed(question, before, promise, came) for text in texts(p)] == [
        "390 prisoners each on 10 September 2025"
    ]


def test_what_came_in_all_on_a_day_counts_those_thrown_in() -> None:
    in_all = make_sentences(
        "Each side released 175 prisoners on 9 September, and 22 wounded were returned on top.",
        "In all, 197 people came back to Kelma and 175 to Orveth.",
        published=date(2025, 9, 9), title="Exchange", key="in-all",
    )  # fmt: skip
    best, *_ = proposed("How many people came back to Kelma on 9 September, the wounded included?", in_all)
    assert best.finding.concluded and "197" in best.answer


STAGE_ONE = make_sentences(
    "Each side released 390 of the 1,000 prisoners on Friday in the first stage.", "That leaves 610 prisoners for each side to release.",
    published=date(2025, 9, 5), title="First stage", key="one",
)  # fmt: skip
STAGE_TWO = make_sentences(
    "Each side released 307 prisoners on Saturday in the second stage.", "That leaves 303 of the 1,000 prisoners for each side to release.",
    published=date(2025, 9, 6), title="Second stage", key="two",
)  # fmt: skip
STAGE_THREE = make_sentences(
    "Each side released the last 303 of the 1,000 prisoners on Sunday in the third stage.",
    published=date(2025, 9, 7), title="Third stage", key="three",
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("How many prisoners were still to be released by each side after the first stage?", "610"),
        ("How many prisoners were left to be released by each side after 5 September?", "610"),
        ("How many prisoners were still to be released by each side once 390 had been freed?", "610"),
        ("How many prisoners were still to be released by each side after the second stage?", "303"),
        ("How many prisoners were left to be released by each side after 6 September?", "303"),
    ],
)
def test_what_was_left_is_told_of_the_point_that_a_question_names(question: str, left: str) -> None:
    first, *_ = proposed(question, STAGE_THREE, STAGE_TWO, STAGE_ONE)
    assert f"That leaves {left}" in " ".join(texts(first))


def test_the_newest_word_is_on_what_is_left_now_and_not_on_what_was() -> None:
    now, *_ = proposed("How many prisoners has each side still to release?", STAGE_ONE, STAGE_TWO)
    assert "That leaves 303" in " ".join(texts(now))
    then, *_ = proposed("How many prisoners were still to be released by each side that evening?", STAGE_ONE, STAGE_TWO)
    assert "That leaves 610" in " ".join(texts(then)), "the best-ranked"


def test_the_last_of_a_whole_leave_nobody() -> None:
    told = [
        text
        for p in proposed("How many prisoners were left to be released after the third stage?", STAGE_THREE)
        for text in texts(p)
    ]
    assert not any("697" in text for text in told), "1,000 - 303"
