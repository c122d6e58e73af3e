from __future__ import annotations

import pytest

from connectors.email.quoting import own_lines

TEXTS = {
    "plain": ("Hello\nBye", ["Hello", "Bye"]),
    "quoted": ("> old\nmine\n>> older", ["mine"]),
    "answer-above": ("mine\nOn Mon, 2 Mar 2026 at 10:00, Jane <j@example.com> wrote:\nold\nJane", ["mine"]),
    "answer-below": ("On Mon, 2 Mar 2026 Jane wrote:\n> old\n\nmine", ["", "mine"]),
    "answer-between": ("> one\nyes\n> two\nno", ["yes", "no"]),
    "french": ("mine\nLe lun. 2 mars 2026 à 10:00, Jane Doe <j@example.com> a écrit :\nold", ["mine"]),
    "german": ("mine\nAm 02.03.2026 um 10:00 schrieb Jane Doe:\nold", ["mine"]),
    "two-lines": ("mine\nOn Mon, 2 Mar 2026 at 10:00, Jane Doe\n<jane@example.com> wrote:\n> old", ["mine"]),
    "three-lines": ("mine\nLe lun. 2 mars 2026\nà 10:00, Jane\na écrit :\nold", ["mine"]),
    "outlook-english": ("mine\nFrom: Jane\nSent: Monday\nTo: Bob\nSubject: x\n\nold", ["mine"]),
    "outlook-french": ("mine\nDe : Jane\nEnvoyé : lundi\nÀ : Bob\nObjet : x\n\nold", ["mine"]),
    "outlook-german": ("mine\nVon: Jane\nGesendet: Montag\nAn: Bob\nBetreff: x\n\nold", ["mine"]),
    "outlook-bold": ("mine\n*From:* Jane\n*Sent:* Monday\n\nold", ["mine"]),
    "original-message": ("mine\n-----Original Message-----\nold", ["mine"]),
    "original-french": ("mine\n----- Message d'origine -----\nold", ["mine"]),
    "original-german": ("mine\n-----Ursprüngliche Nachricht-----\nold", ["mine"]),
    "forwarded": ("mine\n---------- Forwarded message ---------\nold", ["mine"]),
    "forwarded-by-apple": ("mine\nDébut du message transféré :\nold", ["mine"]),
    "from-a-phone": ("mine\nSent from my iPhone", ["mine"]),
    "from-a-french-phone": ("mine\nEnvoyé de mon iPhone", ["mine"]),
    "a-date-in-a-sentence": (
        "On 12 May we meet.\nLe 12 mai aussi.",
        ["On 12 May we meet.", "Le 12 mai aussi."],
    ),
    "from-in-a-list": ("From: Paris\nhello", ["From: Paris", "hello"]),
    "delimiter": ("mine\n-- \nJane", ["mine", "-- ", "Jane"]),
    "empty": ("", []),
}


@pytest.mark.parametrize(("text", "own"), TEXTS.values(), ids=TEXTS)
def test_only_the_senders_own_lines_are_kept(text: str, own: list[str]) -> None:
    assert own_lines(text.splitlines()) == own
