"""Digests that recognise a person without keeping who they are. Pure.

What they are for: two teams, or a team and a bank, should notice that they are about to give the
same person the same thing, without either telling the other whom it helps.

What an attacker can do, and what is done about it:

- *A stolen database.* An identity number is 12 digits: three for the province, one for sex and
  century, two for the birth year, six more. Whoever knows a person needs a million guesses, so a
  plain or even a slow hash protects nobody. Digests are HMAC-SHA-256 under a pepper of at least 32
  characters that lives in the environment, not in the database nor in its backups. Without it the
  digests say nothing, not even whether two people have numbers that are alike.
- *A stolen database and pepper.* Then every number can be found out in minutes. There is no
  remedy but changing the pepper and deleting the digests (`PersonKey`), which loses only the
  recognising. The number itself is in no table, log, draft, audit entry or answer of ours.
- *Changing the pepper.* Old digests cannot be made anew, because the numbers are gone. The old
  pepper stays beside the new one (`identity_pepper_before`): a number that is typed is looked for
  under both, and its row then carries the new one. When few old rows are left, the old pepper goes.
- *A partner that is curious.* Lists between partners are made under another key, shared by those
  who compare. Whoever has that key can test a guess against a list: it tells them of a person they
  can name whether that person was helped with this programme, and nothing of others. That is what
  the comparison is, so the key goes to partners with an agreement only, and lists hold digests in
  an order that tells nothing. Name digests are weaker still (names can be listed): they are a
  hint, never proof.
- *A phone.* Phones get no key, or a lost phone could try all numbers. Their day's pages carry
  the outcome instead: "somebody like this was already helped", for the homes of that day only.
- *A curious clerk or volunteer* who types numbers to see what comes: the answer names a programme
  and no person, typing is audited, and it takes the right to see the resident.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of this site, from its settings; empty ones are off."""

    pepper: str = ""
    before: str = ""
    shared: str = ""

    @property
    def on(self) -> bool:
        """Whether numbers are asked for at all."""
        return bool(self.pepper)

    def digests(self, number: str) -> list[str]:
        """A number under every pepper in use, the present one first."""
        return [of_number(key, number) for key in (self.pepper, self.before) if key]


def cleaned(text: str) -> str | None:
    """The twelve digits of what was typed, or None: it is no such number."""
    digits = re.sub(r"[\s.-]", "", text)
    return digits if _NUMBER.fullmatch(digits) and digits.isascii() else None


def of_number(key: str, number: str) -> str:
    """The digest of an identity number under a key, hexadecimal."""
    return _digest(key, f"number {number}")


def of_name(key: str, folded_name: str, birth_year: int) -> str:
    """The digest of a folded name and birth year under a key, hexadecimal."""
    return _digest(key, f"name {folded_name} {birth_year}")


def label(key: str) -> str:
    """Tells keys apart without telling them: eight hexadecimal digits, empty for none."""
    return _digest(key, "label")[:8] if key else ""


def _digest(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
