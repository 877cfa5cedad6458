// <form data-report>: the report gets its id and time at the tap, is kept on the phone, and the next home comes at once.
// Without this file, or where the phone keeps nothing, the form goes to the server as it is.

import { forgetDraft } from "./drafts.js";
import { flush, keep, putAside } from "./outbox.js";
import * as packs from "./pack.js";
import { part } from "./parts.js";
import * as store from "./store.js";

const PATIENCE = 800; // milliseconds the place may take once the report is safe: it never keeps a report back

let allowed = false;
navigator.permissions?.query({ name: "geolocation" }).then((permission) => {
  allowed = permission.state === "granted";
  permission.onchange = () => (allowed = permission.state === "granted");
}, () => {});

export function start(form) {
  if ("here" in form.dataset) form.hidden = !navigator.geolocation;
  let busy = false;
  form.addEventListener("submit", async (event) => {
    if (form.dataset.plain) return; // to the server, as without this file
    event.preventDefault();
    if (busy) return; // a second tap while the first is being kept
    busy = true;
    try {
      busy = await log(form, event.submitter);
    } catch (problem) {
      busy = false;
      notKept(form, event.submitter, problem);
    }
  });
  addEventListener("pageshow", () => (busy = false));
}

/** False when nothing was kept and the form waits for another try. */
async function log(form, tapped) {
  if ("here" in form.dataset && !(await standHere(form))) return form.prepend(part("no-place")), false;
  stamp(form);
  const fields = new URLSearchParams(new FormData(form));
  if (tapped?.name) fields.set(tapped.name, tapped.value);
  const { stop, title, kind = "report", next } = form.dataset;
  const mends = location.hash.match(/^#mend=(.+)$/)?.[1]; // whatever is said now stands for the refused one
  const pack = await packs.current();
  const { user, day } = document.querySelector("[data-phone]")?.dataset ?? {};
  const about = { kind, stop, title, day: pack?.day ?? day, hold: allowed ? Date.now() + 2 * PATIENCE : 0, ...(user && { user }) };
  const kept = kind === "absent" && pack ? await keepEach(fields, pack, about) : [await keep(new URL(form.action).pathname, fields, about)];
  if (mends) await putAside(mends).catch(console.warn);
  await forgetDraft(form);
  sessionStorage.setItem("outreach.said", kept.map((one) => one.id).join());
  if (allowed) await place(kept);
  await leave(pack?.stops.some((one) => one.id === stop) ? await packs.onward(pack, stop) : next);
  return true;
}

/** Nobody home at many doors: a report of its own for each, so that each stands or falls alone. */
async function keepEach(fields, pack, about) {
  const kept = [];
  for (const stop of pack.stops.filter((one) => fields.getAll("stop").includes(one.id))) {
    const own = { report_id: newId(), made_at: fields.get("made_at"), form_version: pack.form_version, outcome: "nobody_home", household_id: stop.household_id };
    kept.push(await keep(`/stops/${stop.id}/report`, new URLSearchParams(own), { ...about, kind: "report", stop: stop.id, title: stop.name }));
  }
  return kept;
}

/** The place is the whole message here, so it is waited for; false when the phone does not know it. */
async function standHere(form) {
  const found = await whereabouts(15_000);
  if (!found) return false;
  for (const [name, value] of Object.entries(pointOf(found))) if (form.elements[name]) form.elements[name].value = value;
  return true;
}

async function leave(next) {
  const worker = navigator.serviceWorker?.controller;
  if (worker) {
    worker.postMessage({ flush: true });
    laterToo();
  }
  if (worker || navigator.onLine !== false) return location.assign(next || "/today");
  await flush(); // no worker and no signal: the next page cannot come, but the report is safe
  document.querySelector("[data-undo]")?.replaceChildren(part("kept-here"));
}

/** Where the browser can, it wakes the worker when the signal is back, even with the site closed. */
const laterToo = async () => (await navigator.serviceWorker.ready).sync?.register("outbox").catch(() => null);

/** The phone cannot keep it: say so, and try the server at once. Nothing on the page is lost. */
function notKept(form, tapped, problem) {
  console.warn(problem);
  form.querySelector("[data-not-kept]")?.remove();
  const told = part("not-kept");
  if (told) form.prepend(told);
  if (navigator.onLine === false) return;
  form.dataset.plain = "yes";
  form.requestSubmit(tapped);
}

function stamp(form) {
  const id = newId();
  if (id) form.elements.report_id.value = id;
  form.elements.made_at.value = localIso(new Date());
}

/** A random id where the browser can make one; over plain http only the server can be sure to. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The phone's own time with its offset, as in 2026-11-22T08:15:30+07:00. */
export function localIso(date) {
  const minutes = -date.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Adds the place to reports that are kept already, if the phone knows it soon enough and they have not left. */
async function place(kept) {
  const found = await whereabouts(PATIENCE);
  for (const { id } of kept) {
    await store.edit("reports", id, (report) => {
      const fields = new URLSearchParams(report.body);
      if (found && !report.tries) for (const [name, value] of Object.entries(pointOf(found))) fields.set(name, value);
      return { ...report, body: fields.toString(), hold: 0 };
    });
  }
}

const pointOf = ({ coords }) => ({ latitude: coords.latitude, longitude: coords.longitude, accuracy_m: coords.accuracy });

const whereabouts = (timeout) =>
  new Promise((resolve) => {
    setTimeout(resolve, timeout);
    navigator.geolocation.getCurrentPosition(resolve, () => resolve(), { enableHighAccuracy: true, maximumAge: 60_000, timeout });
  });
