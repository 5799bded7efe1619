"""Words of a text as verification compares them: content words by stem, proper names, quotations. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import Stemmer

_STOP_WORDS = """
    a about according after again against all also am among an and another any are as at be been before being
    between both but by can could d did do does done during each ever every far for from had has have having he her
    here him his how i if in into is it its just ll m many may me might more most much must no nor not of on only
    onto or other our over own per re report reported reports s said same say says shall she should since so some
    still such t tell than that the their them then there these they this those to told too under until us ve very
    via was we were what when where which who whom whose why will with within without would yet you your
"""
STOP = frozenset(_STOP_WORDS.split())
_STEM = Stemmer.Stemmer("english")
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
LONG = 7  # letters from which a word that one slip turns into another is hardly meant otherwise
GAP = 20  # characters: between a stop and the word that opens the next sentence
_STOPPED = re.compile(r"[.!?:]\s*[“\"(]?$")
_QUOTE = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»")
_CAPITALS = re.compile(r"[A-Z][\w’'-]*(?:\s+(?:of\s+|the\s+|and\s+)*[A-Z][\w’'-]*)+")
# Names whose adjective shares no letters with them; "+us" are the initials of "United States"
_ALIASES = {
    "american": frozenset({"us", "usa", "+us", "+usa"}),
    "us": frozenset({"american", "+us", "+usa"}),
    "british": frozenset({"uk", "+uk", "britain"}),
    "uk": frozenset({"british", "britain", "+uk"}),
}
# A name of one word inside a sentence
_ALONE = re.compile(r"\b[a-z][\w’'-]*,?\s([A-Z][\w’'-]{2,})(?![ -][A-Z])")
_ARTICLE = re.compile(r"^(?:The|A|An)\s+")
_NATION = re.compile(r"(?:ian|ians|ish|ese|an|ans|i|is)$")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one word, without case, accents and possessive: "Zelensky's" -> "zelenski"."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", word.lower().replace("’", "'")) if not unicodedata.combining(c)
    )
    return str(_STEM.stemWord(plain.removesuffix("'s").removesuffix("'")))


def content_stems(text: str) -> list[str]:
    """Stems of the content words of a text, in order, stop words left out."""
    return [stem(word) for word in _WORD.findall(text) if word.lower().replace("’", "'") not in STOP]


def names(text: str) -> tuple[str, ...]:
    """Words written as proper names: capitalised, not merely because they open the sentence or a quotation."""
    found = []
    beginning = len(text) - len(text.lstrip(" “\"‘'(«-–—"))
    for match in _WORD.finditer(text):
        word, start = match.group(0), match.start()
        opener = start <= beginning or _STOPPED.search(text, max(0, start - GAP), start)
        if (
            word[0].isupper()
            and word.lower() not in STOP
            and not (opener and not word[1:].isupper() and not _looks_named(text, match.end()))
        ):
            found.append(word)
    return tuple(found)


def as_told(question: str, texts: Sequence[str]) -> str:
    """A question in the words of the texts found for it: slips of the fingers mended, names written as such."""
    return recased(mended(question, texts), texts)


def recased(question: str, texts: Sequence[str]) -> str:
    """A question as people type it ("how many ukrainians"), with the names written as such that `texts` always write so. A word that is
    but a part of longer names ("Coordination Headquarters") stays a word."""
    if not re.search(r"\b[a-z]{3}", question):
        return question
    told = Counter(bare for text in texts for name in _ALONE.findall(text) if (bare := _bare(name)))
    common = {word for text in texts for word in _WORD.findall(text) if word[0].islower()}
    written = {name.lower(): name for name, _ in reversed(told.most_common()) if name.lower() not in common | STOP}

    def spelled(match: re.Match[str]) -> str:
        word = match[0]
        known = word[0].islower() and written.get(_bare(word))
        return f"{known}{word[len(_bare(word)) :]}" if known else word

    return _WORD.sub(spelled, question)


def mended(question: str, texts: Sequence[str]) -> str:
    """A question with its long words that stand nowhere in `texts` written as a word there that one slip of the fingers makes of
    them: a letter too many, one missing, or two that changed places ("civillians")."""
    known = {word.lower() for text in texts for word in _WORD.findall(text) if len(word) >= LONG}
    stems = {stem(word) for word in known}

    def meant(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < LONG or not word.islower() or not word.isalpha() or stem(word) in stems:
            return word
        return min((other for other in known if other[0] == word[0] and _one_slip(word, other)), default=word)

    return _WORD.sub(meant, question)


def _one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter left out, or by two neighbours that changed places."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) == 1:
        return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
    return len(one) == len(other) and any(
        one[:i] + one[i + 1] + one[i] + one[i + 2 :] == other for i in range(len(one) - 1)
    )


def _bare(name: str) -> str:
    """A word without its possessive ending, which keeps its length."""
    return re.sub(r"['’]s?$", "", name)


def _looks_named(text: str, end: int) -> bool:
    """A sentence opener counts as a name when a capitalised word follows ("Marco Rubio said")."""
    following = _WORD.match(text, end + 1)
    return bool(following and following.group(0)[0].isupper() and following.group(0).lower() not in STOP)


def name_in(name: str, text: str) -> bool:
    """Whether a name occurs in a text, in any of its usual forms: possessive, plural, adjective of a country, without accents."""
    return has_name(name, name_stems(text))


def has_name(name: str, stems: frozenset[str]) -> bool:
    """`name_in` over stems computed once."""
    wanted = stem(name)
    if wanted in stems:
        return True
    if name.isupper() and 2 <= len(name) <= 5 and wanted in {s.removeprefix("+") for s in stems if s.startswith("+")}:
        return True
    if _ALIASES.get(wanted, frozenset()) & stems:
        return True
    root = _NATION.sub("", wanted)[:6]
    return len(root) >= 4 and any(s.startswith(root) and abs(len(s) - len(root)) <= 4 for s in stems)


def name_stems(text: str) -> frozenset[str]:
    """The stems of a text for `has_name`, with the initials of its runs of capitalised words ("+eu" for "European Union")."""
    initials = (
        "".join(w[0] for w in re.findall(r"[A-Z][\w’'-]*", _ARTICLE.sub("", run))) for run in _CAPITALS.findall(text)
    )
    return frozenset({*(stem(word) for word in _WORD.findall(text)), *(f"+{stem(i)}" for i in initials if len(i) > 1)})


def quotations(text: str) -> tuple[str, ...]:
    """What a text puts in quotation marks."""
    return tuple(next(group for group in match.groups() if group) for match in _QUOTE.finditer(text))


def plain_quotes(text: str) -> str:
    """A text with typographic quotation marks, dashes and spaces made plain, and white space folded: for verbatim comparison."""
    table = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "})
    return re.sub(r"\s+", " ", text.translate(table)).strip()
