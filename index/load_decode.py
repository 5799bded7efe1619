"""Bytes to clean text: encodings, line ends, and the characters nobody can see taken out.

Invisible characters are removed because articles are hostile input: a bidi override or a tag character lets a reader
see another text than the model. It does not parse any format, and it changes no character that prints.
"""

from __future__ import annotations

import re
import unicodedata

from index.errors import LoadError

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)  # in this order: UTF-16's mark begins UTF-32's
CANDIDATES = (
    *("cp1251", "cp1252", "cp1250", "koi8_r", "iso8859_2", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
)  # what news text is found in; without a choice, short texts are taken for Mac or EBCDIC pages
SAMPLE = 65_536  # bytes shown to the detector: its time grows with the length, its certainty hardly
MAX_FIELD = 500  # characters of a title, an outlet, an author: more is not a name

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""")
_TEXT_ENCODING = re.compile(
    r"(windows|cp|iso|latin|koi8|mac|euc|shift|sjis|gb|big5|utf-?16|us-ascii|ascii|ks_c|tis)[\w:.-]*", re.IGNORECASE
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, except newline and tab
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"  # format and bidi
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"  # half characters, no characters, tag characters
)
_BEYOND_ASCII = re.compile("[\x80-\ufffc\U00010000-\U0010ffff]")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")


def decode(content: bytes, *, markup: bool = False) -> str:
    """Text of `content`: by its byte order mark, as UTF-8, by its own declaration (`markup` only), or by detection.

    Raises LoadError when it is not text in any encoding news is written in.
    """
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if bare := _bare_utf16(content):
        return content.decode(bare, "replace")
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd", 0, SAMPLE)
    # a few broken bytes among many good sequences: UTF-8 cut or mixed on the way, not another encoding
    if broken and broken * 20 > len(_BEYOND_ASCII.findall(text, 0, SAMPLE)):
        text = (_declared(content) if markup else None) or _detected(content)
    if len(_BINARY.findall(text, 0, SAMPLE)) * 10 > min(len(text), SAMPLE):
        raise LoadError("is not text but binary: convert it to a text format first")
    return text


def clean_text(text: str) -> str:
    """`text` with \\n as its only line end, without invisible characters, in NFC, without blank space around."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return (text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)).strip()


def clean_line(text: str | None) -> str | None:
    """One line of at most 500 characters for a metadata field; None when nothing is left."""
    if text is None:
        return None
    return " ".join(clean_text(text[: 8 * MAX_FIELD]).split())[:MAX_FIELD].strip() or None


def transcode(content: bytes, charset: str) -> bytes:
    """`content` as UTF-8 if a server said that it is in `charset` and it is not UTF-8 already; else unchanged."""
    if not _TEXT_ENCODING.fullmatch(charset) or any(content.startswith(mark) for mark, _ in BOMS):
        return content
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return (_decoded(content, charset) or "").encode("utf-8") or content
    return content


def _bare_utf16(content: bytes) -> str | None:
    """UTF-16 without a mark: in every script, spaces and line ends leave a NUL on one side only."""
    sample = content[:4096]
    if len(sample) < 8 or len(content) % 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    enough = len(sample) // 2 * 0.08
    if odd > enough and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > enough and odd == 0 else None


def _declared(content: bytes) -> str | None:
    match = _DECLARED.search(content[:4096])
    name = match[1].decode("ascii") if match else ""
    return _decoded(content, name) if _TEXT_ENCODING.fullmatch(name) else None


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # no such encoding, or one that cannot skip what it does not know
        return None


def _detected(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:SAMPLE], cp_isolation=[*CANDIDATES]).best()
    if best is not None:
        return content.decode(best.encoding, "replace")
    sample = content[:SAMPLE]
    strange = sum(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in sample)
    if strange or sum(byte >= 0x80 for byte in sample) * 3 > len(sample):
        raise LoadError("is not text in any known encoding: save it as UTF-8")
    return content.decode("cp1252", "replace")  # too few marks to detect by, and western: the usual case
