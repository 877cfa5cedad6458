// [data-map]: draws routes on a plain background with Leaflet. Colour, shape and number tell routes apart.

import { ground, read, show, unfold } from "./ground.js";

export function start(pane) {
  return unfold(pane, (box, data) => {
    pane.querySelector(".map-note").hidden = false;
    tieToList(pane);
    let map = draw(pane, box, data);
    // the lists were changed: the same map again, where one was looking
    pane.addEventListener("map:stale", async () => {
      const fresh = await read(pane.dataset.url).catch(() => null);
      if (!fresh) return;
      const view = [map.getCenter(), map.getZoom()];
      map.remove();
      pane.querySelector(".map-legend").replaceChildren();
      map = draw(pane, box, fresh);
      map.setView(...view, { animate: false });
    });
  });
}

function draw(pane, box, data) {
  const { L } = globalThis;
  const map = ground(box, pane.dataset);
  for (const area of data.areas ?? []) L.geoJSON(area, { interactive: false, style: { className: "area" } }).addTo(map);

  const layers = (data.routes ?? []).map((route) => ({ route, ...drawRoute(L, pane, route, map) }));
  if (data.lines) followStreets(data.lines, layers);
  const left = L.layerGroup((data.unplanned ?? []).map((stop) => mark(L, pane, stop, null))).addTo(map);

  const points = [...(data.routes ?? []).flatMap((route) => route.stops), ...(data.unplanned ?? [])].map((stop) => [stop.lat, stop.lon]);
  show(map, L.latLngBounds(points), 0.08);
  const crowded = () => box.classList.toggle("far", map.getZoom() < (points.length > 300 ? 17 : 14));
  map.on("zoomend", crowded);
  crowded();
  legend(pane, layers, left, data);
  return map;
}

function drawRoute(L, pane, route, map) {
  const index = route.colour_index ?? 0;
  const line = L.polyline(route.stops.map((stop) => [stop.lat, stop.lon]), { className: `route line-${index % 8} dash-${index % 5}`, interactive: false });
  return { line, group: L.layerGroup([line, ...route.stops.map((stop) => mark(L, pane, stop, route))]).addTo(map) };
}

/** Straight lines become the ways people walk, once these are here; without them they stay. */
async function followStreets(url, layers) {
  try {
    const { lines } = await read(url);
    for (const { route, line } of layers) if (lines[route.id]?.length > 2) line.setLatLngs(unpacked(lines[route.id]));
  } catch (problem) {
    console.warn(problem);
  }
}

/** [lat, lon, step, step, …] in 1e-5 degrees. */
function unpacked(numbers) {
  const points = [];
  let [lat, lon] = [0, 0];
  for (let n = 0; n < numbers.length; n += 2) {
    lat += numbers[n];
    lon += numbers[n + 1];
    points.push([lat / 1e5, lon / 1e5]);
  }
  return points;
}

function mark(L, pane, stop, route) {
  const index = route?.colour_index ?? 0;
  const tint = route ? `tint-${index % 8}` : "tint-none";
  const shape = route ? index % 5 : 0;
  const name = [stop.position, stop.label, route?.name ?? pane.dataset.textUnplanned].filter(Boolean).join(" · ");
  const html = document.createElement("div");
  html.innerHTML = `<svg viewBox="0 0 32 32" aria-hidden="true" class="${tint}"><use href="${pane.dataset.marks}#mark-${shape}"></use><text x="16" y="20.5"></text></svg>`;
  html.querySelector("text").textContent = route ? (stop.position ?? "") : "";
  const marker = L.marker([stop.lat, stop.lon], {
    icon: L.divIcon({ className: `stop-mark ${finished(stop) ? "done" : ""}`, html, iconSize: route ? [28, 28] : [14, 14] }),
    zIndexOffset: route ? 0 : -1000,
    keyboard: false, // hundreds of tab stops would be a trap; the list is the keyboard's way in
    title: name,
    riseOnHover: true,
  });
  marker.bindPopup(() => card(stop, route, pane));
  marker.on("add", () => {
    const element = marker.getElement();
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", name);
    if (stop.id) element.dataset.mark = stop.id;
  });
  marker.on("click", () => choose(pane, stop.id, false));
  return marker;
}

const finished = (stop) => Boolean(stop.state) && !["planned", "assigned"].includes(stop.state);

function card(stop, route, pane) {
  const element = document.createElement("div");
  const title = document.createElement(stop.url ? "a" : "b");
  if (stop.url) title.href = stop.url;
  title.textContent = stop.label;
  const where = document.createElement("p");
  where.textContent = route ? `${route.name} · ${stop.position}` : (stop.reason ?? pane.dataset.textUnplanned);
  element.append(title, where);
  return element;
}

function legend(pane, layers, left, data) {
  const place = pane.querySelector(".map-legend");
  const only = (chosen) => {
    for (const { route, group } of layers) fade(group, chosen !== null && route !== chosen);
    fade(left, chosen !== null && chosen !== left);
    for (const item of place.children) item.setAttribute("aria-pressed", String(item.choice === chosen));
  };
  const add = (choice, label, picture) => {
    const item = document.createElement("button");
    item.type = "button";
    item.className = "legend-item";
    item.choice = choice;
    item.innerHTML = picture;
    item.append(label);
    item.addEventListener("click", () => only(item.getAttribute("aria-pressed") === "true" ? null : choice));
    place.append(item);
  };
  add(null, pane.dataset.textAll, "");
  for (const { route } of layers) add(route, `${route.name} (${route.stops.length} ${pane.dataset.textStops})`, picture(pane, route.colour_index ?? 0));
  if (data.unplanned?.length) add(left, `${pane.dataset.textUnplanned} (${data.unplanned.length})`, picture(pane, null));
  place.hidden = false;
  only(null);
}

const picture = (pane, index) =>
  `<svg class="route-mark ${index === null ? "tint-none" : `tint-${index % 8}`}" viewBox="0 0 32 32" aria-hidden="true"><use href="${pane.dataset.marks}#mark-${index === null ? 0 : index % 5}"></use></svg>`;

function fade(group, faded) {
  group.eachLayer((layer) => layer.getElement()?.classList.toggle("faded", faded));
}

/** The list and the map choose the same home. */
function tieToList(pane) {
  pane.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-stop]");
    if (row) choose(pane, row.dataset.stop, true);
  });
  pane.addEventListener("click", (event) => {
    const row = event.target.closest("[data-stop]");
    if (row) choose(pane, row.dataset.stop, true);
  });
}

function choose(pane, id, fromList) {
  if (!id) return;
  for (const old of pane.querySelectorAll(".stop-mark.chosen, .is-chosen")) old.classList.remove("chosen", "is-chosen");
  pane.querySelector(`[data-mark="${CSS.escape(id)}"]`)?.classList.add("chosen");
  const row = pane.querySelector(`[data-stop="${CSS.escape(id)}"]`);
  row?.classList.add("is-chosen");
  if (!fromList) row?.scrollIntoView({ block: "nearest" });
}
