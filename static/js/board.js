// [data-board]: moves stops between lists by drag and by keys. Every change is the same form to the same address as without JavaScript;
// the server answers with the parts of the page that changed, worked out there, and a sentence to be read aloud.

export function start(board) {
  const say = (text) => { board.querySelector("[data-said]").textContent = text; };
  const send = sender(board, say);
  for (const stop of board.querySelectorAll("[data-stop]:not([data-done])")) stop.draggable = true;
  keys(board, send);
  drags(board, send);
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
  for (const stop of fresh.querySelectorAll("[data-stop]:not([data-done])")) stop.draggable = true;
  old.replaceWith(fresh);
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

function drags(board, send) {
  let dragged = null;
  const clear = () => { for (const old of board.querySelectorAll(".drop-here, .drop-after")) old.classList.remove("drop-here", "drop-after"); };
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-stop]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.stop);
  });
  board.addEventListener("dragend", () => { dragged = null; clear(); });
  board.addEventListener("dragover", (event) => {
    const lane = event.target.closest("[data-lane]:not([data-closed])");
    if (!dragged || !lane) return;
    event.preventDefault();
    clear();
    const over = event.target.closest("[data-stop]");
    if (over) over.classList.add("drop-here", ...(below(event, over) ? ["drop-after"] : []));
    else lane.classList.add("drop-here");
  });
  board.addEventListener("drop", (event) => {
    const lane = event.target.closest("[data-lane]:not([data-closed])");
    if (!dragged || !lane) return;
    event.preventDefault();
    clear();
    const stop = dragged;
    dragged = null;
    move(board, send, stop, lane, placeOf(event, lane, stop));
  });
}

const below = (event, over) => event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;

/** The place among those still to be visited; empty (where it fits best) on the head of a list. */
function placeOf(event, lane, stop) {
  const over = event.target.closest("[data-stop]");
  if (!over) return "";
  const rest = waiting(lane).filter((one) => one !== stop);
  const at = rest.indexOf(over);
  if (at < 0) return over === stop ? waiting(lane).indexOf(stop) + 1 : 1;
  return at + 1 + (below(event, over) ? 1 : 0);
}
