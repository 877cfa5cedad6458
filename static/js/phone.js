// [data-phone], the strip under the bar: wakes the service worker, keeps the day pack fresh, sends the outbox, says how things stand.

import { flush, holds, reports, tidy, who } from "./outbox.js";
import { paint } from "./overlay.js";
import * as packs from "./pack.js";
import { part } from "./parts.js";
import * as store from "./store.js";

const LONG = 12 * 3_600_000;
const FRESH = 120_000;
const HEARD = 20_000; // so often an open page asks whether a programme was changed
const [HELD, LOST] = ["outreach.held", "outreach.lost"]; // these outlive an eviction of everything else

export async function start(strip) {
  const show = (how) => say(strip).then(() => paint(how)).then(homesHere).catch((problem) => cannotKeep(strip, problem));
  if ("BroadcastChannel" in globalThis) new BroadcastChannel("outreach").onmessage = () => show();
  for (const name of ["online", "offline"]) addEventListener(name, () => show());
  addEventListener("online", () => send(true));
  navigator.serviceWorker?.addEventListener("controllerchange", () => show()); // from now on its pages open without a signal
  addEventListener("pageshow", (event) => event.persisted && show());
  document.addEventListener("visibilitychange", () => document.hidden || beat(strip));
  document.addEventListener("outreach-send", () => send(true)); // the day's end asks by hand
  try {
    await sameperson(strip.dataset.user);
    await show({ opening: true });
  } catch (problem) {
    return cannotKeep(strip, problem);
  }
  wakeWorker();
  await beat(strip, { opening: !sessionStorage.getItem("outreach.open") });
  sessionStorage.setItem("outreach.open", "yes");
  setInterval(() => document.hidden || beat(strip), 5_000);
}

/** A page the server made for somebody else: the pack of the person before goes. */
async function sameperson(user) {
  if (!user) return;
  const pack = await packs.current();
  if (pack && pack.user !== user) await packs.forget();
  if ((await who()) !== user) await store.put("meta", { id: "who", user });
}

async function wakeWorker() {
  try {
    await navigator.serviceWorker?.register("/sw.js", { type: "module", updateViaCache: "none" });
  } catch (problem) {
    console.warn(problem); // no worker: pages come from the network, reports are kept all the same
  }
}

let shown = false;
let asked = 0; // when the pack was last asked for, answered or not

async function beat(strip, { opening = false } = {}) {
  const sent = send(opening); // reports first: the pack can wait
  const pack = await packs.current();
  if (shown && !pack) return location.reload(); // its day is over, or the leader took it back: nothing of it stays on the screen
  shown = Boolean(pack);
  const old = !pack || Date.now() - pack.checked > FRESH;
  if (navigator.onLine !== false && old && Date.now() - asked > FRESH && strip.dataset.user) {
    asked = Date.now();
    await idle();
    await packs.refresh();
  }
  if (navigator.onLine !== false && pack && Date.now() - Number(sessionStorage.getItem("outreach.heard")) > HEARD) {
    sessionStorage.setItem("outreach.heard", Date.now());
    if (await packs.outdated(pack)) await packs.refresh();
  }
  await sent;
  const day = (await packs.current())?.day;
  if (day) await tidy(day);
}

const idle = () => new Promise((resolve) => (globalThis.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 2_000 }) : setTimeout(resolve, 200)));

/** The worker sends even when this page is left meanwhile; without one the page does. */
async function send(now) {
  const worker = navigator.serviceWorker?.controller;
  if (worker) worker.postMessage({ flush: true, now });
  else await flush({ now });
}

async function say(strip) {
  const user = (await who()) ?? strip.dataset.user;
  const kept = await reports(user);
  const others = (await store.all("reports")).filter((one) => one.user !== user && holds(one));
  const waiting = kept.filter((one) => one.state === "waiting");
  const refused = kept.filter((one) => one.state === "refused");
  const lines = [await evicted(kept.filter(holds).length + others.length)];
  if (waiting.length && (await store.get("meta", "signin"))) lines.push(part("strip-sign-in", { n: waiting.length }));
  else if (waiting.length) lines.push(part(howItWaits(waiting), { n: waiting.length }));
  if (refused.length) lines.push(part("strip-refused", { n: refused.length }));
  if (others.length) lines.push(part("strip-others", { n: others.length }));
  lines.push(await changes());
  const found = lines.filter(Boolean);
  // the same words again would be read out again
  const before = strip.textContent;
  const fresh = document.createElement("div");
  fresh.append(...found);
  if (fresh.textContent !== before) strip.replaceChildren(...fresh.childNodes);
  strip.hidden = !found.length;
  if (waiting.length) askToStay();
}

function howItWaits(waiting) {
  const oldest = Math.min(...waiting.map((one) => one.kept_at));
  if (Date.now() - oldest > LONG) return "strip-long";
  return navigator.onLine === false ? "strip-offline" : "strip-waiting";
}

/** Once for a day's homes, where the day is listed: how many of them this phone can open, counted here and not by the server. */
async function homesHere() {
  const place = document.querySelector("[data-homes-here]");
  const pack = place && navigator.serviceWorker?.controller && (await packs.current());
  if (!pack?.stops.length) return;
  const key = [pack.user, pack.day, ...pack.stops.map((stop) => stop.id)].join(" ");
  if ((await store.get("meta", "told"))?.key === key) return;
  const n = await packs.homes(pack);
  if (n === null) return;
  const whole = n === pack.stops.length;
  place.replaceChildren(part(whole ? "homes-here" : "homes-lacking", { n, total: pack.stops.length }) ?? "");
  if (whole) await store.put("meta", { id: "told", key });
}

/** The number of reports held is noted apart: if the rest is gone, the browser threw it away, and that is said. */
async function evicted(count) {
  if (!(await store.get("meta", "alive"))) {
    await store.put("meta", { id: "alive" });
    if (Number(localStorage.getItem(HELD))) localStorage.setItem(LOST, localStorage.getItem(HELD));
  }
  localStorage.setItem(HELD, count);
  const lost = Number(localStorage.getItem(LOST));
  if (!lost) return null;
  const told = part("strip-evicted", { n: lost });
  told.querySelector("button").addEventListener("click", () => {
    localStorage.removeItem(LOST);
    told.remove();
  });
  return told;
}

let stays = false;

async function askToStay() {
  if (stays || !navigator.storage?.persist) return;
  stays = true;
  if (!(await navigator.storage.persisted())) await navigator.storage.persist();
}

/** What the leader changed in the route; it stays until somebody has looked. */
async function changes() {
  const found = await store.get("meta", "changes");
  if (!found || (!found.added.length && !found.removed.length)) return null;
  const banner = part("changes", { more: found.added.length, less: found.removed.length });
  for (const [name, stops] of [["added", found.added], ["removed", found.removed]]) {
    const list = banner.querySelector(`[data-${name}]`);
    for (const stop of stops) list.append(part(`change-${name}`, { home: stop.name, address: stop.address }));
  }
  banner.querySelector("button").addEventListener("click", async () => {
    await store.remove("meta", "changes");
    banner.remove();
  });
  return banner;
}

function cannotKeep(strip, problem) {
  console.warn(problem);
  strip.replaceChildren(part("strip-cannot-keep"));
  strip.hidden = false;
}
