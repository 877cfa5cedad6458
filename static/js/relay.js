// [data-relay]: parts of a phone's sealed queue, scanned one by one with the camera. Each comes in the address (#OUTREACH1/…), perhaps in
// a tab of its own; they are kept here until all of them are read and sent, or for a day.

import { clock, part } from "./parts.js";

const PREFIX = "outreach.relay/";
const DAY = 86_400_000;
const PART = /^#OUTREACH1\/([\w-]{6})\/(\d{1,3})\/(\d{1,3})\/([\w-]{1,2000})$/;

/** Keeps the part in the address, one entry each: two tabs never write over one another. */
export function take() {
  const found = PART.exec(location.hash);
  if (!found) return;
  const [, tag, number, total, chunk] = found;
  try {
    localStorage.setItem(`${PREFIX}${tag}/${number}/${total}`, JSON.stringify({ at: Date.now(), chunk }));
  } catch (problem) {
    return console.warn(problem); // it stays in the address
  }
  history.replaceState(history.state, "", location.pathname + location.search);
}

/** The queues of which something was read, the last one first; what is older than a day is gone. */
function queues() {
  const found = new Map();
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    const { at, chunk } = JSON.parse(localStorage.getItem(name));
    if (Math.abs(Date.now() - at) > DAY) {
      localStorage.removeItem(name);
      continue;
    }
    const [tag, number, total] = name.slice(PREFIX.length).split("/");
    const queue = found.get(tag) ?? { tag, total: Number(total), at: 0, chunks: new Map() };
    queue.chunks.set(Number(number), chunk);
    queue.at = Math.max(queue.at, at);
    found.set(tag, queue);
  }
  return [...found.values()].sort((one, other) => other.at - one.at);
}

function forget(tag) {
  for (const name of Object.keys(localStorage)) if (name.startsWith(`${PREFIX}${tag}/`)) localStorage.removeItem(name);
}

const missing = ({ chunks, total }) => Array.from({ length: total }, (_, at) => at + 1).filter((number) => !chunks.has(number));
const text = ({ tag, chunks, total }) => [...chunks].sort(([one], [other]) => one - other).map(([number, chunk]) => `OUTREACH1/${tag}/${number}/${total}/${chunk}`).join("\n");

export function start(place) {
  const field = document.querySelector("[data-relay-parts]");
  const show = () => say(place, field);
  take();
  if (PART.test(location.hash) && field) field.value ||= location.hash.slice(1); // this window keeps nothing
  if (place.dataset.relay) forget(place.dataset.relay); // the server has answered for these
  addEventListener("storage", show); // the next code came into another tab
  addEventListener("hashchange", () => (take(), show()));
  addEventListener("pageshow", (event) => event.persisted && show());
  show();
}

let filled = ""; // what stands in the field by our hand; what a person wrote there stays

function say(place, field) {
  const found = queues();
  const whole = found.find((one) => !missing(one).length);
  const ours = field && (field.value === filled || found.some((one) => text(one) === field.value));
  if (ours) field.value = filled = whole ? text(whole) : "";
  const before = place.textContent;
  const fresh = document.createElement("div");
  fresh.append(...found.map((queue) => told(queue, queue === whole, () => say(place, field))).filter(Boolean));
  if (fresh.textContent !== before) place.replaceChildren(...fresh.childNodes);
}

function told(queue, ready, again) {
  const left = missing(queue);
  const name = left.length ? "relay-some" : ready ? "relay-all" : "relay-later";
  const copy = part(name, { read: queue.total - left.length, total: queue.total, missing: left.join(", "), time: clock(queue.at) });
  copy?.querySelector("[data-act=forget]")?.addEventListener("click", () => (forget(queue.tag), again()));
  return copy;
}
