// <form data-draft="key">: every choice is kept on the phone as it is made, and put back when the page is opened again.
// A refused report (#mend=its id) is put back into its form in the same way, with the server's reason above it.

import { part } from "./parts.js";
import * as store from "./store.js";

export async function start(form) {
  const id = form.dataset.draft;
  form.addEventListener("input", () => save(form, id));
  form.addEventListener("change", () => save(form, id));
  const wanted = location.hash.match(/^#mend=(.+)$/)?.[1];
  if (wanted) return mend(form, wanted);
  const draft = await store.get("drafts", id).catch(() => null);
  if (!draft || draft.user !== userOf()) return;
  put(form, draft.fields);
  const told = part("draft");
  told.querySelector("button").addEventListener("click", async () => {
    await forgetDraft(form);
    location.reload();
  });
  form.prepend(told);
}

export const forgetDraft = async (form) => form.dataset.draft && store.remove("drafts", form.dataset.draft).catch(() => null);

const userOf = () => document.querySelector("[data-phone]")?.dataset.user ?? "";
const stamped = new Set(["report_id", "made_at", "form_version", "latitude", "longitude", "accuracy_m"]);

function save(form, id) {
  const fields = [...new FormData(form)].filter(([name]) => !stamped.has(name));
  const day = document.querySelector("[data-phone]")?.dataset.day;
  store.put("drafts", { id, user: userOf(), day, fields }).catch(console.warn); // the form itself still has it
}

async function mend(form, id) {
  const report = await store.get("reports", id).catch(() => null);
  if (!report || report.state !== "refused" || new URL(form.action).pathname !== report.path) return;
  const fields = new URLSearchParams(report.body);
  const fits = form.elements.outcome instanceof RadioNodeList ? [...form.elements.outcome].some((one) => one.value === report.outcome) : form.elements.outcome?.value === report.outcome;
  if (form.elements.outcome && !fits) return;
  put(form, [...fields].filter(([name]) => !stamped.has(name)));
  form.prepend(part("mend", { reason: report.error ?? "" }));
  form.querySelector("[data-focus]")?.focus();
}

/** Puts values back and opens whatever hides them. */
function put(form, fields) {
  for (const [name, value] of fields) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "hidden") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value; // several of one name
      else field.value = value;
      if (value && (field.checked || !["radio", "checkbox"].includes(field.type))) open(field);
    }
  }
  open(form);
}

function open(element) {
  for (let up = element.parentElement; up; up = up.parentElement) {
    if (up instanceof HTMLDetailsElement) up.open = true;
    if (up.classList.contains("reveal")) up.classList.add("open");
  }
}
