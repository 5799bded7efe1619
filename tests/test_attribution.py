"""Who says so, as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.attribution import attributions, claimant


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("At least 13 civilians were killed, according to local officials.", "local officials"),
        ("According to local officials, 13 civilians died.", "local officials"),
        ("According to Vladimir Medinsky, 1,000 will be freed.", "Vladimir Medinsky"),
        ("Zelensky said 307 were freed.", "Zelensky"),
        ("The Coordination Headquarters said 5,757 people had returned.", "The Coordination Headquarters"),
        ("Both sides confirmed the exchange.", "Both sides"),
        ("Officials said 13 people died.", "Officials"),
        ("Prices rose, the UN said.", "the UN"),
        ("The toll was confirmed by the mayor of Kyiv.", "the mayor of Kyiv"),
        ("“We did it,” said Volodymyr Zelensky.", "Volodymyr Zelensky"),
        ("“We did it,” Volodymyr Zelensky said.", "Volodymyr Zelensky"),
        ("“Today is the second day of the exchange,” Zelensky posted on X Saturday.", "Zelensky"),
        ("Rustem Umerov, who led the delegation, said 6,000 bodies would come.", "Rustem Umerov"),
        ("Kaja Kallas, the EU’s top diplomat, described the attacks as “horrific.”", "Kaja Kallas"),
    ],
)
def test_the_claimant_as_written(text: str, who: str) -> None:
    assert claimant(text) == who


@pytest.mark.parametrize(
    "text",
    ["307 people were freed.", "He said 307 people were freed.", "It was said to be quiet.", "“We shoot.”", "", "said"],
)
def test_nobody_is_named(text: str) -> None:
    assert claimant(text) is None


FIRST = "“Today is the second day of the exchange,” Zelensky posted on X Saturday."
SECOND = "“In just these two days, 697 people have been brought home."
THIRD = "We expect the process to continue tomorrow.”"


def test_a_running_quotation_belongs_to_the_one_named_before_it() -> None:
    assert claimant(SECOND, before=FIRST, after=THIRD) == "Zelensky"


def test_a_quotation_whose_speaker_comes_after_it() -> None:
    assert claimant("“We won’t stop!”", before="He left.", after="the mayor of Odra said.") == "the mayor of Odra"


def test_a_plain_sentence_takes_no_speaker_from_its_neighbours() -> None:
    assert claimant("The city was quiet.", before=FIRST, after="The mayor said so.") is None


def test_the_sentence_itself_goes_before_its_neighbours() -> None:
    assert claimant("“We agree,” Moscow said.", before=FIRST) == "Moscow"


@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=60))
def test_a_claimant_is_never_invented(text: str, before: str, after: str) -> None:
    who = claimant(text, before=before, after=after)
    assert who is None or who in text or who in before or who in after


def test_a_claimant_is_never_cut_short() -> None:
    assert claimant("307 were freed, according to the Russian defence ministry.") == "the Russian defence ministry"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Each side handed over 112 men, the mediators said.", "the mediators"),
        ("The quake left 1,700 dead, the junta said.", "the junta"),
        ("On Monday the interior ministry said 40 were held.", "the interior ministry"),
        ("By Friday morning 80 had fled, the government of Hayan said.", "the government of Hayan"),
        ("Three died, the regional governor, Maksym Kos, said.", "Maksym Kos"),
        ("A senior police officer, speaking anonymously, told AFP that 11 were dead.", "A senior police officer"),
        ("Zahir Noor, a spokesman for the rebels, claimed responsibility.", "Zahir Noor"),
        ("Four vehicles burned, its commander, Col. Ivo Rask, told The Courier.", "Col. Ivo Rask"),
        ("The toll was revised to 35 by the prosecutor’s office.", "the prosecutor’s office"),
        ("The army’s figure of 400 dead could not be verified.", "The army"),
        ("According to Moscow 307 prisoners were freed.", "Moscow"),
        ("The UN rights office has recorded 102 deaths.", "The UN rights office"),
        ("Later the mayor raised the figure to 50.", "the mayor"),
        ("The ministry did not confirm that 40 sailors died.", "The ministry"),
        ("Mediators in Abu Salim said 95 were freed.", "Mediators in Abu Salim"),
    ],
)
def test_claimants_of_all_sorts(text: str, who: str) -> None:
    assert claimant(text) == who


@pytest.mark.parametrize(
    "text",
    [
        "The attack claimed the lives of 40 people.",
        "The war has claimed 9,000 lives.",
        "An estimated 6,000 people fled.",
        "It was reported that 40 people had died.",
        "Neither side said how many were freed.",
        "The United States sent 40 trucks.",
        "That night, she added, 21 patients died.",
        "The group called for help and called off the talks.",
        "They put out the fire and gave up.",
    ],
)
def test_words_of_saying_that_say_nothing(text: str) -> None:
    assert claimant(text) is None


def test_two_claimants_of_one_sentence() -> None:
    found = attributions("Local media reported 12 deaths, while the army spoke of two.")
    assert [each.who for each in found] == ["Local media", "the army"]


@given(st.text(alphabet="a ,.“”said told The Col. 4’s according to by", max_size=300))
def test_reading_claimants_ends(text: str) -> None:
    assert all(each.who in text for each in attributions(text))
