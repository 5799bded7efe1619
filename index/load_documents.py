"""PDF and Word files: their text and what they say about themselves.

Dates a program wrote (PDF CreationDate, Word's "created") are left alone: they tell when the file was made, and an old
story saved today is not today's news.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from typing import Any

from index.errors import LoadError
from index.load_draft import Draft
from index.load_faults import mapped

MAX_PAGES = 2_000  # an article has a few; a page tree can name one page a million times
MAX_PARTS = 5_000  # files in a .docx; one with many pictures has hundreds
UNPACKED = 10  # times `max_file_bytes` all parts of a .docx may unpack to; its text alone once
MADE_TITLE = re.compile(
    r"(?:microsoft word - .*|untitled.*|word document|document\d*|.*\.(?:docx?|pdf|indd|rtf))", re.I
)
MADE_AUTHOR = re.compile(r"(?:python-docx|user|admin(?:istrator)?|unknown|owner|microsoft office user)", re.I)

_END = re.compile(r"[.!?…:][\"”’»)]*$")


def read_pdf(content: bytes, *, max_chars: int) -> Draft:
    """Text of all pages. Raises LoadError for an encrypted file, a picture, or what is no PDF."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every bent object it mended
    with mapped("pdf"):
        from pypdf import PdfReader

        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not _opens(reader):
            raise LoadError("is encrypted: save it without a password")
        if len(reader.pages) > MAX_PAGES:
            raise LoadError(f"has {len(reader.pages):,} pages, over the limit of {MAX_PAGES:,}: split it into articles")
        pages: list[str] = []
        length = 0
        for page in reader.pages:
            pages.append(unwrap(page.extract_text() or ""))
            length += len(pages[-1])
            if length > max_chars:
                break
        if not any(text.strip() for text in pages):
            raise LoadError("is a picture: run OCR first" if len(reader.pages) else "has no pages")
        about: Any = reader.metadata or {}
        return Draft(
            text="\n\n".join(pages),
            title=_made(about.get("/Title"), MADE_TITLE),
            author=_made(about.get("/Author"), MADE_AUTHOR),
        )


def read_docx(content: bytes, *, max_bytes: int) -> Draft:
    """Paragraphs and tables in order. Raises LoadError for what is no .docx, or would unpack to far too much."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise LoadError("is encrypted or in the old .doc format: save it as .docx without a password")
    with mapped("docx"):
        _check_unpacked(content, max_bytes)
        from docx import Document
        from docx.table import Table

        document = Document(io.BytesIO(content))
        parts: list[str] = []
        heading: str | None = None
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                parts += [" | ".join(filter(None, _cells(row))) for row in block.rows]
                continue
            if not parts and block.text.strip() and getattr(block.style, "name", None) in {"Title", "Heading 1"}:
                heading = block.text
            parts.append(block.text)
        about = document.core_properties
        return Draft(
            text="\n".join(part for part in parts if part.strip()),
            title=heading or _made(about.title, MADE_TITLE),
            author=_made(about.author, MADE_AUTHOR),
            language=about.language or None,
        )


def unwrap(text: str) -> str:
    """A page's printed lines as running text: a line that fills the column goes on in the next, a hyphen is undone.

    A column is as wide as its longest line; a line under three quarters of it, or ending a sentence at less than nine
    tenths, ends a paragraph.
    """
    lines = [line.strip() for line in text.split("\n")]
    width = max(map(len, lines), default=0)
    joined: list[str] = []
    open_line = False
    for line in lines:
        if open_line and line and joined:
            before = joined[-1]
            if re.search(r"[^\W\d_]-$", before) and line[0].islower():
                joined[-1] = before[:-1] + line
            else:
                joined[-1] = before + ("" if before.endswith("-") else " ") + line
        else:
            joined.append(line)
        full = len(line) >= 0.75 * width if not _END.search(line) else len(line) >= 0.9 * width
        open_line = width >= 30 and bool(line) and full
    return "\n".join(joined)


def _opens(reader: Any) -> bool:
    """Whether the empty password opens it: such a file only restricts printing, and every viewer shows it."""
    return bool(reader.decrypt(""))


def _check_unpacked(content: bytes, max_bytes: int) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > UNPACKED * max_bytes:
        raise LoadError("unpacks to far more than an article: it is damaged or a zip bomb")
    if any(part.file_size > max_bytes for part in parts):
        raise LoadError("unpacks to far more text than an article: it is damaged or a zip bomb")


def _cells(row: Any) -> list[str]:
    """Texts of a row's cells, read from the XML: python-docx repeats a cell as often as a (hostile) span asks for."""
    from docx.oxml.ns import qn

    def text_of(paragraph: Any) -> str:
        return "".join(run.text or "" for run in paragraph.iter(qn("w:t")))

    cells = (" ".join(map(text_of, cell.iter(qn("w:p")))) for cell in row._tr.tc_lst)
    return [" ".join(cell.split()) for cell in cells]


def _made(value: object, by_program: re.Pattern[str]) -> str | None:
    """What a person wrote into a field; None for what a program fills in."""
    text = str(value or "").strip()
    return None if by_program.fullmatch(text) else text or None
