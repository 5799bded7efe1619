"""Figures in sentences: how many of what, in which event, done or promised, on whose word, as of when."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import make_sentences

from index.figures import Figure, read_figures

SATURDAY = date(2025, 5, 24)


def figures(*texts: str, published: date | None = SATURDAY) -> tuple[Figure, ...]:
    return read_figures(make_sentences(*texts, published=published))


def only(*texts: str, published: date | None = SATURDAY) -> Figure:
    (figure,) = figures(*texts, published=published)
    return figure


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Russia freed 307 prisoners.", 307, "prisoner"),
        ("Russia freed 307 captives.", 307, "prisoner"),
        ("They released 270 soldiers.", 270, "military"),
        ("They released 120 civilians.", 120, "civilian"),
        ("22 severely wounded men came home.", 22, "wounded"),
        ("Moscow handed over 1,212 bodies.", 1212, "dead"),
        ("The strike hurt two children.", 2, "child"),
        ("697 people have been brought home.", 697, "people"),
        ("Police held 40 arrested men.", 40, "arrested"),
        ("The flood left 90 missing.", 90, "missing"),
    ],
)
def test_what_is_counted(text: str, value: float, kind: str) -> None:
    figure = only(text)
    assert figure.value == value
    assert kind in figure.kinds


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("They exchanged 307 prisoners.", "exchanged"),
        ("307 prisoners were swapped.", "exchanged"),
        ("Russia handed over 307 prisoners.", "exchanged"),
        ("307 people came home.", "exchanged"),
        ("The strike killed 13 civilians.", "killed"),
        ("At least 13 civilians died.", "killed"),
        ("An attack injured 15 people.", "injured"),
        ("Some 400,000 people fled.", "displaced"),
        ("Units shot down 55 drones.", "intercepted"),
        ("Russia launched 250 drones.", "launched"),
        ("The strike damaged 60 homes.", "destroyed"),
        ("Police arrested 40 men.", "detained"),
    ],
)
def test_what_happened_to_them(text: str, action: str) -> None:
    assert only(text).action == action


def test_each_figure_of_a_sentence_has_its_own_kind_and_action() -> None:
    killed, injured, children = figures("The shelling killed three people and injured 12, including two children.")
    assert [killed.action, injured.action, children.action] == ["killed", "injured", "injured"]
    assert [killed.value, injured.value, children.value] == [3, 12, 2]
    assert "child" in children.kinds
    assert "child" not in killed.kinds


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Russia handed over 307 prisoners.", "done"),
        ("307 people have been brought home.", "done"),
        ("The sides agreed to exchange 1,000 prisoners.", "promised"),
        ("The sides will exchange 1,000 prisoners.", "promised"),
        ("Moscow promised to hand over 23 wounded soldiers.", "promised"),
        ("Moscow is expected to free 23 people.", "promised"),
        ("Ukraine did not return 40 prisoners.", "denied"),
        ("Officials denied that 40 people had died.", "denied"),
    ],
)
def test_promised_is_not_done(text: str, state: str) -> None:
    assert only(text).state == state


def test_one_sentence_can_hold_both_a_promise_and_a_deed() -> None:
    done, promised = figures("Moscow freed 390 prisoners, while it will release 23 wounded later.")
    assert (done.state, promised.state) == ("done", "promised")


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("Each side released 390 people.", True),
        ("They exchanged 175 prisoners each.", True),
        ("Russia and Ukraine freed 205 prisoners apiece.", True),
        ("They swapped 303 prisoners on each side.", True),
        ("390 people came home.", False),
        ("In both directions 614 people came home.", False),
    ],
)
def test_one_side_or_both(text: str, each: bool) -> None:
    assert only(text).per_side is each


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Russia freed 307 prisoners on Saturday.", "event"),
        ("In just these two days, 697 people have been brought home.", "several"),
        ("In all, 1,000 prisoners were freed.", "several"),
        ("5,757 people have returned since March 2022.", "total"),
        ("So far 5,757 people have returned.", "total"),
    ],
)
def test_an_event_several_or_everything_so_far(text: str, scope: str) -> None:
    assert only(text).scope == scope


def test_a_total_beside_the_figure_of_a_day() -> None:
    today, ever = figures("Each side freed 303 prisoners, bringing the total to 1,000.")
    assert (today.scope, ever.scope) == ("event", "total")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("307 prisoners were freed on Saturday.", SATURDAY),
        ("390 prisoners were freed on Friday.", date(2025, 5, 23)),
        ("205 prisoners were freed on 6 May.", date(2025, 5, 6)),
        ("246 prisoners were freed on 19 April 2025.", date(2025, 4, 19)),
        ("307 prisoners were freed.", SATURDAY),
        ("5,757 people have returned since March 2022.", SATURDAY),
    ],
)
def test_the_day_of_a_figure(text: str, when: date) -> None:
    assert only(text).when == when


@pytest.mark.parametrize(
    "text", ["307 prisoners were freed on Saturday.", "307 prisoners were freed.", "390 on 6 May."]
)
def test_without_a_day_of_publication_nothing_is_guessed(text: str) -> None:
    assert only(text, published=None).when is None


def test_a_full_date_stands_without_a_day_of_publication() -> None:
    assert only("246 prisoners were freed on 19 April 2025.", published=None).when == date(2025, 4, 19)


@pytest.mark.parametrize(
    ("text", "claimant"),
    [
        ("At least 13 civilians were killed, according to local officials.", "local officials"),
        ("Zelensky said 307 prisoners were freed.", "Zelensky"),
        ("307 prisoners were freed.", None),
    ],
)
def test_who_says_so(text: str, claimant: str | None) -> None:
    assert only(text).claimant == claimant


def test_in_a_running_quotation_the_speaker_stands_in_the_sentence_before() -> None:
    sentences = make_sentences(
        "“It is done,” Zelensky posted on X.", "“In just these two days, 697 people have been brought home.”"
    )
    (figure,) = read_figures(sentences)
    assert figure.claimant == "Zelensky"
    assert figure.speaker == sentences[0]


def test_neighbours_do_not_lend_their_speaker_to_plain_sentences() -> None:
    _, figure = figures("“We lost 12 people,” Zelensky said.", "The strike damaged 60 homes.")
    assert figure.claimant is None


@pytest.mark.parametrize(
    "text",
    [
        "Mykyta Kruchan, 22, told reporters so.",
        "It began at 10:30 on 24 May 2025.",
        "T-72 tanks and Su-34 jets were seen.",
        "It was the 65th exchange of the war.",
        "It is called the 1,000-for-1,000 deal.",
        "They lost 3-1 on Sunday.",
        "The ceasefire held for three days.",
        "It fell 20 km from the border.",
    ],
)
def test_what_counts_nothing(text: str) -> None:
    assert not figures(text)


@pytest.mark.parametrize("text", ["Dozens of people were hurt.", "Hundreds of prisoners came home."])
def test_vague_amounts_stay_vague(text: str) -> None:
    assert only(text).vague


def test_qualifiers_stay_with_their_figure() -> None:
    assert only("At least 13 civilians were killed.").qualifier == "at least"


def test_a_figure_points_at_its_characters_in_the_article() -> None:
    texts = ("It was quiet.", "Then 307 prisoners came home, among them two children.")
    whole = " ".join(texts)
    assert [whole[f.start : f.end] for f in figures(*texts)] == ["307", "two"]


def test_parts_of_a_group_are_figures_of_their_own() -> None:
    both, soldiers, civilians = figures("They freed 390 prisoners: 270 soldiers and 120 civilians.")
    assert [f.value for f in (both, soldiers, civilians)] == [390, 270, 120]
    assert "military" in soldiers.kinds
    assert civilians.kinds == {"civilian"}


def test_no_sentences_no_figures() -> None:
    assert read_figures(()) == ()


# -- sentences with several figures: each has its own event, day, scope and side --


def test_the_words_of_a_total_do_not_reach_into_another_clause() -> None:
    today, ever = figures("Russia freed 303 prisoners on Sunday; 5,757 people have returned since March 2022.")
    assert (ever.scope, ever.period) == ("total", "since March 2022")
    assert (today.scope, today.period) == ("event", "")


def test_a_superlative_since_makes_no_total() -> None:
    figure = only("The raid hurt two children, in one of the heaviest attacks since the war broke out.")
    assert figure.scope == "event"


def test_a_day_earlier_is_not_the_day_of_publication() -> None:
    figure = only("Kyiv confirmed Saturday’s exchange, just a day after each side released a total of 390 people.")
    assert figure.when == date(2025, 5, 23)


def test_wounded_on_top_are_not_of_each_side() -> None:
    _, wounded = figures("They exchanged 175 prisoners each, plus 22 wounded returned to Ukraine.")
    assert not wounded.per_side


def test_a_period_ends_before_the_verb() -> None:
    assert only("The number of prisoners exchanged since 2022 rose to 4,300.").period == "since 2022"


def test_bodies_handed_over_were_not_killed_that_day() -> None:
    assert only("Six thousand bodies were handed over.").action == "exchanged"


def test_dozens_more_injured_are_not_killed() -> None:
    _, injured = figures("At least 13 civilians were killed and dozens more injured.")
    assert injured.action == "injured"


# -- things that are called after people, and what each of two sides did --


@pytest.mark.parametrize(
    "text",
    [
        "The site hosted a quarter million video clips containing sexual abuse of children.",
        "The archive holds 1,200 photographs of prisoners killed in custody.",
        "Investigators examined 40 graves containing bodies of civilians.",
        "The court issued 12 arrest warrants for officers.",
        "The group sent 30 trucks of food to displaced people.",
        "They set up 14 refugee camps.",
    ],
)
def test_things_named_after_people_are_no_people(text: str) -> None:
    figure = only(text)
    assert not figure.kinds
    assert figure.action not in {"killed", "injured", "detained", "displaced", "held"}


@pytest.mark.parametrize(
    "text",
    [
        "The ministry said that 246 servicemen had been returned in exchange for 246 prisoners of war.",
        "Of the 390 on either side, 270 were soldiers and 120 were civilians.",
        "With 390 on Friday, 307 on Saturday and 303 on Sunday, each side has handed over 1,000 people.",
        "The first, 175, is the number of prisoners each side released.",
    ],
)
def test_what_each_side_did_is_said_once_and_holds_for_all(text: str) -> None:
    assert all(figure.per_side for figure in figures(text))


def test_unequal_numbers_in_exchange_for_each_other_are_not_of_each_side() -> None:
    assert not any(f.per_side for f in figures("They freed 50 prisoners in exchange for 1,200 detainees."))


def test_an_agreement_on_a_number_is_no_promise() -> None:
    assert only("On the number they agreed: 25 people went home.").state == "done"


def test_what_is_not_said_of_the_number_does_not_deny_it() -> None:
    assert only("They come on top of the 175 and are not part of the exchange.").state == "done"


# -- bad input: nothing that is no count, and no share of something, becomes a figure --


@pytest.mark.parametrize(
    "text",
    [
        "Kh-101 missiles and Shahed-136 drones hit the city.",
        "He drives a T-72 and lives at 221 Baker Street.",
        "The 47th Brigade and the 3rd Army took part in 2022.",
        "Prisoners aged 18 to 25 were freed.",
        "The youngest, 19, and the oldest, 71, came home.",
        "A 34-year-old man was killed.",
        "Dynamo won 3-1 and Spartak lost 0-2 on 24 May.",
        "The match ended 2:1 after 90 minutes.",
        "On 24/05/2025 and 2025-05-24 nothing happened.",
        "On 24.05.2025 it was quiet.",
        "By May 24 all was over; on the 25th it began again.",
        "The office is at 14 Mira Street, room 307.",
        "The war began in 2014 and 2022 was its worst year.",
        "Call 112 or +380 44 123 4567.",
        "It happened at 10.30 and again at 22:15.",
        "UN Resolution 2334 and Article 5 were cited on page 390.",
        "Units with 155mm guns held Hill 203.",
        "A third of the 300 prisoners were freed.",
        "About 1/3 of people fled.",
        "The 1,000-for-1,000 exchange took place.",
        "So far nobody has said how many were freed.",
    ],
)
def test_what_only_looks_like_a_figure(text: str) -> None:
    assert figures(text) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("About 1,5 million people fled.", 1_500_000),
        ("Some 1.5 million people fled.", 1_500_000),
        ("1.000.000 people fled.", 1_000_000),
        ("12.500 prisoners were freed.", 12_500),
        ("12 500 prisoners were freed.", 12_500),
        ("300 (three hundred) prisoners were freed.", 300),
        ("One hundred and twenty-five prisoners were freed.", 125),
        ("\u0661\u0665\u0660\u0660 people fled.", 1500),
        ("\u0968\u096b\u0966 people were killed.", 250),
    ],
)
def test_one_figure_however_it_is_written(text: str, value: float) -> None:
    figure = only(text)
    assert (figure.value, figure.vague) == (value, False)


@pytest.mark.parametrize(
    "text", ["From 20 to 30 people were killed.", "Two or three people were killed.", "Dozens were killed."]
)
def test_what_is_not_exact_is_never_taken_for_it(text: str) -> None:
    assert only(text).vague


def test_a_change_is_no_range() -> None:
    assert [f.value for f in figures("The number rose from 20 to 30 people.")] == [20, 30]


@pytest.mark.parametrize(
    "text", ["The strike killed or wounded 60 soldiers.", "The fighting left 60 killed and wounded."]
)
def test_dead_and_wounded_together_are_neither(text: str) -> None:
    figure = only(text)
    assert figure.action is None
    assert not figure.kinds & {"dead", "wounded"}


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("The bombings took 253 lives.", "killed"),
        ("The court sentenced 12 men to death.", None),
        ("Thirteen women walked free on Friday.", "exchanged"),
        ("Firefighters freed three workers from the rubble.", "rescued"),
        ("Fighting has driven 130,000 people from their homes.", "displaced"),
        ("Close to 100 people have not been found.", "missing"),
        ("Police hauled off 724 people.", "detained"),
        ("In wine country 3,500 homes went up in flames.", "destroyed"),
        ("Militants have lobbed 3,750 rockets across the border.", "launched"),
    ],
)
def test_idioms_tell_what_happened(text: str, action: str | None) -> None:
    figure = only(text)
    assert (figure.action, figure.state) == (action, "done")


@pytest.mark.parametrize("text", ["On Saturday 44 prisoners were freed.", "Last week 44 prisoners were freed."])
def test_an_undated_article_keeps_its_relative_days_unresolved(text: str) -> None:
    figure = only(text, published=None)
    assert (figure.when, figure.value) == (None, 44)


def test_what_was_put_off_is_not_done() -> None:
    assert only("The release of 104 captives was postponed.").state == "promised"


def test_since_may_give_a_reason() -> None:
    found = figures(
        "Whoever divides the expected 1,000 is guessing, all the more since Hale called the 1,000 a minimum."
    )
    assert [(f.value, f.scope, f.state) for f in found] == [(1000, "event", "promised")] * 2
    assert only("Some 40 men were freed, since nobody guarded them.").scope == "event"
    assert only("Some 4,000 people have been freed since the full-scale war began.").scope == "total"
    assert only("Since 3 May some 4,000 people have been freed.").scope == "total"


# -- what governs a number: the verb around it, the noun before it, a heading; and numbers to which nothing happened --


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("A court ordered the release of 46 protesters arrested in May.", ["exchanged"]),
        ("An exchange involving 64 soldiers took place at the bridge.", ["exchanged"]),
        ("Fatalities from the collapse of the factory stood at 238.", ["killed"]),
        ("The coast guard brought 64 people ashore.", ["rescued"]),
        ("Police took 19 men away for questioning.", ["detained"]),
        ("Pirates took its 23 sailors captive.", ["detained"]),
        ("Shells left nine schools in ashes.", ["destroyed"]),
        (
            "The attack killed 16 soldiers and left 29 others, among them two boys, hurt.",
            ["killed", "injured", "injured"],
        ),
        ("Killed: 14; injured: 39; missing: 6.", ["killed", "injured", "missing"]),
        ("Evacuations went on, with 2,200 people leaving by bus and 800 by boat.", ["displaced", "displaced"]),
        ("The sides exchanged 3,000 prisoners and 12,000 bodies.", ["exchanged", "exchanged"]),
        ("Thirty-four captured men and 11 civilians were handed back.", ["exchanged", "exchanged"]),
        ("A strike on a school killed 12 displaced people.", ["killed"]),
        ("The avalanche buried seven climbers; none survived.", ["killed"]),
    ],
)
def test_the_verb_around_a_number_or_the_noun_before_it_tells_what_happened(text: str, actions: list[str]) -> None:
    assert [figure.action for figure in figures(text)] == actions


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("Six gunmen killed 20 people.", [None, "killed"]),
        ("Thirty people were shot dead by four men.", ["killed", None]),
        ("Twelve of the 40 hostages were freed.", ["exchanged", None]),
        ("Shells hit a clinic; of its 30 patients, four died.", [None, "killed"]),
        ("Police arrested 40 people in 12 cities.", ["detained", None]),
        ("The army deployed 3,000 troops after the killings.", [None]),
        ("Eight people drowned when a boat carrying 40 migrants capsized.", ["killed", None]),
        ("The kidnappers released 25 of their captives.", ["exchanged"]),
    ],
)
def test_nothing_happened_to_who_acts_to_a_whole_or_to_places(text: str, actions: list[str | None]) -> None:
    assert [figure.action for figure in figures(text)] == actions


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Air defences destroyed 31 drones overnight.", "intercepted"),
        ("The quake brought down 300 houses.", "destroyed"),
        ("The kingdom pledged 14 tanks.", "delivered"),
        ("The kingdom pledged $14 million.", "funded"),
        ("The army lost 140 tanks.", "destroyed"),
        ("The army lost 140 soldiers.", "killed"),
        ("The morgue received 30 bodies, and divers brought up 13 bodies.", "recovered"),
    ],
)
def test_the_same_verb_tells_something_else_of_other_things(text: str, action: str) -> None:
    assert figures(text)[-1].action == action


# -- wholes, what is owed of them, and what is taken back --


def test_money_goes_without_its_currency_beside_the_sum_it_is_a_part_of() -> None:
    whole, paid = figures("Of the 310 million euros promised in Lindau, only 118 million have arrived.")
    assert [(f.role, f.state) for f in (whole, paid)] == [("money", "promised"), ("money", "done")]
    _, people = figures("Of the 310 million euros promised, 118 million people got a share.")
    _, few = figures("Of the 310 million euros promised, three have come.")
    assert people.role == few.role == "count"


def test_of_what_is_promised_only_the_part_is_done() -> None:
    found = figures("Orveth has released 62 of the 90 captives it promised, and the Front 14 of 40.")
    assert [(f.value, f.state) for f in found] == [(62, "done"), (90, "promised"), (14, "done"), (40, "promised")]
    assert [f.state for f in figures("Nine of the 30 boats came back.")] == ["done", "done"]


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("The 25 women were the first to be freed.", ["done"]),
        ("The last 17 hostages to be released came home.", ["done"]),
        ("Another 25 women are to be freed.", ["promised"]),
        ("The mayor retracted his earlier toll of 62.", ["denied"]),
        ("The monitors have withdrawn an estimate of 900 dead.", ["denied"]),
        ("The ministry withdrew its first figure of 62, saying 55 people had died.", ["denied", "done"]),
        ("The toll is 55, not 62.", ["done", "denied"]),
        ("The army dropped 62 bombs.", ["done"]),
    ],
)
def test_the_first_to_be_freed_are_free_and_a_figure_withdrawn_is_denied(text: str, states: list[str]) -> None:
    assert [figure.state for figure in figures(text)] == states


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Orveth promised to free 40 captives and said 12 had come home.", ["promised", "done"]),
        ("Orveth said 40 captives were freed and that 12 will follow.", ["done", "promised"]),
        ("Kelma will free 40 captives because 12 sailors came home.", ["promised", "done"]),
        ("Some 40 captives came home because Kelma had agreed to a truce.", ["done"]),
        ("Nine boats came back, out of 40 promised.", ["done", "promised"]),
        ("Some 62 of the 90 sailors promised have been released.", ["done", "promised"]),
    ],
)
def test_what_is_said_or_given_as_a_reason_is_a_clause_of_its_own(text: str, states: list[str]) -> None:
    assert [figure.state for figure in figures(text)] == states


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Nine of the drones were shot down.", "intercepted"),
        ("Twelve of the students kidnapped in March were set free.", "exchanged"),
        ("Nine villagers taken captive in May have been freed.", "exchanged"),
        ("Nine herders kidnapped in Balta were later shot dead.", "killed"),
        ("Nine herders were kidnapped off Balta.", "detained"),
    ],
)
def test_what_is_said_of_a_group_goes_before_what_only_describes_it(text: str, action: str) -> None:
    assert only(text).action == action


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Nine of the drones were shot down.", "drones"),
        ("Six of the villagers were killed.", "villagers"),
        ("Four of the men drowned.", "men"),
        ("Four of the rescue workers drowned.", "workers"),
        ("Some 7,700 tonnes of grain have been delivered.", "tonnes of grain"),
        ("They handed out 900 sacks of maize.", "sacks of maize"),
    ],
)
def test_the_noun_of_a_group_or_a_measure_is_what_is_counted(text: str, counted: str) -> None:
    assert only(text).counted == counted


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Ships unloaded 450 tons of rice.", "delivered"),
        ("Another 44 sailors are in Kelman hands.", "held"),
        ("Some 44 sailors are still in rebel hands.", "held"),
        ("Some 19 teachers were taken at gunpoint.", "detained"),
        ("Some 19 villagers were led away at night.", "detained"),
        ("Some 19 men were taken home.", "exchanged"),
        ("The rebels gave back 14 bodies.", "exchanged"),
        ("Odra sent 63 drones against the port.", "launched"),
        ("Odra sent 63 drones to Velm.", "delivered"),
        ("Some 40 people attended the Free Velm rally.", None),
    ],
)
def test_whose_hands_they_are_in_and_where_they_are_sent(text: str, action: str | None) -> None:
    assert only(text).action == action


@pytest.mark.parametrize("text", ["Some 5,700 refugees have now come home.", "So 300 people have now returned."])
def test_who_has_now_come_is_everybody_so_far(text: str) -> None:
    assert only(text).scope == "total"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Of the 90 captives promised in March, 40 have been freed.", SATURDAY),
        ("By the accord of 3 March 40 captives were freed on 22 May.", date(2025, 5, 22)),
        ("Under the deal of 3 March 40 captives were freed.", SATURDAY),
        ("On 3 March 40 captives were freed.", date(2025, 3, 3)),
    ],
)
def test_the_day_of_a_promise_is_not_that_of_the_deed(text: str, when: date) -> None:
    assert figures(text)[-1].when == when


def test_a_figure_over_several_days_that_is_told_again_is_no_single_days() -> None:
    found = read_figures(
        make_sentences(
            "“In just these two days, 697 people have been brought home,” he wrote.", "Odra has received 697 people as well.",
            published=date(2025, 5, 24),
        )
    )  # fmt: skip
    assert [(f.value, f.scope, bool(f.period)) for f in found] == [(697, "several", True)] * 2
    apart = read_figures(make_sentences("On Saturday Odra received 697 people.", published=date(2025, 5, 24)))
    assert [f.scope for f in apart] == ["event"]


@pytest.mark.parametrize(
    "text", ["A further 22 men, badly wounded, were returned.", "Some 22 men, all wounded, came home."]
)
def test_who_is_said_to_be_wounded_beside_the_noun_is(text: str) -> None:
    assert "wounded" in only(text).kinds


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("The return of 40 bodies, announced in March, is a separate undertaking.", "promised"),
        ("The return of 40 bodies was only a proposal.", "promised"),
        ("The 40 bodies returned on Sunday are a beginning.", "done"),
    ],
)
def test_what_is_called_an_undertaking_is_not_done(text: str, state: str) -> None:
    assert only(text).state == state
