"""Who says so: whether two names of claimants are those of one."""

from __future__ import annotations

from assistant.words import content_stems
from index.days import WEEKDAYS


def same_claimant(a: str, b: str) -> bool:
    """By name where both have one, else by what they are: "the ministry" is "Velm's health ministry"."""
    if a.lower() == b.lower() or "both" in f"{a} {b}".lower():
        return True
    if name_words(a) and name_words(b):
        return bool(set(name_words(a)) & set(name_words(b)))
    return bool(set(content_stems(a)) & set(content_stems(b)))


def name_words(who: str) -> tuple[str, ...]:
    """The words of a claimant that are names: "Colonel Dane of the ministry" -> Colonel, Dane."""
    return tuple(w for w in who.split() if w[:1].isupper() and w.lower() != "the" and w.lower() not in WEEKDAYS)
