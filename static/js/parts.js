// <template id="phone-parts"> and <template id="page-parts">: pieces of page that the server wrote in the person's language, to be filled in here.

/** A copy of the part with this name, its {names} replaced; null when the page has none. */
export function part(name, values = {}) {
  const where = ["page-parts", "phone-parts"].map((id) => document.getElementById(id)?.content.querySelector(`[data-part="${CSS.escape(name)}"]`));
  const found = where.find(Boolean);
  if (!found) return null;
  const copy = found.cloneNode(true);
  copy.removeAttribute("data-part");
  fill(copy, values);
  return copy;
}

function fill(node, values) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data.includes("{")) node.data = node.data.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    return;
  }
  for (const child of node.childNodes) fill(child, values);
}

/** A part as plain text. */
export const words = (name, values) => part(name, values)?.textContent.trim() ?? "";

/** 08:15 by the phone's own clock. */
export const clock = (moment) => new Date(moment).toTimeString().slice(0, 5);

/** What a report says, as the badges the server would write: what happened, and where the report is. */
export const badges = (report) => [part(`outcome-${report.outcome}`), part(`state-${report.state}`)].filter(Boolean);
