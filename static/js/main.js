// Finds what the page asks for by data-* and loads only that. Every page works without this file.

const modules = {
  "[data-map]": () => import("./map.js"),
  "[data-turf-map]": () => import("./turf-map.js"),
  "[data-refresh]": () => import("./poll.js"),
  "details[data-menu]": () => import("./menu.js"),
  "[data-select-all]": () => import("./select-all.js"),
  "form[data-autosubmit]": () => import("./autosubmit.js"),
  "[data-expires]": () => import("./expires.js"),
  "form[data-here]": () => import("./here.js"),
  "form[data-report]": () => import("./report.js"),
  "form[data-segments]": () => import("./segments.js"),
  "form[data-swap-form]": () => import("./swap.js"),
  "form[data-draft]": () => import("./drafts.js"),
  "[data-phone]": () => import("./phone.js"),
  "[data-day-end]": () => import("./day-end.js"),
  "[data-locate]": () => import("./locate.js"),
  "[data-relay]": () => import("./relay.js"),
  "[data-board]": () => import("./board.js"),
};

/** Wake everything inside `root`; called again for parts that arrive later. */
export async function wake(root = document) {
  for (const [selector, load] of Object.entries(modules)) {
    const found = root.querySelectorAll(selector);
    if (!found.length) continue;
    const { start } = await load();
    for (const element of found) start(element);
  }
}

document.querySelector("[data-focus]")?.focus();
// a code scanned by a camera, on whatever page it led to: also where one has to sign in first, or has no signal
if (location.hash.startsWith("#OUTREACH1/")) import("./relay.js").then(({ take }) => take());
wake();
