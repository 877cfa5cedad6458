// The day pack: this volunteer's own route as whole pages in the browser's cache, with an end, and gone at once when revoked.

import { announce, holds, reports, signedOut } from "./outbox.js";
import * as store from "./store.js";

const PREFIX = "outreach-pack-";

/** The pack that may be shown now, or null. What is past its end is thrown away. */
export async function current() {
  const pack = await store.get("meta", "pack").catch(() => null);
  if (!pack) return null;
  const now = Date.now();
  if (now < pack.ends && now > pack.began - 86_400_000) return pack; // a clock set back by more than a day is wrong
  await forget();
  return null;
}

/** One of its pages. */
export async function page(pack, path) {
  const cache = await caches.open(PREFIX + pack.version);
  return cache.match(path);
}

/** How many homes of the pack can really be opened from this phone; null where no browser keeps pages. */
export async function homes(pack) {
  if (!("caches" in globalThis)) return null;
  const kept = await (await caches.open(PREFIX + pack.version)).keys();
  const paths = new Set(kept.map((request) => new URL(request.url).pathname));
  return pack.stops.filter((stop) => paths.has(`/stops/${stop.id}`)).length;
}

/** Pages go at once; reports stay until the server has them. */
export async function forget() {
  await store.remove("meta", "pack").catch(() => null);
  await store.remove("meta", "changes").catch(() => null);
  await dropOthers(null);
}

async function dropOthers(version) {
  if (!("caches" in globalThis)) return;
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== PREFIX + version) await caches.delete(name);
}

/** Asks the server for today's pack; says "new", "same", "revoked", "signed_out" or "no answer". */
export async function refresh() {
  const known = await current();
  const kept = known ? await reports(known.user) : [];
  const headers = { Accept: "application/json", "Outreach-Held": String(kept.filter(holds).length), "Outreach-Clock": new Date().toISOString() };
  const whole = known && [null, known.stops.length].includes(await homes(known)); // else all of it is fetched again
  if (whole) headers["If-None-Match"] = `"${known.version}"`;
  let answer, pack;
  try {
    answer = await fetch("/today/pack", { headers, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout?.(30_000) });
    if (answer.status === 304) return await checked(known), "same";
    if (answer.headers.get("Content-Type")?.includes("json")) pack = await answer.json();
  } catch {
    return "no answer";
  }
  if (answer.status === 401 && pack?.error) {
    if (pack.code !== "signed_out") await forget();
    await signedOut(pack.code);
    return pack.code ?? "revoked";
  }
  if (answer.status !== 200 || pack?.format !== "outreach-pack-1") return "no answer";
  await install(pack, answer.headers.get("Content-Security-Policy"), known);
  return "new";
}

/** Whether a programme was defined anew since the pack was made; false where nobody answers. */
export async function outdated(pack) {
  const answer = await fetch("/today/programmes", { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout?.(10_000) }).catch(() => null);
  return answer?.status === 200 && Boolean(pack.programmes) && (await answer.text()) !== pack.programmes;
}

const checked = async (known) => {
  await store.edit("meta", "pack", (pack) => ({ ...pack, checked: Date.now() }));
  await store.put("meta", { id: "who", user: known.user });
  await store.remove("meta", "signin");
};

async function install({ lines, pages, seal, volunteer, ...pack }, policy, known) {
  const began = Date.now();
  const user = volunteer.id;
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin" };
  if ("caches" in globalThis) {
    const cache = await caches.open(PREFIX + pack.version);
    // one after the other: a slow phone must stay free for a thumb meanwhile
    for (const [path, woven] of Object.entries(pages)) await cache.put(path, new Response(unwoven(lines, woven), { headers }));
  }
  if (known?.user === user && known.day === pack.day) await noteChanges(known.stops, pack.stops);
  else await store.remove("meta", "changes");
  // lengths of time survive a wrong clock, dates do not
  const ends = began + (Date.parse(pack.expires_at) - Date.parse(pack.server_time));
  await store.put("meta", { ...pack, id: "pack", user, began, ends, checked: began });
  await store.put("meta", { ...seal, id: "seal" }); // outlives its pack: what waits may be handed over after the night
  await store.put("meta", { id: "who", user });
  await store.remove("meta", "signin");
  await dropOthers(pack.version);
  announce();
}

/** A page from runs of shared lines (where each begins, and how many), its own ids put in. */
function unwoven(lines, [runs, ids]) {
  const found = [];
  for (let at = 0; at < runs.length; at += 2) found.push(...lines.slice(runs[at], runs[at] + runs[at + 1]));
  return found.join("\n").replace(/\x1a(\d+)\x1a/g, (_, number) => ids[number]);
}

async function noteChanges(before, after) {
  const added = after.filter((stop) => !before.some((known) => known.id === stop.id));
  const removed = before.filter((stop) => !after.some((known) => known.id === stop.id));
  if (!added.length && !removed.length) return;
  const unseen = (await store.get("meta", "changes")) ?? { added: [], removed: [] };
  const but = (stops, gone) => stops.filter((stop) => !gone.some((other) => other.id === stop.id));
  await store.put("meta", { id: "changes", added: [...but(unseen.added, removed), ...but(added, unseen.removed)], removed: [...but(unseen.removed, added), ...but(removed, unseen.added)] });
}

/** Which homes are done, by the server or by this phone, by stop id. */
export async function done(pack) {
  const found = new Set(pack.stops.filter((stop) => stop.done).map((stop) => stop.id));
  for (const one of await reports(pack.user)) {
    if (one.state !== "waiting" && one.state !== "stored") continue;
    if (one.kind === "report") found.add(one.stop);
    if (one.kind === "absent") for (const stop of new URLSearchParams(one.body).getAll("stop")) found.add(stop);
  }
  return found;
}

/** Where to go from this stop: the next home without a report, else the first, else the day. */
export async function onward(pack, from = null) {
  const gone = await done(pack);
  const here = pack.stops.findIndex((stop) => stop.id === from);
  const inOrder = [...pack.stops.slice(here + 1), ...pack.stops.slice(0, Math.max(here, 0))];
  const next = inOrder.find((stop) => !gone.has(stop.id));
  return next ? `/stops/${next.id}` : "/today";
}
