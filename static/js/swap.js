// <form data-swap-form>: the receipt's number, the signature, and a scanner where the browser has one.
// The draft keeps them: the number that was written on the resident's slip stays, however often the tab is killed.

import { receiptNo } from "./receipts.js";
import { newId } from "./report.js";
import { signOn } from "./signature.js";
import * as store from "./store.js";

export async function start(form) {
  const kept = await keptBefore(form);
  const { receipt_id: receipt, signature, paper_no: paper } = form.elements;
  receipt.value = kept.get("receipt_id") || newId() || receipt.value;
  const changed = () => form.dispatchEvent(new Event("change", { bubbles: true }));
  const title = form.dataset.title;
  const say = () => {
    const number = receiptNo(document.querySelector("[data-phone]").dataset.user, receipt.value);
    form.querySelector("[data-receipt]").textContent = number;
    form.dataset.title = `${title} · ${number}`; // the day's list names it too
  };
  say();

  const place = form.querySelector("[data-sign]");
  place.hidden = false;
  const pad = signOn(place.querySelector("canvas"), (path) => {
    signature.value = path;
    changed();
  });
  place.querySelector("button").addEventListener("click", () => pad.clear());
  signature.value = kept.get("signature") || signature.value;
  if (signature.value) pad.show(signature.value);
  paper.closest(".field").addEventListener("focusin", () => paper.scrollIntoView({ block: "center" }));
  scanner(form, changed);
}

/** What the draft, or a refused form that is being corrected, had in fields that nobody types into. */
async function keptBefore(form) {
  const mends = location.hash.match(/^#mend=(.+)$/)?.[1];
  const report = mends && (await store.get("reports", mends).catch(() => null));
  if (report) return new URLSearchParams(report.body);
  const draft = await store.get("drafts", form.dataset.draft).catch(() => null);
  if (draft && draft.user === document.querySelector("[data-phone]")?.dataset.user) return new URLSearchParams(draft.fields);
  return new URLSearchParams();
}

/** A picture of the box is read on the phone and thrown away; without a reader the number is typed. */
async function scanner(form, changed) {
  const place = form.querySelector("[data-scan]");
  if (!("BarcodeDetector" in globalThis) || !(await BarcodeDetector.getSupportedFormats().catch(() => [])).length) return;
  place.hidden = false;
  const file = place.querySelector("input");
  file.addEventListener("change", async () => {
    const picture = await createImageBitmap(file.files[0]);
    file.value = "";
    const found = (await new BarcodeDetector().detect(picture)).map((one) => one.rawValue.replace(/\D/g, ""));
    const imei = found.find((digits) => digits.length === 15);
    if (!imei) return;
    const known = form.querySelector(`[name=imei][value="${imei}"]`);
    if (known) known.checked = true;
    else form.elements.other_imei.value = imei;
    changed();
  });
}
