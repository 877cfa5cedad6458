// <section id="board" data-refresh="10">: asks the same address again and puts the part with the same id in its place.
// Optional: data-refresh-url="…" for another address. It stops while the page is hidden, keeps open menus and focus alone,
// and stops for good when the answer no longer has the part or carries no data-refresh.

import { wake } from "./main.js";

export function start(element) {
  if (!element.id || element.dataset.polling) return;
  element.dataset.polling = "yes";
  next(element);
}

function next(element) {
  const seconds = Number(element.dataset.refresh);
  if (seconds > 0) setTimeout(() => refresh(element), seconds * 1000);
}

const busy = (element) =>
  document.hidden || element.querySelector("details[open][data-menu]") || element.querySelector("input:focus, select:focus, textarea:focus");

async function refresh(element) {
  if (!element.isConnected) return;
  if (busy(element)) return next(element);
  let fresh;
  try {
    const answer = await fetch(element.dataset.refreshUrl || location.href, { headers: { "X-Refresh": element.id } });
    if (!answer.ok || answer.redirected) return next(element);
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(element.id);
  } catch {
    return next(element); // no network: what is on the screen stays, with its time
  }
  if (!fresh) return location.reload();
  const focused = document.activeElement?.id;
  element.replaceChildren(...fresh.childNodes);
  if (focused && element.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
  if (fresh.dataset.refreshDone) return location.assign(fresh.dataset.refreshDone);
  element.dataset.refresh = fresh.dataset.refresh || 0;
  await wake(element);
  next(element);
}
