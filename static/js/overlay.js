// Puts what this phone reported over pages that were made before: the day's list, a home's card, the offer to undo.

import { reports, sendAgain, takeBack, who } from "./outbox.js";
import * as packs from "./pack.js";
import { badges, clock, part } from "./parts.js";

const UNDO = 5_000;

/** `opening`: the page has just come, and may offer to undo what was reported on the one before. */
export async function paint({ opening = false } = {}) {
  const user = await who();
  const all = await reports(user);
  swapped(all);
  const kept = all.filter((one) => one.kind === "report");
  const pack = await packs.current();
  const gone = pack ? await packs.done(pack) : new Set();
  day(kept, gone);
  home(kept);
  if (pack) count(pack, gone);
  several(gone);
  if (opening) offerUndo(kept);
}

/** The list of homes: what was reported from here, where each report is, and which home is next. */
function day(kept, gone) {
  const lines = [...document.querySelectorAll("li[data-stop]")];
  for (const line of lines) {
    const report = kept.find((one) => one.stop === line.dataset.stop && one.state !== "undone" && one.state !== "aside");
    if (!report) continue;
    line.querySelector("[data-said]").replaceChildren(...badges(report));
    line.classList.toggle("done", report.state !== "refused");
    line.querySelector(".plate").classList.toggle("dim", report.state !== "refused");
  }
  const open = lines.find((line) => !line.classList.contains("done") && !gone.has(line.dataset.stop));
  for (const line of lines) {
    line.classList.toggle("next", line === open);
    if (line !== open) line.querySelector("[data-next-badge]")?.remove();
  }
  if (open && !open.querySelector("[data-next-badge]")) open.querySelector("[data-said]").prepend(part("next") ?? "");
}

/** A phone that was handed over from here is not offered again, whether the server knows yet or not. */
function swapped(all) {
  const offer = document.querySelector("[data-swap]");
  const done = offer && all.find((one) => one.kind === "swap" && one.path === offer.dataset.swap && one.state !== "aside");
  if (!done) return;
  const told = part("swap-told", { receipt: done.title ?? "", reason: done.error ?? "" });
  told.querySelector("[data-said]").append(...badges(done));
  told.querySelector("[data-when=refused]").hidden = done.state !== "refused";
  told.querySelector("[data-mend]").href = `${done.path}#mend=${done.id}`;
  offer.replaceChildren(told);
}

/** Homes that are done are no longer offered where several are reported at once. */
function several(gone) {
  for (const form of document.querySelectorAll("form[data-kind=absent]")) {
    for (const field of form.querySelectorAll("[name=stop]")) if (gone.has(field.value)) (field.closest("label") ?? field).remove();
    const left = form.querySelectorAll("[name=stop]").length;
    const counted = form.querySelector("[data-count]");
    if (counted) counted.textContent = counted.textContent.replace(/\d+(?=\D*$)/, left);
    form.hidden = !left;
  }
}

/** "12/35" wherever the page says how far the route is. */
function count(pack, gone) {
  const total = pack.stops.length;
  for (const place of document.querySelectorAll("[data-progress]")) {
    if (pack.routes > 1 && place.matches("section *")) continue;
    for (const node of [...place.querySelectorAll("b"), ...(place.matches("a") ? [place.lastChild] : [])]) node.textContent = node.textContent.replace(/\d+\/\d+/, `${gone.size}/${total}`);
    const bar = place.querySelector("progress");
    if (bar) bar.value = gone.size;
  }
  const over = document.querySelector("[data-all-done]");
  if (over) over.hidden = !total || gone.size < total;
}

/** A home's card: what this phone reported there, its state in words, and what can be done about it. */
function home(kept) {
  const slot = document.querySelector("[data-local]");
  if (!slot) return;
  const here = kept.filter((one) => one.stop === slot.dataset.local && one.state !== "aside");
  slot.replaceChildren(...here.map(card));
}

function card(report) {
  const told = part(report.state === "refused" ? "told-refused" : "told", { time: clock(report.kept_at), reason: report.error ?? "" });
  told.querySelector("[data-said]").append(...badges(report));
  const button = (name, act) => {
    const found = told.querySelector(`[data-act="${name}"]`);
    found?.addEventListener("click", async () => {
      await act(report.id);
      location.reload();
    });
    return found;
  };
  if (report.state === "undone") button("undo", takeBack)?.remove();
  else button("undo", takeBack);
  button("again", sendAgain);
  const mend = told.querySelector("[data-mend]");
  if (mend) mend.href = `/stops/${report.stop}#mend=${report.id}`;
  return told;
}

/** For five seconds after a report, on whatever page follows it. */
function offerUndo(kept) {
  const said = (sessionStorage.getItem("outreach.said") ?? "").split(",");
  sessionStorage.removeItem("outreach.said");
  const slot = document.querySelector("[data-undo]");
  const fresh = kept.filter((one) => said.includes(one.id) && one.state !== "undone");
  if (!slot || !fresh.length || Date.now() - fresh[0].kept_at > UNDO + 10_000) return;
  const [report] = fresh;
  const bar = fresh.length > 1 ? part("undo-many", { n: fresh.length }) : part("undo", { home: report.title ?? "" });
  bar.querySelector("[data-said]").append(part(`outcome-${report.outcome}`) ?? "");
  bar.querySelector("button").addEventListener("click", async () => {
    for (const { id } of fresh) await takeBack(id);
    location.assign(fresh.length === 1 && report.stop ? `/stops/${report.stop}` : "/today");
  });
  slot.append(bar);
  setTimeout(function leave() {
    if (bar.matches(":hover, :focus-within") && bar.isConnected) setTimeout(leave, 2_000);
    else bar.remove();
  }, UNDO);
}
