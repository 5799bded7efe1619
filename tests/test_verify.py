"""Every particular of a sentence against what it cites: no wrong number, name, date or quotation comes through."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question_kinds import answers_its_kind, asked_speaker, asks_how_long, asks_when, led_in, place_told
from assistant.verify import Verdict, added_up, missing_names, verify
from index.records import Source

SOURCE = Source(title="Night attack", outlet="Desk A", author="Maria Koval", published=date(2025, 5, 24))
ATTACK = "An overnight aerial attack on Kyiv injured 15 people, including two children, officials said."
NIGHT = "Zelensky called it a “difficult night” for Ukraine and urged new sanctions against Putin."
SWAP = "Ukraine and Russia exchanged 1,000 prisoners on Saturday in the second stage of a massive prisoner swap."

gap = pytest.mark.xfail(strict=True, reason="known gap")


def check(sentence: str, *cited: str, question: str = "") -> Verdict:
    return verify(sentence, cited, [SOURCE], question=question)


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("An overnight attack on Kyiv injured 15 people.", ATTACK),
        ("An overnight attack on Kyiv injured 15 people [1].", ATTACK),
        ("An overnight aerial attack on Kyiv injured fifteen people, officials said.", ATTACK),
        ("An overnight aerial attack on Kyiv injured 2 children, officials said.", ATTACK),
        ("Officials said an overnight attack on Kyiv injured 15 people.", ATTACK),
        ("Zelensky called it a “difficult night” for Ukraine.", NIGHT),
        ("Ukraine and Russia exchanged 1000 prisoners in the second stage of a prisoner swap.", SWAP),
        (ATTACK, ATTACK),
        (NIGHT, NIGHT),
        (SWAP, SWAP),
    ],
)
def test_what_the_article_says_stands(sentence: str, cited: str) -> None:
    verdict = check(sentence, cited)
    assert verdict.stands, verdict.reason


@pytest.mark.parametrize(
    ("sentence", "cited", "culprit"),
    [
        ("An overnight attack on Kyiv injured 16 people.", ATTACK, "16"),
        ("An overnight attack on Kyiv injured sixteen people.", ATTACK, "sixteen"),
        ("An overnight attack on Kyiv injured 1,500 people.", ATTACK, "1,500"),
        ("Ukraine and Russia exchanged 100 prisoners on Saturday.", SWAP, "100"),
        ("Ukraine and Russia exchanged 1 million prisoners on Saturday.", SWAP, "1 million"),
        ("An overnight attack on Odesa injured 15 people.", ATTACK, "Odesa"),
        ("On Saturday Macron and Russia exchanged 1,000 prisoners.", SWAP, "Macron"),
        ("An overnight attack on Kyiv injured 15 people on Friday.", ATTACK, "Friday"),
        ("An overnight attack on Kyiv injured 15 people on 25 May 2025.", ATTACK, "25 May 2025"),
        ("An overnight attack on Kyiv injured 15 people in June.", ATTACK, "June"),
        ("An overnight attack on Kyiv injured 15 people in 2022.", ATTACK, "2022"),
        ("Zelensky called it a “terrible night” for Ukraine.", NIGHT, "terrible night"),
        ('Zelensky called it a "terrible night" for Ukraine.', NIGHT, "terrible night"),
        ("Zelensky called it a «terrible night» for Ukraine.", NIGHT, "terrible night"),
        ("Zelensky called it a “night” and a “difficult Ukraine”.", NIGHT, "difficult Ukraine"),
        ("An overnight attack on Kyiv injured 15 people, Desk B reported.", ATTACK, "B"),
    ],
)
def test_one_wrong_particular_is_enough_and_is_named(sentence: str, cited: str, culprit: str) -> None:
    verdict = check(sentence, cited)
    assert not verdict.stands
    assert repr(culprit) in verdict.reason


def test_typographic_quotation_marks_are_the_plain_ones() -> None:
    for sentence in (
        "Zelensky called it a “difficult night” for Ukraine.",
        'Zelensky called it a "difficult night" for Ukraine.',
        "Zelensky called it a «difficult night» for Ukraine.",
    ):
        assert check(sentence, NIGHT).stands, sentence
    assert check("“It’s over,” he said.", '"It\'s over," he said.').stands


@pytest.mark.parametrize(
    "sentence",
    [
        "Putin called it a “difficult night” for Ukraine.",
        "It was a “difficult night” for Ukraine, said Vladimir Putin.",
        "It was a “difficult night” for Ukraine, according to Putin.",
    ],
)
def test_words_are_not_put_into_another_mouth(sentence: str) -> None:
    verdict = check(sentence, NIGHT)
    assert not verdict.stands
    assert "Zelensky" in verdict.reason or "Vladimir" in verdict.reason


def test_a_claim_stays_with_the_side_that_made_it() -> None:
    cited = "Kyiv said 307 prisoners were freed, while Moscow was silent."
    assert check("Kyiv said 307 prisoners were freed.", cited).stands
    assert not check("Moscow said 307 prisoners were freed.", cited).stands
    assert not check("According to Moscow 307 prisoners were freed.", cited).stands


def test_the_day_of_publication_may_be_named() -> None:
    assert check("An overnight attack on Kyiv injured 15 people (24 May 2025).", ATTACK).stands
    assert not verify("An overnight attack on Kyiv injured 15 people (24 May 2025).", [ATTACK]).stands


def test_the_outlet_and_the_author_may_be_named() -> None:
    assert check("Ukraine and Russia exchanged 1,000 prisoners, Desk A reported.", SWAP).stands
    assert check("Ukraine and Russia exchanged 1,000 prisoners, Maria Koval reported.", SWAP).stands
    assert not check("Ukraine and Russia exchanged 1,000 prisoners, Petra Maas reported.", SWAP).stands


@pytest.mark.parametrize(
    ("sentence", "cited", "stands"),
    [
        ("Dozens of people were injured.", "Dozens of people were injured.", True),
        ("The strike injured 12 people in Kyiv.", "The strike injured dozens of people in Kyiv.", False),
        ("The strike injured twelve people in Kyiv.", "The strike injured more than a dozen people in Kyiv.", False),
        ("The strike injured 100 people in Kyiv.", "The strike injured hundreds of people in Kyiv.", False),
    ],
)
def test_a_vague_amount_is_never_exact(sentence: str, cited: str, stands: bool) -> None:
    assert check(sentence, cited).stands is stands


def test_words_must_mostly_stand_there_too() -> None:
    verdict = check("The president resigned and fled abroad after 15 people died.", ATTACK)
    assert not verdict.stands
    assert verdict.support < 0.8


def test_a_question_excuses_nothing_that_it_says() -> None:
    sentence, cited = "The first raid of the spring on Kyiv hurt 15 people.", ATTACK
    assert not check(sentence, cited).stands
    assert not check(sentence, cited, question="How many did the first raid of the spring on Kyiv hurt?").stands
    assert not check("The attack injured 99 people.", ATTACK, question="Were 99 people injured in the attack?").stands
    assert not check(
        "The attack on Odesa injured 15.", ATTACK, question="How many did the attack on Odesa hurt?"
    ).stands


@pytest.mark.parametrize(
    ("sentence", "stands"),
    [
        ("Kelma has paid 31 million dollars of the 86 million pledged.", False),
        ("Kelma paid a first five million.", True),
        ("31 million had been paid by Monday, Clear Harbour said.", True),
    ],
)
def test_an_amount_stays_with_whom_it_belongs_to(sentence: str, stands: bool) -> None:
    cited = (
        "Of the 86 million dollars pledged, 31 million had been paid by Monday, Clear Harbour said, "
        "including a first five million that Kelma paid."
    )
    assert check(sentence, cited).stands is stands


def test_particulars_may_stand_in_any_cited_sentence() -> None:
    sentence = "An overnight attack on Kyiv injured 15 people and Zelensky called it a “difficult night”."
    assert check(sentence, ATTACK, NIGHT).stands
    assert not check(sentence, ATTACK).stands


def test_nothing_cited_carries_nothing() -> None:
    assert not verify("An attack injured 15 people.", []).stands


@given(st.integers(min_value=0, max_value=10**7))
def test_no_other_number_ever_stands(value: int) -> None:
    cited = "An overnight attack injured 15 people in the city."
    verdict = verify(f"An overnight attack injured {value} people in the city.", [cited])
    assert verdict.stands is (value == 15)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_checked(sentence: str, cited: str) -> None:
    assert 0 <= check(sentence, cited).support <= 1


@given(st.sampled_from([ATTACK, NIGHT, SWAP]), st.text(alphabet="0123456789", min_size=1, max_size=4))
def test_a_digit_sewn_in_is_always_found(sentence: str, digits: str) -> None:
    assert not verify(f"{sentence} And {digits}777 more.", [sentence]).stands


# -- what a question asks for --


@pytest.mark.parametrize(
    ("question", "answer", "fits"),
    [
        ("How many prisoners were freed?", "307 prisoners were freed.", True),
        ("How many prisoners were freed?", "Neither side disclosed it.", True),
        ("How many prisoners were freed?", "The exchange took place.", False),
        ("Who confirmed the exchange?", "The exchange was confirmed by Zelensky.", True),
        ("Who confirmed the exchange?", "The exchange was confirmed.", False),
        ("When did it happen?", "It happened on Saturday.", True),
        ("When did it happen?", "It happened in Kyiv.", False),
        ("Why did it happen?", "It happened in Kyiv.", True),
    ],
)
def test_an_answer_is_of_the_kind_asked_for(question: str, answer: str, fits: bool) -> None:
    assert answers_its_kind(question, answer) is fits


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("What did Zelensky say about the night?", ("Zelensky",)),
        ("How did Katarina Mathernová describe the attacks?", ("Katarina", "Mathernová")),
        ("According to Varn, who opened the bridge?", ("Varn",)),
        ("Petrova's June total of dockers sent home?", ("Petrova",)),
        ("How many were aboard the plane, in Odra's telling?", ("Odra",)),
        ("How many breaches did Varn's observers record?", ("Varn's",)),
        ("What happened on Saturday?", ()),
        ("How many prisoners were freed?", ()),
        ("How many people were killed in Varn's harbour?", ()),
        ("How many prisoners did Odra give back?", ()),
    ],
)
def test_whose_words_are_asked_for(question: str, who: tuple[str, ...]) -> None:
    assert asked_speaker(question) == who


def test_names_of_the_question_that_nobody_knows() -> None:
    context = "Ukrainian president Zelensky met officials of the European Union."
    assert missing_names("How many did Maduro free in Caracas?", context) == ("Maduro", "Caracas")
    assert missing_names("What did Zelensky tell the EU in Ukraine?", context) == ()
    assert missing_names("How many were freed on 24 May 2025?", context) == ()
    assert missing_names("How many were freed on Saturday?", context) == ()


# -- known gaps: each shows something wrong, or keeps something right from being shown --


def test_a_weekday_beside_its_date_is_no_name() -> None:
    assert missing_names("How many were freed on Saturday, 24 May 2025?", "It was on 24 May 2025.") == ()


@pytest.mark.parametrize("number", ["24", "5", "2025"])
def test_the_day_of_publication_excuses_no_count(number: str) -> None:
    assert not check(f"An overnight attack on Kyiv injured {number} people.", ATTACK).stands


def test_a_name_that_opens_a_sentence_is_checked_too() -> None:
    cited = "Ukraine released 307 prisoners on Saturday in the second stage."
    assert not check("Macron released 307 prisoners on Saturday in the second stage.", cited).stands


def test_words_nobody_is_named_for_are_not_given_to_somebody() -> None:
    cited = "“In just these two days, 697 people have been brought home.”"
    assert not check("Macron said 697 people have been brought home in just these two days.", cited).stands


def test_a_day_is_one_particular_and_not_two() -> None:
    cited = "The talks were held in Istanbul on 2 May; more rounds of talks are due in June."
    assert not check("The talks were held in Istanbul on 2 June.", cited).stands


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("22 people were freed.", "Mykyta Kruchan, 22, and other people were freed."),
        ("The attack with a T-72 killed 72 people.", "The attack with a T-72 killed people."),
    ],
)
def test_an_age_or_a_weapon_carries_no_count(sentence: str, cited: str) -> None:
    assert not check(sentence, cited).stands


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("307 prisoners were freed.", "307 prisoners were not freed."),
        ("307 prisoners were not freed.", "307 prisoners were freed."),
        ("More than 13 civilians were killed.", "At least 13 civilians were killed."),
        ("An overnight attack on Kyiv killed 15 people.", ATTACK),
        ("An overnight attack on Kyiv injured 15 children.", ATTACK),
        ("", ATTACK),
    ],
)
def test_a_changed_meaning(sentence: str, cited: str) -> None:
    assert not check(sentence, cited).stands


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("1000 prisoners were freed.", "1,000 prisoners were freed."),
        ("2 children were hurt.", "Two children were hurt."),
        ("An overnight attack on Kyiv injured fifteen people, including 2 children.", ATTACK),
    ],
)
def test_a_number_in_another_spelling_counts_as_carried_word(sentence: str, cited: str) -> None:
    assert check(sentence, cited).stands


@pytest.mark.parametrize(
    ("sentence", "stands"),
    [
        ("Reported separately: 390 on Friday and 307 on Saturday; 390 + 307 = 697", True),
        ("Reported separately: 390 on Friday and 307 on Saturday; 390 + 307 = 698", False),
        ("Reported separately: 390 on Friday; 390 + 308 = 698", False),
        ("Reported separately: 390 on Friday; 698 in all", False),
    ],
)
def test_a_sum_stands_when_it_is_right_and_its_parts_are_cited(sentence: str, stands: bool) -> None:
    cited = ["390 were freed on Friday, reported separately in all.", "307 were freed on Saturday."]
    assert verify(sentence, cited).stands is stands


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("When did they meet?", True),
        ("And when?", True),
        ("On what day did they meet?", True),
        ("In which year?", True),
        ("On which weekday did they meet?", True),
        ("which of the three May days was it?", True),
        ("start date june exchange", True),
        ("Could you tell me the date on which they met?", True),
        ("so when does the truce run out?", True),
        ("Until when may they stay?", True),
        ("The 5,757: since when does it count?", True),
        ("Whenever did that help?", False),
        ("Who came when it rained?", False),
        ("Why was no date fixed?", False),
        ("How many have come home to date?", False),
        ("How many died on the day when the mill burned?", False),
        ("is the up-to-date tally out?", False),
    ],
)
def test_questions_for_a_time(question: str, asks: bool) -> None:
    assert asks_when(question) is asks


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("How long did the talks last?", True),
        ("How many days lay between them?", True),
        ("How soon after the raid did it come?", True),
        ("how far in advance was it announced", True),
        ("How many people were freed?", False),
        ("How much longer is the list of one side?", True),
        ("When did it end?", False),
    ],
)
def test_questions_for_a_span_of_time(question: str, asks: bool) -> None:
    assert asks_how_long(question) is asks


def test_the_place_in_the_year_names_no_time() -> None:
    assert not answers_its_kind("When was the fifth exchange?", "It was the fifth exchange of the year.")
    assert answers_its_kind("When was the fifth exchange?", "It came the following week.")
    assert answers_its_kind("How long did it take?", "It was over within a week.")
    assert not answers_its_kind("How long did it take?", "It was over soon.")


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        ("exchange", "It was the fifth exchange of the year.", 5),
        ("swap", "The second exchange followed the 1st swap.", 2),
        ("stage", "They did so for the fourth time within a week.", 4),
        ("stage", "It was the fifth exchange of the year.", 0),
        ("stage", "The first to arrive were the wounded.", 0),
    ],
)
def test_the_place_that_a_text_gives_an_event_of_a_kind(kind: str, text: str, place: int) -> None:
    assert place_told(kind, text) == place


def test_when_is_not_answered_by_a_count() -> None:
    assert not answers_its_kind("When were they freed?", "390 were freed.")
    assert answers_its_kind("When were they freed?", "They were freed on Friday.")


def test_the_date_a_weekday_means_is_carried() -> None:
    cited, day = ["They met on Friday."], Source(title="x", published=date(2025, 5, 18))
    assert verify("They met on 16 May 2025.", cited, [day]).stands
    assert not verify("They met on 15 May 2025.", cited, [day]).stands
    assert not verify("They met on 16 May 2025.", cited, [Source(title="x")]).stands


@pytest.mark.parametrize(
    ("question", "answer", "context", "fits"),
    [
        ("In which building did they meet?", "They met in Istanbul.", "They met in Istanbul.", False),
        ("In which building did they meet?", "They met in the palace.", "The palace is a building of 1856.", True),
        ("In which Turkish city did they meet?", "They met in Istanbul.", "They met in Istanbul.", True),
        ("At which camp near Odra were they held?", "They were held near Odra.", "They were held near Odra.", False),
        ("What is the name of the engineer?", "The survivor was an engineer.", "", False),
        ("What is the name of the engineer?", "The survivor was Marco Hale.", "", True),
        ("Who was the attacker?", "Reportedly he injured two people on Kelma High Road.", "", False),
        ("What are the names of the two?", "Marco Hale, a spokesman, said two were arrested.", "", False),
        ("Which number does the swap have in the count?", "The swap has 205 prisoners.", "", False),
        ("Which number does the swap have in the count?", "It is the 65th swap.", "", True),
        ("Who gave the total?", "Zelensky then said that 1,762 had come home.", "", True),
        ("What was the final House vote on the bill?", "The House passed the bill.", "", False),
        ("What was the final House vote on the bill?", "The House passed the bill with 230 to 197.", "", True),
    ],
)
def test_the_kind_of_answer_a_question_asks_for(question: str, answer: str, context: str, fits: bool) -> None:
    assert answers_its_kind(question, answer, context) is fits


@pytest.mark.parametrize(
    ("sentence", "carried", "results"),
    [
        ("62 sailors out of 90; 90 - 62 = 28 are left.", {62, 90}, {28}),
        ("That makes 1,200 - 950 = 250.", {1200, 950}, {250}),
        ("86 million - 31 million = 55 million are left.", {86e6, 31e6}, {55e6}),
        ("31 million + 24 million = 55 million in all.", {31e6, 24e6}, {55e6}),
        ("90 - 62 = 29 are left.", {62, 90}, set()),
        ("90 - 62 = 28 are left.", {90}, set()),
        ("62 - 90 = 28 are left.", {62, 90}, set()),
    ],
)
def test_a_difference_stands_where_it_is_right_and_both_its_terms_do(
    sentence: str, carried: set[float], results: set[float]
) -> None:
    assert added_up(sentence, carried) == results


def test_what_is_left_may_be_told_of_a_part_and_its_whole() -> None:
    told = "Kelma has released 62 of the 90 sailors."
    assert check("Kelma has released 62 of the 90 sailors; 90 - 62 = 28.", told).stands
    assert not check("Kelma has released 62 of the 90 sailors; 90 - 62 = 38.", told).stands


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Tell me at which crossing they came over.", "at which crossing they came over."),
        ("Could you please remind me who led them?", "who led them?"),
        ("Hi, do you know when it began?", "when it began?"),
        ("Fact check: did anyone return?", "did anyone return?"),
        ("I would be grateful to learn on what date it was.", "on what date it was."),
        ("Did anyone say how many?", "Did anyone say how many?"),
        ("How many came home?", "How many came home?"),
        ("", ""),
    ],
)
def test_what_leads_up_to_a_question_is_none_of_it(question: str, rest: str) -> None:
    assert led_in(question) == rest


def test_a_question_is_of_its_kind_whatever_leads_up_to_it() -> None:
    crossing, none = "They came over at the crossing of Orla.", "They came over on Monday."
    assert answers_its_kind("Tell me at which crossing they came over.", crossing)
    assert not answers_its_kind("Tell me at which crossing they came over.", none)
