// The service worker: the day's pages without a network, and a last catch for a form sent before its page was awake.
// It holds nobody's page but what the pack holds, and lets through whatever it does not know.

import { flush, holds, keep, reports } from "./outbox.js";
import * as packs from "./pack.js";
import * as store from "./store.js";

const REPLAYED = /^\/(stops|today|reports|homes|people)\//;
const COUNTED = new Set(["/today/end", "/today/bag"]); // better from the server, where it answers soon
const PATIENCE = 3_000;
const IDENTITY = /^\/(sign-in|sign-out|invite)/;

export function start({ version, files, offline }) {
  const code = `outreach-code-${version}`;
  const on = (name, work) => addEventListener(name, (event) => event.waitUntil(work(event)));
  on("install", async () => {
    const cache = await caches.open(code);
    await cache.addAll([...files, new Request(offline, { credentials: "omit", cache: "reload" })]);
    await skipWaiting();
  });
  on("activate", async () => {
    await forgetOldCode(code);
    await clients.claim();
  });
  on("message", async ({ data }) => data?.flush && flush({ now: data.now }));
  on("sync", async () => {
    await flush({ now: true });
    if ((await waiting()).length) throw new Error("not everything arrived"); // the browser tries again later
  });
  addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (url.origin !== location.origin) return;
    const answer = answers(event.request, url, { code, offline });
    if (answer) event.respondWith(answer);
  });
}

function answers(request, url, where) {
  if (request.mode === "navigate") {
    if (request.method === "GET") return page(request, url, where);
    if (REPLAYED.test(url.pathname)) return form(request, url);
    if (IDENTITY.test(url.pathname)) return identity(request, url);
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) return file(request, url);
  return null;
}

/** A page of the pack at once, everything else from the network, and a page of our own where there is none. */
async function page(request, url, { code, offline }) {
  const pack = await packs.current();
  if (pack) {
    if (url.pathname === "/" && pack.starts_on_route) return Response.redirect(await packs.onward(pack), 302);
    const kept = !url.search && (await packs.page(pack, url.pathname));
    if (kept) return COUNTED.has(url.pathname) ? ((await fresh(request)) ?? kept) : kept;
  }
  try {
    return await fetch(request);
  } catch (problem) {
    const kept = (pack && (await packs.page(pack, url.pathname === "/" ? "/today" : url.pathname))) || (await (await caches.open(code)).match(offline));
    if (!kept) throw problem;
    return kept;
  }
}

/** The server's page if it comes soon and is ours: the day's figures are made there. */
async function fresh(request) {
  if (navigator.onLine === false) return null;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([fetch(request).catch(() => null), late]);
  return answer?.ok && answer.headers.has("Content-Security-Policy") ? answer : null;
}

/** A form that came past its page's own code: kept like any other, then on to the next home. */
async function form(request, url) {
  const copy = request.clone();
  const fields = new URLSearchParams(await copy.text());
  const pack = await packs.current();
  if (!pack || !fields.has("report_id") || !fields.has("form_version")) return fetch(request);
  fields.set("report_id", crypto.randomUUID());
  const stop = pack.stops.find((one) => url.pathname === `/stops/${one.id}/report`);
  const other = url.pathname.endsWith("/swap") ? "swap" : "home";
  const kind = stop ? "report" : url.pathname === "/today/absent" ? "absent" : other;
  try {
    await keep(url.pathname, fields, { kind, stop: stop?.id, title: stop?.name, day: pack.day, user: pack.user });
  } catch {
    return fetch(request);
  }
  flush();
  const back = fields.get("back") ? `/stops/${fields.get("back")}` : "/today";
  return Response.redirect(stop ? await packs.onward(pack, stop.id) : back, 303);
}

/** Another person may come or go: no page of the last one stays, and nobody goes while reports wait. */
async function identity(request, url) {
  if (url.pathname === "/sign-out" && (await waiting()).length) return Response.redirect("/today/end#kept", 303);
  const answer = await fetch(request);
  await packs.forget();
  return answer;
}

const waiting = async () => (await reports((await store.get("meta", "who"))?.user).catch(() => [])).filter(holds);

/** Our own files by their version, else by their name from another version: better than nothing. */
async function file(request, url) {
  const kept = await caches.match(request);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (problem) {
    const name = url.pathname.split("/").slice(3).join("/");
    for (const cache of await caches.keys()) {
      const found = cache.startsWith("outreach-code-") && (await (await caches.open(cache)).keys()).find((one) => one.url.endsWith(`/${name}`));
      if (found) return (await caches.open(cache)).match(found);
    }
    throw problem;
  }
}

/** Pages that are open, and the pack, were made for the version before: it stays until the next one. */
async function forgetOldCode(code) {
  const old = (await caches.keys()).filter((name) => name.startsWith("outreach-code-") && name !== code);
  for (const name of old.slice(0, -1)) await caches.delete(name);
}
