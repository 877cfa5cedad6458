// [data-board]: moves stops between lists by drag and by keys. Every change is the same form to the same address as without JavaScript;
// the server answers with the parts of the page that changed, worked out there, and a sentence to be read aloud.

export function start(board) {
  const say = (text) => { board.querySelector("[data-said]").textContent = text; };
  const send = sender(board, say);
  keys(board, send);
  drags(board, send);
  board.addEventListener("toggle", (event) => unfold(event.target), true);
  board.dataset.ready = "";
  board.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-undo]");
    if (!form) return;
    event.preventDefault();
    send(form.action, {}, null);
  });
}

/** One change after another: each carries the revision that the one before made. */
function sender(board, say) {
  let last = Promise.resolve();
  return (url, fields, keep) => {
    last = last.then(() => post(board, say, url, fields, keep));
    return last;
  };
}

async function post(board, say, url, fields, keep) {
  let answer, told;
  try {
    answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ revision: board.dataset.revision, ...fields }),
    });
    told = await answer.json();
  } catch {
    return say(board.dataset.textLost);
  }
  if (!answer.ok) return refused(board, say, told.error);
  board.dataset.revision = told.revision;
  for (const [id, html] of Object.entries(told.parts)) replace(board, id, html);
  say(told.said);
  if (keep) document.getElementById(keep)?.focus();
  board.querySelector("[data-map]")?.dispatchEvent(new CustomEvent("map:stale"));
}

function refused(board, say, why) {
  say(`${why ?? board.dataset.textLost} `);
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = board.dataset.textReload;
  board.querySelector("[data-said]").append(again);
}

function replace(board, id, html) {
  const old = document.getElementById(id);
  if (!old) return;
  const open = old.open;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.firstElementChild;
  if (fresh instanceof HTMLDetailsElement) fresh.open = open || fresh.open;
  old.replaceWith(fresh);
}

/** Long lists come when they are opened; until then, and without a connection, their own page has them. */
async function unfold(lane) {
  const url = lane.dataset.later;
  if (!url || !lane.open) return;
  delete lane.dataset.later;
  try {
    const answer = await fetch(url);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(lane.id);
    if (answer.ok && fresh && lane.isConnected) lane.replaceChildren(...fresh.childNodes);
  } catch {
    lane.dataset.later = url;
  }
}

const waiting = (lane) => [...lane.querySelectorAll("[data-stop]:not([data-done])")];

function keys(board, send) {
  board.addEventListener("keydown", (event) => {
    const stop = event.target.closest(".grip")?.closest("[data-stop]");
    if (!stop || event.altKey || event.ctrlKey || event.metaKey) return;
    const lane = stop.closest("[data-lane]");
    const place = waiting(lane).indexOf(stop) + 1;
    const moves = {
      ArrowUp: () => place > 1 && move(board, send, stop, lane, place - 1),
      ArrowDown: () => place < waiting(lane).length && move(board, send, stop, lane, place + 1),
      ArrowLeft: () => aside(board, send, stop, lane, -1),
      ArrowRight: () => aside(board, send, stop, lane, 1),
      l: () => lock(board, send, stop),
      L: () => lock(board, send, stop),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });
}

function aside(board, send, stop, lane, step) {
  const lanes = [...board.querySelectorAll("[data-lane]:not([data-closed])")];
  const other = lanes[lanes.indexOf(lane) + step];
  if (other) move(board, send, stop, other, "");
}

/** An empty place is where it fits best. */
function move(board, send, stop, lane, place) {
  const id = stop.dataset.stop;
  lane.open = true;
  return send(`${board.dataset.board}/stops/${id}/move`, { route: lane.dataset.lane, position: place }, `grip-${id}`);
}

function lock(board, send, stop) {
  const id = stop.dataset.stop;
  return send(`${board.dataset.board}/stops/${id}/lock`, { locked: "locked" in stop.dataset ? 0 : 1 }, `grip-${id}`);
}

/** By mouse from anywhere in its row, by finger or pen from its number: the rest of the row scrolls the page. */
function drags(board, send) {
  let held = null;
  const drop = (event, done) => {
    const drag = held;
    held = null;
    clear(board);
    drag?.stop.classList.remove("dragged");
    if (!done || !drag?.moving) return;
    const target = under(board, event);
    if (target) move(board, send, drag.stop, target.lane, placeOf(event, target, drag.stop));
  };
  board.addEventListener("pointerdown", (event) => {
    const stop = event.target.closest("[data-stop]:not([data-done])");
    if (!stop || event.button || event.target.closest("a")) return;
    if (event.pointerType !== "mouse" && !event.target.closest("[data-handle]")) return;
    held = { stop, id: event.pointerId, x: event.clientX, y: event.clientY, moving: false };
  });
  board.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held?.id) return;
    if (!held.moving && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 6) return;
    if (!held.moving) {
      held.moving = true;
      held.stop.setPointerCapture(held.id);
      held.stop.classList.add("dragged");
    }
    event.preventDefault();
    scrollAlong(held.stop, event);
    show(board, event);
  });
  board.addEventListener("pointerup", (event) => event.pointerId === held?.id && drop(event, true));
  board.addEventListener("pointercancel", (event) => drop(event, false));
  board.addEventListener("keydown", (event) => event.key === "Escape" && drop(event, false));
}

function clear(board) {
  for (const old of board.querySelectorAll(".drop-here, .drop-after")) old.classList.remove("drop-here", "drop-after");
}

/** The list, and the stop of it, under a finger: what is dragged has the events, so it is looked up. */
function under(board, event) {
  const spot = document.elementFromPoint(event.clientX, event.clientY);
  const lane = spot?.closest("[data-lane]:not([data-closed])");
  return lane && board.contains(lane) ? { lane, stop: spot.closest("[data-stop]") } : null;
}

function show(board, event) {
  clear(board);
  const target = under(board, event);
  if (target?.stop) target.stop.classList.add("drop-here", ...(below(event, target.stop) ? ["drop-after"] : []));
  else target?.lane.classList.add("drop-here");
}

/** Near the upper or lower edge of what is seen of the lists, they come along. */
function scrollAlong(stop, event) {
  const lists = stop.closest(".lanes");
  const box = lists.getBoundingClientRect();
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const by = event.clientY < top + 48 ? -16 : event.clientY > bottom - 48 ? 16 : 0;
  if (!by) return;
  if (lists.scrollHeight > lists.clientHeight) lists.scrollBy(0, by);
  else scrollBy(0, by);
}

const below = (event, over) => event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;

/** The place among those still to be visited; empty (where it fits best) on the head of a list. */
function placeOf(event, { lane, stop: over }, stop) {
  if (!over) return "";
  const rest = waiting(lane).filter((one) => one !== stop);
  const at = rest.indexOf(over);
  if (at < 0) return over === stop ? waiting(lane).indexOf(stop) + 1 : 1;
  return at + 1 + (below(event, over) ? 1 : 0);
}
