// <form data-segments="vi">: how many text messages the wording costs, while it is written. The server says the same, and more, at its button.

const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENSION = new Set("\f^{}\\[~]|€");
const PLAIN = { "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "…": "...", "•": "-", "\u00a0": " ", "đ": "d", "Đ": "D" };

export function start(form) {
  const text = form.elements.text;
  const out = form.querySelector("[data-segments-out]");
  const gaps = [...form.querySelectorAll("[data-gap]")].map(({ dataset }) => [dataset.gap, dataset.example, "W".repeat(Number(dataset.limit))]);
  const show = () => {
    const [usual, longest] = [1, 2].map((which) => segments(sent(filled(text.value, gaps, which), form.dataset.segments)));
    const price = (count) => `${count} (${new Intl.NumberFormat(document.documentElement.lang).format(count * Number(form.dataset.price))} ₫)`;
    out.textContent = out.dataset.one.replace("USUAL", price(usual)).replace("LONGEST", price(longest));
    out.hidden = false;
  };
  text.addEventListener("input", show);
  show();
}

function filled(text, gaps, which) {
  return gaps.reduce((known, gap) => known.replaceAll(`{${gap[0]}}`, gap[which]), text);
}

/** As it leaves: composed, and without accents unless the language keeps them. */
function sent(text, language) {
  if (language === "vi_accented") return text.normalize("NFC");
  const typed = [...text].map((char) => PLAIN[char] ?? char).join("");
  return typed.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
}

/** Segments of a text: 160 or 153 GSM units, 70 or 67 of UCS-2, no character torn apart. */
export function segments(text) {
  const letters = [...text.normalize("NFC").trim()];
  const gsm = letters.every((char) => BASIC.has(char) || EXTENSION.has(char));
  const units = letters.map((char) => (gsm ? (EXTENSION.has(char) ? 2 : 1) : char.length));
  const total = units.reduce((sum, unit) => sum + unit, 0);
  const [alone, joined] = gsm ? [160, 153] : [70, 67];
  if (total <= alone) return total ? 1 : 0;
  let count = 1;
  let used = 0;
  for (const unit of units) {
    if (used + unit > joined) [count, used] = [count + 1, 0];
    used += unit;
  }
  return count;
}
