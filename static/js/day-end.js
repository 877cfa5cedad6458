// [data-day-end]: the phone's own list of the day beside what the server says it has, and the hand-over when nothing gets through.

import { compare, holds, putAside, reports, sendAgain, who } from "./outbox.js";
import * as packs from "./pack.js";
import { badges, clock, part, words } from "./parts.js";

const MOST_CODED = 6; // more reports are more codes than anybody scans

export async function start(section) {
  const show = () => list(section).catch(console.warn);
  if ("BroadcastChannel" in globalThis) new BroadcastChannel("outreach").onmessage = show;
  if (location.hash === "#kept") section.before(part("sign-out-refused"));
  section.querySelector("[data-send]").addEventListener("click", () => document.dispatchEvent(new Event("outreach-send")));
  await show();
  await check(section).catch(console.warn);
  await handOver(section.querySelector("[data-hand-over]"));
}

const ours = async () => (await reports(await who())).filter((one) => one.kind !== "undo" || one.state === "waiting");

async function list(section) {
  const kept = await ours();
  const counted = kept.filter((one) => one.state !== "undone" && one.state !== "aside" && one.kind !== "undo");
  const stored = counted.filter((one) => one.state === "stored").length;
  const complete = stored === counted.length;
  const summary = part(counted.length ? (complete ? "sum-complete" : "sum-missing") : "sum-none", { stored, total: counted.length, missing: counted.length - stored });
  section.querySelector("[data-sum]").replaceChildren(summary);
  section.querySelector("[data-own]").replaceChildren(own(counted.filter((one) => one.kind === "report")) ?? "");
  section.querySelector("[data-list]").replaceChildren(...kept.map(line));
  section.querySelector("[data-waiting]").hidden = !kept.some(holds);
}

/** The day by this phone alone: for when the server cannot be asked. */
function own(visits) {
  if (!visits.length) return null;
  const moments = visits.map((one) => one.kept_at);
  const homes = new Set(visits.map((one) => one.stop)).size;
  const met = new Set(visits.filter((one) => one.outcome === "met").map((one) => one.stop)).size;
  return part("own", { homes, met, minutes: Math.round((Math.max(...moments) - Math.min(...moments)) / 60_000) });
}

function line(report) {
  const told = part("line", { home: report.title ?? words("untitled"), time: clock(report.kept_at), stored: report.stored_at ? clock(report.stored_at) : "", reason: report.error ?? "" });
  told.querySelector("[data-said]").append(...(report.kind === "undo" ? [part("undoing"), part(`state-${report.state}`)] : badges(report)));
  for (const node of told.querySelectorAll("[data-when]")) node.hidden = node.dataset.when !== report.state;
  const acts = { again: sendAgain, aside: putAside };
  for (const button of told.querySelectorAll("[data-act]")) button.addEventListener("click", () => acts[button.dataset.act](report.id));
  const mend = told.querySelector("[data-mend]");
  if (mend && report.kind === "swap") mend.href = `${report.path}#mend=${report.id}`;
  else if (mend && report.stop) mend.href = `/stops/${report.stop}#mend=${report.id}`;
  else mend?.remove();
  return told;
}

/** The server's own list for the day: a report it does not have after all waits again. */
async function check(section) {
  const pack = await packs.current();
  if (!pack || navigator.onLine === false) return;
  const asked = Date.now();
  const answer = await fetch(`/today/receipts?day=${pack.day}`, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) return;
  const said = await answer.json();
  if (!Array.isArray(said.receipts)) return;
  await compare(pack.user, said.receipts.map((one) => one.id ?? one), asked);
  await list(section);
}

async function handOver(place) {
  if (!place) return;
  const { asCodes, asFile, canSeal } = await import("./seal.js");
  place.querySelector("[data-cannot]").hidden = await canSeal();
  place.querySelector("[data-can]").hidden = !(await canSeal());
  const waiting = async () => (await ours()).filter((one) => one.state === "waiting" || one.state === "refused");
  place.querySelector("[data-file]").addEventListener("click", async () => asFile(await waiting()));
  place.querySelector("[data-codes]").addEventListener("click", async () => {
    const codes = await asCodes((await waiting()).reverse().slice(0, MOST_CODED));
    const shown = codes.map(({ text, picture }, at) => {
      const item = part("code", { n: at + 1, total: codes.length });
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", item.textContent.trim());
      item.dataset.text = text;
      item.append(picture);
      return item;
    });
    place.querySelector("[data-shown]").replaceChildren(...shown);
  });
}
