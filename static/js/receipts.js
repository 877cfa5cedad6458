// Receipt numbers as outreach/swaps/rules.py makes them: the same on a phone without a signal and on the server.

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's: nothing in it looks like something else in it

/** 7QM-3F9X-8D2A-R: three letters of the volunteer's id, eight of the hand-over's, one that checks them. */
export function receiptNo(volunteer, id) {
  const body = letters(volunteer, 3) + letters(id, 8);
  const whole = body + check(body);
  return [whole.slice(0, 3), whole.slice(3, 7), whole.slice(7, 11), whole.slice(11)].join("-");
}

/** The first bits of an id, five to a letter. */
function letters(id, count) {
  const bits = BigInt(`0x${id.replaceAll("-", "")}`);
  return Array.from({ length: count }, (_, place) => LETTERS[Number((bits >> BigInt(128 - 5 * (place + 1))) & 31n)]).join("");
}

/** Luhn's formula to the base of 32: from the right, every second letter counts twice. */
function check(body) {
  let total = 0;
  for (const [place, letter] of [...body].reverse().entries()) {
    const value = LETTERS.indexOf(letter) * (place % 2 ? 1 : 2);
    total += Math.floor(value / 32) + (value % 32);
  }
  return LETTERS[(32 - (total % 32)) % 32];
}
