"""Each kind of file, as real ones look and as broken or hostile ones do. All fixtures are made here."""

from __future__ import annotations

import csv
import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfWriter

from index.errors import LoadError, SettingsError
from index.load import Item, read
from index.load_decode import clean_line, clean_text, decode, transcode
from index.load_draft import title_of
from index.load_faults import REASONS, Format, mapped
from index.load_language import language_of
from index.records import Article, Failure
from index.settings import IndexSettings

SETTINGS = IndexSettings()
MAY_24 = date(2025, 5, 24)
PARAGRAPH = (
    "Russia and Ukraine exchanged 307 prisoners each on Saturday, in the second stage of their largest exchange of the "
    "war, a few hours after heavy night attacks on Kyiv, officials of both countries said."
)
OTHER = "Both sides confirmed the number, and said that the third stage would follow on the next day as agreed."


def item(name: str) -> Item:
    return Item(location=f"/news/{name}", path=Path(f"/news/{name}"), url=None)


def read_all(name: str, content: bytes | str, settings: IndexSettings = SETTINGS) -> list[Article | Failure]:
    return list(read(item(name), content.encode() if isinstance(content, str) else content, settings))


def article(name: str, content: bytes | str) -> Article:
    (found,) = read_all(name, content)
    assert isinstance(found, Article), found
    return found


def reason(name: str, content: bytes | str, settings: IndexSettings = SETTINGS) -> str:
    (found,) = read_all(name, content, settings)
    assert isinstance(found, Failure), found
    assert found.location == f"/news/{name}"
    assert "\n" not in found.reason
    return found.reason


# -- text and Markdown --


def test_a_raw_text_has_the_first_sentence_as_title_and_nothing_else() -> None:
    first = "Ukraine and Russia exchanged 307 prisoners Saturday in the second stage of a swap, a rare moment."
    found = article("raw.txt", f"{first} More to come.\n{PARAGRAPH}\nWith wires")
    assert found.source.title == first
    assert (found.source.outlet, found.source.author, found.source.url, found.source.published) == (None,) * 4
    assert found.source.path == "/news/raw.txt"
    assert found.source.language == "en"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"307 freed on each side\n\n{PARAGRAPH}", "307 freed on each side"),
        (f"Saturday, 24 May 2025\nBy Jane Doe\n307 freed on each side\n{PARAGRAPH}", "307 freed on each side"),
        (
            PARAGRAPH,
            "Russia and Ukraine exchanged 307 prisoners each on Saturday, in the second stage of their largest…",
        ),
        ("Short.", "Short."),
        ("x" * 300, "x" * 99 + "…"),
        (f"The U.S. said so on Monday in Geneva. {OTHER}", "The U.S. said so on Monday in Geneva."),
    ],
)
def test_title_of_a_text_without_one(text: str, title: str) -> None:
    assert title_of(text) == title
    assert len(title) <= 100


FRONT = """---
title: "307 freed: the second stage"
Outlet: Seed corpus
authors: [Jane Doe, John Roe]
date: 2025-05-24
lang: en-GB
url: https://news.example/swap
---

"""


def test_front_matter_names_the_source() -> None:
    source = article("swap.md", FRONT + PARAGRAPH).source
    assert (source.title, source.outlet, source.author) == (
        "307 freed: the second stage", "Seed corpus", "Jane Doe, John Roe",
    )  # fmt: skip
    assert (source.published, source.language, source.url) == (MAY_24, "en", "https://news.example/swap")
    assert article("swap.md", "\ufeff\r\n" + FRONT.replace("\n", "\r\n") + PARAGRAPH).source == source


def test_markdown_reads_as_it_looks() -> None:
    found = article(
        "a.md",
        "# 307 *freed*\n\nThe [ministry](https://x.example/a_b) **said** it.\n\n> “A _rare_ moment”\n\n"
        "![map](m.png)<!-- hidden\nnote -->snake_case_word 2 * 3 * 4\n",
    )
    assert found.source.title == "307 freed"
    assert found.text == "307 freed\n\nThe ministry said it.\n\n“A rare moment”\n\nsnake_case_word 2 * 3 * 4"


def test_a_ruled_line_is_no_front_matter() -> None:
    assert article("a.md", f"---\n{PARAGRAPH}\n---\n{OTHER}").text.endswith(OTHER)
    assert PARAGRAPH in article("a.md", f"---\n{PARAGRAPH}\n---\n{OTHER}").text
    assert article("a.md", f"---\ntitle: without an end\n{PARAGRAPH}").text.startswith("---")


def test_front_matter_that_is_not_yaml_is_named() -> None:
    assert "front matter" in reason("a.md", f"---\ntitle: Kyiv\ntags:\n - [attack\n---\n{PARAGRAPH}")


@pytest.mark.parametrize(
    "title",
    ["Kyiv: attack", '"They left": a day at the bridge', "[Live] Kyiv under attack", "It's over: peace", "@x: y"],
)
def test_a_headline_in_front_matter_needs_no_quotes(title: str) -> None:
    front = f"---\ntitle: {title}\ndate: 2025-05-24\nauthor: 'J: Doe'\n---\n{PARAGRAPH}"
    source = article("a.md", front).source
    assert (source.title, source.published, source.author) == (title, MAY_24, "J: Doe")


def test_tags_in_front_matter_do_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    front = f"---\ntitle: !!python/object/apply:os.system ['touch {trace}']\nauthor: !x y\n---\n{PARAGRAPH}"
    assert article("a.md", front).source.author == "y"
    assert not trace.exists()


@pytest.mark.parametrize("nested", ["[" * 30_000, "- " * 30_000, "{a: " * 15_000, "? " * 30_000])
def test_deeply_nested_front_matter_does_not_end_python(nested: str) -> None:
    assert "front matter" in reason("a.md", f"---\ntitle: x\na:\n {nested}\n---\n{PARAGRAPH}")


def test_an_alias_bomb_in_front_matter_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    assert "nested" in reason("a.md", f"---\ntitle: x\n{bomb}---\n{PARAGRAPH}")


@pytest.mark.parametrize("text", ["", " \n\t\n", "\0\0\0", "---\ntitle: x\n---\n", "\u202e\u200b\ufeff"])
def test_nothing_to_read_is_a_failure(text: str) -> None:
    assert reason("a.md", text) in {"is empty", "has no readable text"}


def test_a_text_over_the_limit_is_a_failure() -> None:
    small = IndexSettings(max_article_chars=100)
    assert "over the limit of 100" in reason("a.txt", PARAGRAPH, small)
    assert len(read_all("a.txt", "x" * 100, small)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "[" * 200_000,
        "*" * 200_000,
        "_a" * 100_000,
        "![" * 100_000,
        "<!--" * 50_000,
        "# " * 100_000,
        "# " + "#" * 200_000 + "x",
        "# a" + " " * 200_000 + "x",
    ],
)
def test_markdown_of_brackets_is_read_in_no_time(line: str) -> None:
    start = time.process_time()
    read_all("a.md", line + "\n" + PARAGRAPH)
    assert time.process_time() - start < 3


# -- encodings and invisible characters --

RUSSIAN = "Россия и Украина обменялись 307 пленными в субботу, сообщило министерство обороны."


@pytest.mark.parametrize(
    "content",
    [
        RUSSIAN.encode(),
        RUSSIAN.encode("utf-8-sig"),
        RUSSIAN.encode("utf-16"),
        RUSSIAN.encode("utf-16-le"),
        RUSSIAN.encode("utf-16-be"),
        RUSSIAN.encode("utf-32"),
        RUSSIAN.encode("cp1251"),
        RUSSIAN.encode("koi8_r"),
    ],
)
def test_every_usual_encoding_of_russian_is_read(content: bytes) -> None:
    assert article("ru.txt", content).text == RUSSIAN


def test_western_text_is_read_however_few_its_marks_are() -> None:
    assert decode("He said “no” — and left for the café.".encode("cp1252")) == "He said “no” — and left for the café."
    assert decode("Café".encode("cp1252")) == "Café"


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    assert decode((RUSSIAN * 3).encode() + b"\xd0") == RUSSIAN * 3 + "\ufffd"


def test_a_page_and_a_server_may_say_their_encoding() -> None:
    words = "Обмен"
    assert decode(f'<meta charset="windows-1251">{words}'.encode("cp1251"), markup=True).endswith(words)
    assert transcode(words.encode("koi8_r"), "koi8-r") == words.encode()
    assert transcode(words.encode(), "koi8-r") == words.encode()  # it is UTF-8, whatever the server says
    assert transcode(words.encode("cp1251"), "zlib") == words.encode("cp1251")


def test_binary_is_not_text() -> None:
    assert "not text" in reason("a.txt", bytes(range(256)) * 20)
    assert "not text" in reason("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)


def test_invisible_characters_go_and_visible_ones_stay() -> None:
    assert clean_text("30\u202e7\u2066 \u200bpris\u00adoners\x00\x07\U000e0041\ud800") == "307 prisoners"
    assert clean_text("a\r\nb\rc\u2028d\x85e\tf\u00a0g") == "a\nb\nc\nd\ne\tf\u00a0g"
    assert clean_text("Zelenskyj\u030c “x” می\u200cخواهم 👩\u200d👧") == "Zelensky\u01f0 “x” می\u200cخواهم 👩\u200d👧"
    assert clean_line(" a\n\u202eb\x00  c ") == "a b c"
    assert clean_line("word " * 300) == ("word " * 100).strip()
    assert clean_line(" \u200b\n") is None


def test_metadata_is_cleaned_too() -> None:
    row = {
        "title": "A\u202e\nB",
        "text": PARAGRAPH,
        "outlet": "\u200b",
        "url": "javascript:alert(1)",
        "author": "x" * 900,
    }
    source = article("a.json", json.dumps(row)).source
    assert (source.title, source.outlet, source.url) == ("A B", None, None)
    assert source.author == "x" * 500


# -- language --


@pytest.mark.parametrize(
    ("text", "said", "language"),
    [
        (PARAGRAPH, None, "en"),
        (PARAGRAPH, "ru-RU", "ru"),
        (PARAGRAPH, "EN_us", "en"),
        (PARAGRAPH, "English", "en"),
        (RUSSIAN * 3, None, "ru"),
        ("Der Präsident sagte am Samstag, dass der Austausch von 307 Gefangenen auf beiden Seiten abgeschlossen sei, "
         "was The Guardian und The Times bestätigten; die dritte Etappe soll am Sonntag folgen.", None, "de"),
        ("De president zei dat de uitwisseling van 307 gevangenen was afgerond, of dat nu klopt of niet; de derde fase "
         "van de ruil volgt op zondag, zo meldde het ministerie van Defensie.", None, "nl"),
        ("Kyiv 307", None, None),
        ("307 " * 200, None, None),
    ],
)  # fmt: skip
def test_language_is_as_said_or_surely_detected(text: str, said: str | None, language: str | None) -> None:
    assert language_of(text, said) == language


# -- JSON, JSON lines, tables --

ROW = {
    "headline": "307 freed",
    "Body": PARAGRAPH,
    "source": {"id": None, "name": "Seed corpus"},
    "byline": ["Jane Doe", {"name": "John Roe"}],
    "publishedAt": "2025-05-24T10:00:00Z",
    "link": "https://news.example/swap",
    "lang": "en",
}


@pytest.mark.parametrize("shape", [lambda row: [row], lambda row: {"status": "ok", "Articles": [row]}, lambda row: row])
def test_json_in_its_usual_shapes(shape: Callable[[object], object]) -> None:
    source = article("a.json", json.dumps(shape(ROW))).source
    assert (source.title, source.outlet, source.author) == ("307 freed", "Seed corpus", "Jane Doe, John Roe")
    assert (source.published, source.url, source.language) == (MAY_24, "https://news.example/swap", "en")


def test_a_broken_line_is_named_and_the_rest_goes_on() -> None:
    lines = [json.dumps({"text": f"{PARAGRAPH} {n}"}) for n in range(3)]
    found = read_all("a.jsonl", "\n".join([lines[0], '{"text": "cut of', "", lines[1], "[1]", '{"a": 1}', lines[2]]))
    assert [isinstance(each, Article) for each in found] == [True, False, True, False, False, True]
    reasons = [each.reason for each in found if isinstance(each, Failure)]
    assert [each.split(" ")[:2] for each in reasons] == [["line", "2"], ["line", "5"], ["line", "6"]]
    assert "'a'" in reasons[2]


def test_a_file_without_any_article_is_one_failure() -> None:
    assert "(and 99 more)" in reason("questions.jsonl", '{"question": "?"}\n' * 100)
    assert "no articles" in reason("a.json", "[]")
    assert "not articles" in reason("a.json", '"text"')
    assert "not JSON" in reason("a.json", "{")


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "9" * 10_000])
def test_deeply_nested_json_is_a_failure(text: str) -> None:
    assert reason("a.json", text)
    assert reason("a.jsonl", text)


def test_articles_of_one_file_have_ids_of_their_own_that_last() -> None:
    rows = [{"id": 7, "text": "One."}, {"url": "https://a.example", "text": "Two."}, {"text": "Three."}]
    ids = [found.id for found in read_all("a.json", json.dumps(rows)) if isinstance(found, Article)]
    moved = [
        found.id
        for found in read_all("a.json", json.dumps([{"id": 9, "text": "New."}, *rows[:2]]))[1:]
        if isinstance(found, Article)
    ]
    assert len(set(ids)) == 3
    assert moved == ids[:2]
    same = read_all("a.json", json.dumps([rows[0]] * 3))
    assert len({found.id for found in same if isinstance(found, Article)}) == 3


def test_other_names_of_fields_can_be_given() -> None:
    content = json.dumps([{"story": PARAGRAPH, "text": "a teaser", "when": "2025-05-24"}]).encode()
    (found,) = read(item("a.json"), content, SETTINGS, fields={"Story": "text", "when": "published"})
    assert isinstance(found, Article)
    assert (found.text, found.source.published) == (PARAGRAPH, MAY_24)
    with pytest.raises(SettingsError, match="'txt'"):
        list(read(item("a.json"), content, SETTINGS, fields={"story": "txt"}))


def table(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t")])
def test_tables(name: str, delimiter: str) -> None:
    rows = [
        ["URL", "Date", "Title", "Text"],
        ["https://www.news.example/1", "2025-05-24", "307", f'{PARAGRAPH}\n"{OTHER}"'],
    ]
    found = article(name, table(rows, delimiter))
    assert found.text == f'{PARAGRAPH}\n"{OTHER}"'
    assert (found.source.published, found.source.title, found.source.outlet) == (MAY_24, "307", "news.example")


def test_a_field_longer_than_the_csv_modules_limit_is_read_and_the_limit_restored() -> None:
    before = csv.field_size_limit()
    long = "word " * 60_000
    assert article("a.csv", table([["title", "text"], ["x", long]])).text == long.strip()
    assert csv.field_size_limit() == before


def test_rows_that_would_be_cut_or_swallowed_are_named() -> None:
    text = 'title,text\nA,"One."\nB,Two, and more\nC,"Three."\nD,"left open\nE,"Five."\n'
    found = read_all("a.csv", text)
    assert [each.text for each in found if isinstance(each, Article)][:2] == ["One.", "Three."]
    reasons = [each.reason for each in found if isinstance(each, Failure)]
    assert reasons[0].startswith("row 2 has 3 values under 2 names")
    assert reasons[1].startswith("row 4 is not a table")


def test_markup_in_a_row_is_text() -> None:
    body = "<p>One &amp; two.</p><script>x()</script><p>Three<br/>four.</p>"
    assert article("a.json", json.dumps({"body": body})).text == "One & two.\nThree\nfour."


def test_markup_of_open_scripts_is_read_in_no_time() -> None:
    start = time.process_time()
    for body in (
        "<script " * 100_000 + "</p>",
        "</p>" + "<style>" * 100_000,
        "</p>" + "<" * 300_000,
        "<br" + "</p " * 100_000,
    ):
        read_all("a.json", json.dumps({"body": body}))
    assert time.process_time() - start < 3


# -- HTML --


def page(head: str = "", body: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang='en-GB'><head><title>307 freed | Site</title>{head}</head><body><nav>Menu</nav>"
        f"<article><h1>307 freed</h1>{body}<p>{PARAGRAPH}</p><p>{OTHER}</p></article><footer>©2019</footer></body>"
    )


LD = '<script type="application/ld+json">{}</script>'


def test_a_page_with_metadata() -> None:
    head = (
        "<meta property='og:site_name' content='Seed corpus'><meta name='author' content='Jane Doe'>"
        "<meta property='article:published_time' content='2025-05-24T10:00:00Z'>"
        "<meta property='article:modified_time' content='2025-06-01T10:00:00Z'>"
        "<link rel='canonical' href='https://news.example/swap'>"
    )
    found = article("a.html", page(head))
    assert found.source.title == "307 freed"
    assert (found.source.outlet, found.source.author, found.source.language) == ("Seed corpus", "Jane Doe", "en")
    assert (found.source.published, found.source.url) == (MAY_24, "https://news.example/swap")
    assert PARAGRAPH in found.text and OTHER in found.text
    assert "Menu" not in found.text


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (
            LD.format(
                '{"@type": "NewsArticle", "datePublished": "2025-05-24T10:00:00Z", "dateModified": "2025-06-01"}'
            ),
            "",
        ),
        (
            LD.format('{"@graph": [{"@type": ["WebSite"]}, {"@type": "NewsArticle", "datePublished": "2025-05-24"}]}'),
            "",
        ),
        ("<meta itemprop='datePublished' content='2025-05-24'>", ""),
        ("<meta name='date' content='24 May 2025'>", ""),
        ("", "<time datetime='2025-05-24T10:00'>Saturday</time>"),
        ("", "<time class='updated' datetime='2025-06-01'>1 June</time><time datetime='2025-05-24'>24 May</time>"),
        ("", "<div class='byline-date'>Published 24 May 2025</div>"),
        ("", "<p class='dateline'>Saturday, 24 May 2025 10:45 GMT</p>"),
        ("<link rel='canonical' href='https://news.example/2025/05/24/swap'>", ""),
    ],
)
def test_a_page_that_says_its_date(head: str, body: str) -> None:
    assert article("a.html", page(head, body)).source.published == MAY_24


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", ""),
        ("<meta property='article:modified_time' content='2025-06-01'>", ""),
        ("<meta name='date' content='03/04/2025'>", ""),
        ("<meta name='description' content='Since 2022-02-24 10:00:00 there is war'>", ""),
        ("<meta property='og:image' content='https://x.example/2019/01/02/a.jpg'>", "<img src='/2019/01/02/b.jpg'>"),
        (
            LD.format(
                '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "datePublished": "2020-01-01"}]}'
            ),
            "",
        ),
        (LD.format('{"@type": "NewsArticle", "dateModified": "2025-06-01T10:00:00Z"}'), ""),
        (LD.format("{broken"), ""),
        ("", "<p>On 24 February 2022 the invasion began, and on 2025-05-16 both sides met in Istanbul again.</p>"),
        ("", "<aside><time datetime='2020-01-01'>old story</time></aside>"),
        ("", "<p>It began on <time datetime='2022-02-24'>24 February 2022</time>, and goes on.</p>"),
        ("", "<div class='date'>Updated 1 June 2025</div>"),
        ("", "<div class='date'>yesterday</div>"),
    ],
)
def test_a_page_that_does_not_say_its_date(head: str, body: str) -> None:
    assert article("a.html", page(head, body)).source.published is None


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><script>render('307')</script><noscript></noscript></body></html>",
        "<html><head><style>a{}</style></head><body></body></html>",
        "<div>" * 50_000 + "deep",
        "<",
    ],
)
def test_a_page_without_text_is_a_failure(text: str) -> None:
    assert "no readable text" in reason("a.html", text)


def test_a_page_of_nested_dates_is_read_in_no_time() -> None:
    start = time.process_time()
    read_all("a.html", "<html><body>" + "<div class='date'>" * 200 + f"<p>{PARAGRAPH}</p>" * 500)
    assert time.process_time() - start < 5


def test_a_russian_page_in_an_old_encoding() -> None:
    text = f"<html><head><meta charset=windows-1251></head><body><article><p>{RUSSIAN * 3}</p></article></body></html>"
    found = article("a.htm", text.encode("cp1251"))
    assert RUSSIAN in found.text
    assert found.source.language == "ru"


# -- PDF --


def pdf(*pages: list[str], about: dict[str, str] | None = None, password: str | None = None) -> bytes:
    """A PDF with one page for each list of lines, made without any library: pypdf only adds metadata and passwords."""
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    for number, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = f"BT /F1 10 Tf 50 750 Td {shown} ET" if lines else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Resources {font} /MediaBox [0 0 612 792] /Contents {4 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table_at = len(out)
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode()
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF".encode()
    if about is None and password is None:
        return out
    writer = PdfWriter(clone_from=io.BytesIO(out))
    writer.add_metadata(about or {})
    if password is not None:
        writer.encrypt(password, "owner", algorithm="RC4-128")
    saved = io.BytesIO()
    writer.write(saved)
    return saved.getvalue()


LINES = [
    "307 freed on each side",
    "24 May 2025",
    "Russia and Ukraine exchanged 307 prisoners each on Satur-",
    "day, in the second stage of their largest exchange of the",
    "war, the 1,000-",
    "A new paragraph begins here and is a line long, it seems.",
]


def test_a_pdf_reads_as_running_text() -> None:
    about = {"/Title": "Microsoft Word - x.doc", "/Author": "Jane Doe", "/CreationDate": "D:20260101000000Z"}
    found = article("a.pdf", pdf(LINES, [OTHER], about=about))
    assert (
        "exchanged 307 prisoners each on Saturday, in the second stage of their largest exchange of the war"
        in found.text
    )
    assert found.text.endswith(OTHER)
    assert (found.source.title, found.source.author) == ("307 freed on each side", "Jane Doe")
    assert found.source.published == MAY_24  # the date line's, not the file's
    assert article("a.pdf", pdf([OTHER], about=about)).source.published is None


def test_pdfs_that_cannot_be_read() -> None:
    assert reason("a.pdf", pdf([], [])) == "is a picture: run OCR first"
    assert "is encrypted" in reason("a.pdf", pdf(LINES, password="secret"))
    assert "not a readable PDF" in reason("a.pdf", b"%PDF-1.7\n" + b"junk" * 100)
    assert "not a readable PDF" in reason("a.pdf", pdf(LINES)[:200])
    assert "over the limit" in reason("a.pdf", pdf(*[[OTHER]] * 20), IndexSettings(max_article_chars=500))


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    assert OTHER in article("a.pdf", pdf([OTHER], password="")).text


def test_a_page_named_a_hundred_thousand_times_is_refused() -> None:
    bomb = pdf([OTHER]).replace(b"/Kids [3 0 R] /Count 1", b"/Kids [" + b"3 0 R " * 5_000 + b"] /Count 5000")
    assert reason("a.pdf", bomb)


# -- Word --


def docx(*, title: str = "", author: str = "", paragraphs: tuple[str, ...] = (PARAGRAPH, OTHER)) -> bytes:
    document = Document()
    document.core_properties.title, document.core_properties.author = title, author
    document.add_paragraph("307 freed", style="Title")
    for text in paragraphs:
        document.add_paragraph(text)
    rows = document.add_table(rows=1, cols=2).rows
    rows[0].cells[0].text, rows[0].cells[1].text = "23 May", "390"
    document.add_paragraph("After the table.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def test_a_word_document() -> None:
    found = article("a.docx", docx(title="Untitled", author="Jane Doe"))
    assert found.text == f"307 freed\n{PARAGRAPH}\n{OTHER}\n23 May | 390\nAfter the table."
    assert (found.source.title, found.source.author, found.source.published) == ("307 freed", "Jane Doe", None)
    assert article("a.docx", docx(author="python-docx")).source.author is None


def test_word_documents_that_cannot_be_read() -> None:
    assert "not a readable Word" in reason("a.docx", b"PK\x03\x04junk")
    assert "encrypted" in reason("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert "not a readable Word" in reason("a.docx", docx()[:-100])
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    assert "not a readable Word" in reason("a.docx", empty.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    small = IndexSettings(max_file_bytes=200_000)
    bomb = repacked(docx(), lambda name, old: b" " * 300_000 if name == "word/document.xml" else old)
    assert len(bomb) < 200_000
    assert "zip bomb" in reason("a.docx", bomb, small)


def test_entities_in_a_word_document_are_not_expanded() -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )

    def change(name: str, old: bytes) -> bytes:
        if name != "word/document.xml":
            return old
        head, rest = old.split(b"?>", 1)
        return head + b"?>" + entities.encode() + b"]>" + rest.replace(b"307 freed", b"&j;")

    start = time.process_time()
    for found in read_all("a.docx", repacked(docx(), change)):
        assert "haha" not in (found.text if isinstance(found, Article) else found.reason)
    assert time.process_time() - start < 2


def test_a_cell_that_spans_a_billion_columns_is_one_cell() -> None:
    wide = repacked(docx(), lambda name, old: old.replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="1000000000"/>'))
    assert "23 May | 390" in article("a.docx", wide).text


# -- the table of third-party errors --


def _causes() -> dict[Format, list[Exception]]:
    import httpx
    from docx.exceptions import InvalidSpanError
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError, XPathEvalError  # type: ignore[import-untyped]
    from pypdf.errors import DependencyError, FileNotDecryptedError, PdfStreamError
    from yaml import YAMLError
    from yaml.scanner import ScannerError

    xml = [XMLSyntaxError("x", 1, 1, 1), XPathEvalError("x"), RecursionError("x"), KeyError("x")]
    return {
        "pdf": [
            PdfStreamError("x"),
            DependencyError("x"),
            FileNotDecryptedError("x"),
            RecursionError("x"),
            KeyError("x"),
        ],
        "docx": [
            *xml,
            zipfile.BadZipFile("x"),
            PackageNotFoundError("x"),
            InvalidSpanError("x"),
            NotImplementedError("x"),
        ],
        "html": xml,
        "feed": xml,
        "json": [json.JSONDecodeError("x", "", 0), RecursionError("x"), ValueError("x")],
        "csv": [csv.Error("x")],
        "yaml": [YAMLError("x"), ScannerError(problem="x"), ValueError("x"), RecursionError("x")],
        "web": [
            *(
                httpx.ConnectError("x"),
                httpx.ReadTimeout("x"),
                httpx.RemoteProtocolError("x"),
                httpx.DecodingError("x"),
            ),
            *(httpx.InvalidURL("x"), httpx.StreamClosed(), OSError("x"), UnicodeError("x")),
        ],
    }


CAUSES = [(of, cause) for of, causes in _causes().items() for cause in causes]


def test_every_format_has_its_row() -> None:
    assert {of for of, _ in CAUSES} == set(REASONS)


@pytest.mark.parametrize(("of", "cause"), CAUSES, ids=[f"{of}-{type(cause).__name__}" for of, cause in CAUSES])
def test_a_fault_of_a_library_becomes_one_line(of: Format, cause: Exception) -> None:
    with pytest.raises(LoadError) as raised, mapped(of):
        raise cause
    assert raised.value.__cause__ is cause
    assert "\n" not in str(raised.value)


def test_only_the_faults_in_the_table_are_mapped() -> None:
    with pytest.raises(KeyError), mapped("json"):
        raise KeyError("ours")
    with pytest.raises(LoadError, match=r"^as it is$"), mapped("pdf"):
        raise LoadError("as it is")
    with pytest.raises(KeyboardInterrupt), mapped("pdf"):
        raise KeyboardInterrupt


def test_the_text_formats_load_no_heavy_library() -> None:
    import subprocess

    code = "import sys, index.load; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {
        "trafilatura",
        "htmldate",
        "dateparser",
        "lxml",
        "pypdf",
        "docx",
        "feedparser",
        "httpx",
        "py3langid",
        "numpy",
    }
    assert heavy.isdisjoint(loaded)
