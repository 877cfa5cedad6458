// What every map starts from: its data, Leaflet, a plain background with zoom and scale, and what is said when it fails.

export async function unfold(pane, draw) {
  const box = pane.querySelector(".map");
  try {
    const [data] = await Promise.all([read(pane.dataset.url), import(pane.dataset.leaflet)]);
    box.hidden = false;
    draw(box, data);
  } catch (problem) {
    pane.querySelector(".map-status").textContent = pane.dataset.textFailed;
    box.hidden = true;
    console.warn(problem);
  }
}

export async function read(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

export function ground(box, text) {
  const { L } = globalThis;
  const map = L.map(box, { attributionControl: false, zoomControl: false, zoomSnap: 0.5 });
  L.control.zoom({ zoomInTitle: text.textZoomIn, zoomOutTitle: text.textZoomOut }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  return map;
}

/** Show all of it, or the middle of where teams work when there is nothing. */
export function show(map, bounds, pad) {
  if (bounds.isValid()) map.fitBounds(bounds.pad(pad), { maxZoom: 18 });
  else map.setView([10.9, 106.75], 12);
}
