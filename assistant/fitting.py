"""Which figures can answer a figure question: of the kind, event, time and direction asked for. Unsure means no."""

from __future__ import annotations

import re
from datetime import timedelta

from assistant.count import FATES, SPECIFIC, WEAPON_TYPE, CountQuestion, direction
from assistant.giving import gives, receiver_of
from assistant.timescope import TimeScope
from assistant.words import content_stems, has_name, names, stem
from index.counted import classes_of
from index.days import find_days
from index.figures import Figure, actions_in, kinds_in

_MEASURE = re.compile(r"(?:tonnes|tons|barrels|litres|liters|sacks|bags|truckloads|cases|launches)\b", re.IGNORECASE)
_ASSAULT = re.compile(r"\b(?:attack\w*|raids?|str(?:ikes?|uck)|wave|barrage|salvo|targets?|assault)\b", re.IGNORECASE)
_DAYS = re.compile(r"\bdays?\b", re.IGNORECASE)
TOLD_LATER = timedelta(days=2)
ABOUT = timedelta(days=31)  # "since the start of September" for "since 1 September"
_OF_PRISONERS = re.compile(
    r"\b(?:prisoners?|pows?|captives?|captivity|detainees?|hostages?|inmates?|exchang\w+|swap\w*|custody|prisons?|jails?)\b",
    re.IGNORECASE,
)


def compatible(figure: Figure, asked: CountQuestion, *, title: str = "", before: str = "", opening: str = "") -> bool:
    """Whether a figure is of the kind, event, time and direction asked for. Unsure means no. `before`: the sentences before its own;
    `opening`: that with which its article opens, which says what people are counted in it."""
    if figure.vague or figure.state == "denied" or figure.role == "share" or (figure.role == "money") != asked.money:
        return False
    return (
        _same_kind(figure, asked, f"{title} {before}", opening)
        and _same_event(figure, asked, title)
        and _same_time(figure, asked.scope, compared=asked.compared)
        and _same_direction(figure, asked)
        and (not asked.giver or gives(figure, asked.giver))
        and (figure.state == "promised") <= asked.promised
        and (figure.scope != "event" or not asked.several)
    )


def special_kinds(figure: Figure) -> frozenset[str]:
    """The kinds of a figure's people that set them apart; men and women are people."""
    return (figure.kinds & SPECIFIC) - ({"woman"} if "people" in figure.kinds else set())


def _same_kind(figure: Figure, asked: CountQuestion, context: str = "", opening: str = "") -> bool:
    if figure.kinds & asked.aside:
        return False  # "with the wounded thrown in, how many went home": the wounded are not all
    if asked.thrown_in and figure.per_side:
        return False  # those exchanged one for one are not all either
    if asked.money:
        return True  # the role of the figure has been compared
    if not asked.kinds:
        stems = set(content_stems(figure.counted))
        if not stems or _MEASURE.match(figure.counted) or actions_in(figure.counted) & asked.actions:
            stems |= set(
                content_stems(figure.sentence.text)
            )  # "7,700 tonnes", "118 launches": of what, the sentence says
        return not asked.words or bool(asked.words & stems)
    special = asked.kinds & SPECIFIC
    mine = special_kinds(figure)
    if special:
        implied = {
            "dead": "killed",
            "wounded": "injured",
            "arrested": "detained",
            "displaced": "displaced",
            "missing": "missing",
        }
        if (mine - asked.kinds) & {"child", "woman"}:
            return False  # a part of those asked about
        if special == {"displaced"} and not mine and figure.action in asked.actions - {"displaced"}:
            return "displaced" in kinds_in(f"{context} {figure.sentence.text}")  # those of them who went home
        return bool(special & mine) or any(figure.action == implied[k] for k in special & implied.keys())
    if not asked.actions and asked.kinds - {"people"} and not asked.kinds & figure.kinds:
        return False  # how many fighters there are: not how many people are counted in something that happened
    if (
        "prisoner" in asked.kinds
        and not figure.kinds & {"prisoner", "military"}
        and not _OF_PRISONERS.search(f"{opening} {context} {figure.sentence.text}")
    ):
        return False  # people who return may be refugees
    if mine - {"civilian"} or (mine and mine == figure.kinds - {"people"} and "prisoner" in asked.kinds):
        return False
    if "military" in asked.kinds and figure.kinds and not figure.kinds & {"military", "prisoner"}:
        beside = kinds_in(figure.sentence.text)  # people may be anybody, and "soldiers and civilians" are both
        near = (
            kinds_in(context) if figure.scope == "event" else set()
        )  # on one of several days there were only soldiers
        return "civilian" not in beside and "military" in beside | near
    return bool(figure.kinds) or not figure.counted


def _same_event(figure: Figure, asked: CountQuestion, title: str) -> bool:
    if not asked.actions:  # who took part, who needs food: not who was killed, arrested or injured there
        return figure.action not in FATES
    if figure.action in asked.actions:
        return True
    implied = {
        "killed": "dead",
        "injured": "wounded",
        "detained": "arrested",
        "displaced": "displaced",
        "missing": "missing",
    }
    if any(implied.get(a) in figure.kinds for a in asked.actions):
        return True
    told = actions_in(f"{title} {figure.sentence.text}")
    if (
        figure.action == "delivered"
        and "launched" in asked.actions
        and "weapons" in classes_of(figure.counted, figure.kinds)
    ):
        return bool(
            _ASSAULT.search(f"{title} {figure.sentence.text}")
        )  # "sent 63 drones and four missiles at the city"
    return figure.action is None and bool(asked.actions & told)


def _same_time(figure: Figure, scope: TimeScope, *, compared: bool) -> bool:
    if scope.month and figure.scope == "total":
        return False  # what one exchange came to is no total since some day
    # what several came to is told later, too, but what came in a few days came then
    of_month = figure.scope == "event" or compared or bool(_DAYS.search(figure.period))
    if scope.month and of_month and figure.when and not scope.month[0] <= figure.when <= scope.month[1]:
        return False
    if scope.first is None and scope.last is None:
        return True
    if figure.when is None:
        return False
    if scope.weekdays and figure.scope == "event" and figure.when.weekday() not in scope.weekdays:
        return False
    if figure.scope == "total" and scope.named and scope.first and scope.last and figure.when > scope.last:
        # "died on Thursday, taking the number killed in the 12 April ambush to six"
        days = find_days(figure.sentence.text, figure.sentence.source.published)
        return any(d.first and d.first == d.last and scope.first <= d.first <= scope.last for d in days)
    if figure.scope == "total" and not (
        scope.named and scope.last
    ):  # one since some other day says nothing about "this year"
        begins = [d.first for d in find_days(figure.period, figure.when) if d.first]
        return bool(begins and scope.first) and abs(min(begins) - scope.first) <= ABOUT  # type: ignore[operator]
    # without a day of its own a figure has that of its report, which may come a day or two after the event
    last = scope.last + TOLD_LATER if scope.last and not figure.dated and figure.scope == "event" else scope.last
    return (scope.first is None or figure.when >= scope.first) and (last is None or figure.when <= last)


def _same_direction(figure: Figure, asked: CountQuestion) -> bool:
    # "31 wounded Ukrainians went to Ukraine, and 15 wounded Russians to Russia": of two groups in one sentence each has its own
    own = frozenset(map(stem, names(f"x {WEAPON_TYPE.sub(' ', figure.counted)}")))
    theirs = own or frozenset(map(stem, receiver_of(figure))) or direction(figure.sentence.text, figure.counted)
    if not asked.towards or not theirs:
        return True
    return any(has_name(a, theirs) or has_name(t, asked.towards) for a in asked.towards for t in theirs)
