// <… data-expires="5">: an offer (such as undo) that goes away by itself, but never while somebody is on it.

export function start(element) {
  const seconds = Number(element.dataset.expires);
  if (!seconds) return;
  setTimeout(function leave() {
    if (element.matches(":hover, :focus-within")) setTimeout(leave, 2000);
    else element.remove();
  }, seconds * 1000);
}
