"""What third-party parsers raise on damaged or hostile files, as one table, and its mapping to LoadError.

Parsers of PDF, Word and HTML break in every way on bytes made to break them, so their rows list the standard errors
a parser's own bugs show as. Errors of our own code are in no row but those: the tests feed each row its cause.
"""

from __future__ import annotations

import csv
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from index.errors import LoadError

Format = Literal["pdf", "docx", "html", "json", "csv", "yaml", "feed", "web"]

PARSER_BREAKS: tuple[type[Exception], ...] = (
    *(ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, MemoryError, OSError),
    *(RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zlib.error),
)  # RuntimeError: with RecursionError and NotImplementedError; SyntaxError: with the XML errors of lxml

REASONS: dict[Format, str] = {
    "pdf": "is not a readable PDF ({}): open it and save it again",
    "docx": "is not a readable Word document ({}): open it and save it again as .docx",
    "html": "is not readable HTML ({}): save the page again",
    "json": "is not JSON ({}): mend the file",
    "csv": "is not a table ({}): save it again as CSV",
    "yaml": "has front matter that is not YAML ({}): put values with a colon in quotes",
    "feed": "is not a readable feed ({}): give the addresses of its articles",
    "web": "cannot be fetched ({}): check the address",
}


def faults(of: Format) -> tuple[type[Exception], ...]:
    """The exceptions of one format's parser. Imports the library: call it only where that is loaded anyway."""
    match of:
        case "pdf":
            from pypdf.errors import DependencyError, DeprecationError, PyPdfError

            return (*PARSER_BREAKS, PyPdfError, DependencyError, DeprecationError)
        case "docx":
            from docx.exceptions import PythonDocxError
            from docx.opc.exceptions import OpcError

            return (*PARSER_BREAKS, *_of_lxml(), zipfile.BadZipFile, OpcError, PythonDocxError)
        case "html" | "feed":
            return (*PARSER_BREAKS, *_of_lxml())
        case "json":
            return (ValueError, RecursionError)
        case "csv":
            return (csv.Error,)
        case "yaml":
            from yaml import YAMLError

            return (YAMLError, ValueError, RecursionError)
        case "web":
            import httpx

            return (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError)


def _of_lxml() -> tuple[type[Exception], ...]:
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    return (LxmlError,)


@contextmanager
def mapped(of: Format) -> Iterator[None]:
    """Turn the faults of one format into a LoadError of one line; a LoadError raised inside passes through."""
    try:
        yield
    except LoadError:
        raise
    except faults(of) as error:
        detail = " ".join(str(error).split())[:160].rstrip(" .:") or type(error).__name__
        raise LoadError(REASONS[of].format(detail)) from error
