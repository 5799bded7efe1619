"""What the model writes, over a real index: shown only where it stands on what it cites, whatever it is."""

from __future__ import annotations

import pytest
from fakes_bench import CHECKS, UNDATED, Bench, drafts
from fakes_model import SURE, UNSURE, sure_of

from assistant.reading import LOSS
from assistant.records import Event, Status, Turn
from assistant.trial import LOOKS
from index.errors import ModelStopped, ReplyCut

# -- replies that were cut off --


def test_a_sentence_without_its_end_is_no_answer(dated: Bench) -> None:
    cut = ReplyCut(
        "longer than 72 tokens", partial="Sentence: 1\nAnswer: The buses arrived in the border town of Varn at"
    )
    answer = dated.ask("Where did the buses arrive?", cut, checks=(SURE,))
    assert "Varn" in answer.text
    assert any(answer.text.startswith(c.quote.rstrip(".")) for c in answer.citations), (
        "the article's own sentence stands for it"
    )


def test_a_reply_that_went_on_behind_its_answer_is_one(dated: Bench) -> None:
    written = "Sentence: 1\nAnswer: The buses arrived in the border town of Varn at noon.\nSentence: 2\nAnswer: And"
    answer = dated.ask("Where did the buses arrive?", ReplyCut("longer", partial=written), checks=(SURE, SURE))
    assert answer.text == "The buses arrived in the border town of Varn at noon [1]."


def test_a_rewriting_that_was_cut_off_is_not_used(dated: Bench) -> None:
    answer = dated.ask(
        "Where did the buses arrive?",
        ReplyCut("longer", partial="Where did the buses of the"),
        "Sentence: 1\nAnswer: The buses arrived in the border town of Varn at noon.",
        checks=(SURE, SURE),
        history=[Turn(question="Hello?", answer="The articles say nothing on this topic.")],
    )
    assert answer.standalone == "Where did the buses arrive?"


def test_a_model_that_dies_keeps_what_it_had_written(dated: Bench) -> None:
    dated.model.load(
        [ModelStopped("the server broke off: ask again", partial="Sentence: 1\nAnswer: The buses")], (SURE,)
    )
    seen: list[Event] = []
    with pytest.raises(ModelStopped) as raised:
        seen.extend(dated.assistant.stream("Where did the buses arrive?"))
    *_, last = drafts(seen)
    assert last == "The buses"
    assert raised.value.partial.endswith("The buses")


# -- what the model writes --

ATTACK = "What happened in the capital overnight?"
DRAFT = "An overnight aerial attack on the capital injured 19 people."
LIES = [
    (ATTACK, "19 people", "An overnight aerial attack injured 91 people.", "91"),
    (ATTACK, "19 people", "Overnight, ninety-one people were injured.", "ninety-one"),
    ("What happened outside the capital?", "14 civilians", "At least 15 civilians were killed.", "15"),
    ("What did the sides agree to?", "900 prisoners", "They agreed to swap 1,000 prisoners of war each.", "1,000"),
    ("What did Petrova call the night?", "bitter night", "Petrova called it a “terrible night”.", "terrible"),
    ("What did Petrova call the night?", "bitter night", "It was a “bitter night”, said Viktor Stahl.", "said Viktor"),
    ("Who is the leader of Kelma?", "leader of Kelma", "The leader of Kelma is Boris Grau.", "Grau"),
    ("Where were the talks?", "failed ceasefire talks", "The failed ceasefire talks were held in Varn.", "Varn"),
    ("When did the air strikes on Odra come?", "air strikes", "The air strikes on Odra came on 3 June 2024.", "2024"),
    ("When did the air strikes on Odra come?", "air strikes", "The air strikes on Odra came on Tuesday.", "Tuesday"),
]


def test_a_true_draft_is_shown_with_its_citation(undated: Bench) -> None:
    answer = undated.ask(ATTACK, f"Sentence: 1\nAnswer: {DRAFT}", checks=(sure_of("19 people"),) * CHECKS)
    assert answer.text == "An overnight aerial attack on the capital injured 19 people [1]."
    assert [c.quote[:7] for c in answer.citations] == ["Earlier"]
    assert answer.status is Status.ANSWERED
    assert DRAFT in answer.raw_text
    assert answer.model == "scripted"


@pytest.mark.parametrize(("question", "told", "lie", "particular"), LIES)
def test_a_lying_model_is_never_shown(undated: Bench, question: str, told: str, lie: str, particular: str) -> None:
    answer = undated.ask(question, f"Sentence: 1\nAnswer: {lie}", checks=(sure_of(told, lie),) * CHECKS)
    assert particular not in answer.text
    assert told in answer.text, "the article's own sentence stands for it"
    assert lie in [r.text for r in answer.removed]
    assert all(r.reason for r in answer.removed)
    assert lie in answer.raw_text, "what the model wrote can be looked up"


@pytest.mark.parametrize(("question", "told"), sorted({(question, told) for question, told, _, _ in LIES}))
@pytest.mark.parametrize("reply", ["", "\n\n", "Sentence: 99\nAnswer: ", "[1] [2] [99]", "<|im_end|>", "999", "(1)"])
def test_whatever_the_model_writes_every_promise_holds(undated: Bench, question: str, told: str, reply: str) -> None:
    answer = undated.ask(question, reply, checks=(sure_of(told),) * CHECKS)
    assert "99" not in answer.text
    assert told in answer.text


def test_a_draft_the_check_is_less_sure_of_is_not_shown(undated: Bench) -> None:
    whole = next(line for line in UNDATED.splitlines() if "19 people" in line)
    for yes, shown in ((SURE, DRAFT), (SURE - LOSS / 2, DRAFT), (SURE - 2 * LOSS, whole), (UNSURE, whole)):
        beliefs = (lambda prompt, yes=yes: yes if DRAFT in prompt else sure_of("19 people")(prompt),) * CHECKS
        answer = undated.ask(ATTACK, f"Sentence: 1\nAnswer: {DRAFT}", checks=beliefs)
        assert answer.status is Status.ANSWERED
        assert answer.text.replace(" [1]", "") == shown, yes


def test_a_sentence_the_check_denies_is_not_shown(undated: Bench) -> None:
    answer = undated.ask(ATTACK, checks=(UNSURE,) * LOOKS)
    assert answer.status is Status.NOT_STATED
    assert "19" not in answer.text
    assert answer.nearest, "the nearest sentences are shown, and not as an answer"


def test_markers_of_the_model_are_not_ours(undated: Bench) -> None:
    reply = "Sentence: 1\nAnswer: An overnight aerial attack [7] on the capital injured 19 people [99]."
    answer = undated.ask(ATTACK, reply, checks=(sure_of("19 people"),) * CHECKS)
    assert answer.text == "An overnight aerial attack on the capital injured 19 people [1]."


def test_the_day_of_publication_lends_its_digits_to_no_count(dated: Bench) -> None:
    reply = "Sentence: 1\nAnswer: An overnight aerial attack on the capital of Odra injured 22 people."
    answer = dated.ask("What happened in the capital of Odra?", reply, checks=(sure_of("aerial attack"),) * CHECKS)
    assert "22 people" not in answer.text
    assert "19 people" in answer.text


def test_a_false_name_at_the_head_of_a_sentence_is_not_shown(dated: Bench) -> None:
    reply = "Sentence: 1\nAnswer: Stahl arrived in the border town of Varn at noon."
    answer = dated.ask("Where did the buses arrive?", reply, checks=(SURE,) * 2)
    assert "Stahl" not in answer.text
