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
  let busy = false;
  form.addEventListener("submit", async (event) => {
    if (form.dataset.plain) return; // to the server, as without this file
    event.preventDefault();
    if (busy) return; // a second tap while the first is being kept
    busy = true;
    try {
      await log(form, event.submitter);
    } catch (problem) {
      busy = false;
      notKept(form, event.submitter, problem);
    }
  });
  addEventListener("pageshow", () => (busy = false));
}

async function log(form, tapped) {
  stamp(form);
  const fields = new URLSearchParams(new FormData(form));
  if (tapped?.name) fields.set(tapped.name, tapped.value);
  const { stop, title, kind = "report", next } = form.dataset;
  const mends = location.hash.match(/^#mend=(.+)$/)?.[1]; // whatever is said now stands for the refused one
  const pack = await packs.current();
  const hold = allowed ? Date.now() + 2 * PATIENCE : 0;
  const user = document.querySelector("[data-phone]")?.dataset.user;
  const known = pack?.day ?? document.querySelector("[data-phone]")?.dataset.day;
  const report = await keep(new URL(form.action).pathname, fields, { kind, stop, title, hold, day: known, ...(user && { user }) });
  if (mends) await putAside(mends).catch(console.warn);
  await forgetDraft(form);
  sessionStorage.setItem("outreach.said", report.id);
  if (allowed) await place(report);
  await leave(pack?.stops.some((one) => one.id === stop) ? await packs.onward(pack, stop) : next);
}

async function leave(next) {
  const worker = navigator.serviceWorker?.controller;
  if (worker) worker.postMessage({ flush: true });
  if (worker || navigator.onLine !== false) return location.assign(next || "/today");
  await flush(); // no worker and no signal: the next page cannot come, but the report is safe
  document.querySelector("[data-undo]")?.replaceChildren(part("kept-here"));
}

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

/** Adds the place to a report that is kept already, if the phone knows it soon enough and the report has not left. */
async function place(report) {
  const found = await new Promise((resolve) => {
    setTimeout(resolve, PATIENCE);
    navigator.geolocation.getCurrentPosition(resolve, () => resolve(), { enableHighAccuracy: true, maximumAge: 60_000, timeout: PATIENCE });
  });
  await store.edit("reports", report.id, (kept) => {
    const fields = new URLSearchParams(kept.body);
    if (found && !kept.tries) {
      fields.set("latitude", found.coords.latitude);
      fields.set("longitude", found.coords.longitude);
      fields.set("accuracy_m", found.coords.accuracy);
    }
    return { ...kept, body: fields.toString(), hold: 0 };
  });
}
