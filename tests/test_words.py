"""Words as verification compares them: content words, names, quotations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.words import content_stems, mended, name_in, names, plain_quotes, quotations, recased, stem


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("prisoners", "prisoner"),
        ("Exchanged", "exchange"),
        ("Zelensky’s", "Zelensky"),
        ("Zelensky's", "Zelensky"),
        ("Mathernová", "Mathernova"),
        ("Türkiye", "turkiye"),
    ],
)
def test_forms_of_one_word_have_one_stem(a: str, b: str) -> None:
    assert stem(a) == stem(b)


def test_stop_words_carry_nothing() -> None:
    assert content_stems("It was said that they would have been in the") == []
    assert content_stems("The prisoners of both sides") == [stem("prisoners"), stem("sides")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On Saturday Zelensky met Marco Rubio in Kyiv.", ("Saturday", "Zelensky", "Marco", "Rubio", "Kyiv")),
        ("The EU and NATO met.", ("EU", "NATO")),
        ("Marco Rubio said so.", ("Marco", "Rubio")),
        ("Prisoners came home.", ()),
        ("They came home. Prisoners wept.", ()),
        ("“Moscow Times” wrote it.", ("Moscow", "Times")),
        ("in one of Russia’s attacks", ("Russia’s",)),
        ("nothing here", ()),
        ("", ()),
    ],
)
def test_names_are_capitalised_and_not_merely_first(text: str, found: tuple[str, ...]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Zelensky", "Zelensky’s men"),
        ("Zelenskyy", "Zelensky said"),
        ("Ukraine", "Ukrainian soldiers"),
        ("Ukrainian", "in Ukraine"),
        ("Russia", "the Russians"),
        ("Mathernova", "Katarina Mathernová"),
        ("EU", "the European Union’s ambassador"),
        ("UN", "the United Nations"),
        ("US", "the United States"),
    ],
)
def test_a_name_in_its_usual_forms(name: str, text: str) -> None:
    assert name_in(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Putin", "Zelensky said"),
        ("Iran", "Iraq"),
        ("Austria", "Australia"),
        ("Slovakia", "Slovenia"),
        ("Odesa", "Kyiv and Moscow"),
        ("EU", "an eulogy"),
        ("Lavrov", "Lavra"),
    ],
)
def test_another_name_is_another_name(name: str, text: str) -> None:
    assert not name_in(name, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He called it a “difficult night” and left.", ("difficult night",)),
        ('He called it a "difficult night" and left.', ("difficult night",)),
        ("Il a dit «une nuit difficile».", ("une nuit difficile",)),
        ("“One,” he said. “Two.”", ("One,", "Two.")),
        ("It’s Kyiv’s night.", ()),
        ("“It never ends", ()),
    ],
)
def test_quotations(text: str, found: tuple[str, ...]) -> None:
    assert quotations(text) == found


def test_quotation_marks_dashes_and_spaces_are_made_plain() -> None:
    assert plain_quotes("“It’s  over”\u00a0–\n he said") == '"It\'s over" - he said'


@given(st.text(max_size=100))
def test_any_text_can_be_read(text: str) -> None:
    assert all(name in text for name in names(text))
    assert all(quotation in text for quotation in quotations(text))
    content_stems(text)


gap = pytest.mark.xfail(strict=True, reason="known gap")


@gap
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("US", "let us go"),
        ("Medvedev", "Viktor Medvedchuk said"),
        ("Niger", "Nigeria’s army"),
    ],
)
def test_names_taken_for_one_another(name: str, text: str) -> None:
    assert not name_in(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("UN", "The United Nations said so."),
        ("American", "The United States said so."),
        ("British", "the UK said so"),
    ],
)
def test_initials_and_adjectives_that_share_no_letters(name: str, text: str) -> None:
    assert name_in(name, text)
    assert not name_in(name, "The mayor of Odra said so.")


TOLD = (
    "Talks in Varn ended. The Orvethi army holds Varn, and on the hills the Orvethi wait.",
    "In reply the Return Office of Varn named a sum. It was no march; in March the Orvethi came.",
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("how many orvethi hold varn?", "how many Orvethi hold Varn?"),
        ("what is varn's answer", "what is Varn's answer"),
        ("did the return office answer", "did the return office answer"),  # a part of a longer name only
        ("was it a march", "was it a march"),  # a word in the texts, too
        ("How many ORVETHI?", "How many ORVETHI?"),
        ("and in kelma?", "and in kelma?"),
        ("", ""),
    ],
)
def test_names_typed_without_capitals_are_written_as_the_texts_write_them(typed: str, written: str) -> None:
    assert recased(typed, TOLD) == written


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how many civillians went home", "how many civilians went home"),
        ("how many civlians went home", "how many civilians went home"),
        ("how many civiilans went home", "how many civilians went home"),
        ("how many civilian homes", "how many civilian homes"),  # the same word in another form
        ("how many Civillians", "how many Civillians"),  # may be a name
        ("who was exported", "who was exported"),
        ("how many dead", "how many dead"),
    ],
)
def test_a_slip_of_the_fingers_is_read_as_the_word_the_texts_have(typed: str, meant: str) -> None:
    assert mended(typed, ("Civilians were expected, and 12 civilians came; some are dear.",)) == meant
