// The outbox: a report is kept here before it is sent, and nothing leaves without the server's own receipt for it.
// Used by pages and by the service worker alike. States: waiting, stored, refused, undone (taken back here), aside (put away by hand).

import * as store from "./store.js";

const TOGETHER = 40; // reports in one request
const PATIENCE = [5, 15, 30, 60, 120, 300]; // seconds between tries while nothing arrives
const news = "BroadcastChannel" in globalThis ? new BroadcastChannel("outreach") : null;

export const announce = () => news?.postMessage("changed");

/** Everything kept for this person, the newest first. */
export async function reports(user) {
  const kept = await store.all("reports");
  return kept.filter((one) => one.user === user).sort((one, other) => other.kept_at - one.kept_at);
}

export const holds = (report) => report.state === "waiting" || report.state === "refused";

/** The person whose reports this browser may send now: the one the server last answered as. */
export const who = async () => (await store.get("meta", "who"))?.user ?? null;

/** Keeps a form as it is sent; rejects when the phone cannot. `about` is what lists say of it. */
export async function keep(path, fields, about = {}) {
  const record = {
    id: fields.get("report_id"),
    path,
    body: fields.toString(),
    outcome: fields.get("outcome"),
    state: "waiting",
    tries: 0,
    kept_at: Date.now(),
    user: await who(),
    ...about,
  };
  await store.put("reports", record).catch(async () => {
    await makeRoom();
    return store.put("reports", record);
  });
  announce();
  return record;
}

/** A full disk: what the server has already is the first to go. */
async function makeRoom() {
  for (const one of await store.all("reports")) if (one.state === "stored") await store.remove("reports", one.id);
  for (const one of await store.all("drafts")) await store.remove("drafts", one.id);
}

/** Takes a report back: one that never left simply stays here; another is taken back on the server too. */
export async function takeBack(id) {
  let left = false;
  const report = await store.edit("reports", id, (one) => {
    left = one.tries > 0 || one.state === "stored";
    return { ...one, state: "undone", left };
  });
  if (report && left) {
    await keep(`/reports/${id}/undo`, new URLSearchParams({ report_id: id }), { id: `${id} undo`, kind: "undo", stop: report.stop, title: report.title, user: report.user });
  }
  announce();
  return report;
}

export async function sendAgain(id) {
  await store.edit("reports", id, (one) => ({ ...one, state: "waiting", error: null, errors: null }));
  announce();
}

export async function putAside(id) {
  await store.edit("reports", id, (one) => ({ ...one, state: "aside" }));
  announce();
}

let queued = null;

/** Sends what waits; `now` ends the pause after failed tries. One tab (or worker) at a time. */
export function flush({ now = false } = {}) {
  if (navigator.onLine === false) return Promise.resolve();
  queued ??= turn(async () => {
    queued = null;
    await sendAll(now);
  });
  return queued;
}

const turn = (work) => (navigator.locks ? navigator.locks.request("outreach-outbox", work) : work());

async function sendAll(now) {
  if (now) await store.remove("meta", "pause"); // something has changed: the waits begin anew
  const pause = await store.get("meta", "pause");
  if (pause && pause.until > Date.now() && pause.until < Date.now() + 600_000) return;
  for (;;) {
    const user = await who();
    const due = (await reports(user)).filter(isDue).reverse().slice(0, TOGETHER);
    if (!user || !due.length) return;
    await mark(due);
    const arrived = due.length > 1 ? await sendMany(due, user) : await sendOne(due[0], user);
    announce();
    if (!arrived) return rest(pause);
    await store.remove("meta", "pause");
  }
}

const isDue = (report) => report.state === "waiting" && (report.hold ?? 0) <= Date.now();

/** From here on nobody knows whether the server has it, until an answer says so. */
async function mark(due) {
  for (const { id } of due) await store.edit("reports", id, (one) => ({ ...one, tries: one.tries + 1 }));
}

async function rest(before) {
  const step = Math.min((before?.step ?? -1) + 1, PATIENCE.length - 1);
  const wait = PATIENCE[step] * (0.8 + 0.4 * Math.random());
  await store.put("meta", { id: "pause", step, until: Date.now() + wait * 1000 });
}

async function headers(user, type) {
  const held = (await reports(user)).filter(holds).length;
  return { Accept: "application/json", "Content-Type": type, "Outreach-Held": String(held), "Outreach-User": user, "Outreach-Clock": new Date().toISOString() };
}

async function post(path, body, type, user) {
  try {
    const answer = await fetch(path, { method: "POST", body, headers: await headers(user, type), redirect: "manual", signal: AbortSignal.timeout?.(45_000) });
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    return { status: answer.status, said };
  } catch {
    return { status: 0, said: null };
  }
}

async function sendOne(report, user) {
  const { status, said } = await post(report.path, report.body, "application/x-www-form-urlencoded", user);
  return settle(report, status, said);
}

async function sendMany(due, user) {
  const items = due.map(({ path, body }) => ({ path, body }));
  const { status, said } = await post("/outbox", JSON.stringify({ items, held: due.length }), "application/json", user);
  if (status === 404 || status === 405) return one(due, user); // a server without a letter box
  if (status === 401) return settle(due[0], status, said);
  if (status !== 200 || !Array.isArray(said?.items) || said.items.length !== due.length) return false;
  let arrived = false;
  for (const [place, report] of due.entries()) arrived = (await settle(report, said.items[place].status, said.items[place])) || arrived;
  return arrived;
}

async function one(due, user) {
  let arrived = false;
  for (const report of due) {
    if (!(await sendOne(report, user))) return arrived;
    arrived = true;
  }
  return arrived;
}

/** What an answer means for a report; false when it was no answer of ours and the report has to wait. */
async function settle(report, status, said) {
  const receipt = said?.receipt;
  if (status === 200 && receipt?.id && receipt.id === new URLSearchParams(report.body).get("report_id")) {
    await store.edit("reports", report.id, (one) => ({ ...one, state: one.state === "undone" ? "undone" : "stored", stored_at: receipt.stored_at, heard_at: Date.now(), again: receipt.again, error: null }));
    await store.remove("meta", "signin");
    return true;
  }
  if (status === 401 && said?.error) await signedOut(said.code);
  if (![400, 403, 404, 409, 410, 413, 422].includes(status) || typeof said?.error !== "string") return false;
  await store.edit("reports", report.id, (one) => (one.state === "undone" ? null : { ...one, state: "refused", status, error: said.error, errors: said.errors ?? {}, code: said.code }));
  return true;
}

/** The server knows this browser no more: reports wait. When somebody ended it on purpose, its pages go at once. */
export async function signedOut(code) {
  await store.put("meta", { id: "signin" });
  if (code !== "signed_out") await store.remove("meta", "pack");
  announce();
}

/** Compares with what the server listed when asked at `asked`: a report it does not have after all waits again. */
export async function compare(user, listed, asked) {
  const known = new Set(listed);
  for (const one of await reports(user)) {
    const later = one.heard_at >= asked; // its receipt came while the list was on its way
    if (one.state === "stored" && one.kind === "report" && !later && !known.has(one.id)) await store.edit("reports", one.id, (kept) => ({ ...kept, state: "waiting" }));
  }
  announce();
}

/** Forgets what needs no keeping: reports the server has, of days that are over. */
export async function tidy(day) {
  for (const one of await store.all("reports")) if (!holds(one) && one.day !== day) await store.remove("reports", one.id);
  for (const one of await store.all("drafts")) if (one.day !== day) await store.remove("drafts", one.id);
}
