// [data-turf-map]: draws territories and their homes on a plain background with Leaflet. Colour and dashes tell them apart; names are in the list.

import { ground, show, unfold } from "./ground.js";

export function start(pane) {
  return unfold(pane, (box, data) => draw(pane, box, data));
}

function draw(pane, box, data) {
  const { L } = globalThis;
  const text = pane.dataset;
  const map = ground(box, text);
  const layers = data.features.map((feature) => territory(L, feature).addTo(map));
  show(map, layers.reduce((all, layer) => all.extend(layer.getBounds()), L.latLngBounds([])), 0.06);
  tie(pane, data, layers);
  const corners = document.getElementById(text.corners ?? "");
  if (corners) pencil(L, map, corners, pane);
}

/** Clicks on the map become lines of the text, and the text is drawn: whoever types sees the same. */
function pencil(L, map, corners, pane) {
  const sketch = L.layerGroup().addTo(map);
  const redraw = () => {
    sketch.clearLayers();
    for (const part of corners.value.split(/\n\s*\n|\n(?=#)/)) {
      const spots = [...part.matchAll(/^\s*(-?[\d.]+)[,;\s]+(-?[\d.]+)\s*$/gm)].map(([, lat, lon]) => [Number(lat), Number(lon)]);
      if (spots.length) L.polygon(spots, { className: "turf line-3 tint-3" }).addTo(sketch);
      for (const spot of spots) L.circleMarker(spot, { radius: 5, className: "turf-home tint-3", interactive: false }).addTo(sketch);
    }
  };
  const add = (line) => {
    corners.value = corners.value.replace(/\n*$/, (end) => (corners.value.trim() ? (end.length > 1 ? "\n\n" : "\n") : "")) + line;
    corners.dispatchEvent(new Event("input"));
  };
  map.on("click", ({ latlng }) => add(`${latlng.lat.toFixed(6)}, ${latlng.lng.toFixed(6)}`));
  corners.addEventListener("input", redraw);
  for (const button of pane.querySelectorAll("button[data-pencil]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (button.dataset.pencil === "next") corners.value = `${corners.value.trimEnd()}\n\n`;
      else corners.value = corners.value.trimEnd().replace(/\n?[^\n]*$/, "");
      corners.dispatchEvent(new Event("input"));
    });
  }
  redraw();
}

function territory(L, feature) {
  const { name, number, homes } = feature.properties;
  const tint = (number - 1) % 8;
  const className = `turf line-${tint} tint-${tint} dash-${Math.floor((number - 1) / 8) % 5}`;
  const layer = L.featureGroup();
  for (const geometry of feature.geometry.geometries) {
    if (geometry.type !== "MultiPoint") L.geoJSON(geometry, { style: { className } }).eachLayer((shape) => layer.addLayer(shape));
    else for (const [lon, lat] of geometry.coordinates) layer.addLayer(L.circleMarker([lat, lon], { radius: 4, className: `turf-home tint-${tint}` }));
  }
  const label = document.createElement("b");
  label.textContent = homes === undefined ? name : `${name} (${homes})`;
  layer.bindTooltip(label, { sticky: true });
  return layer;
}

/** A row of the list shows its territory alone while it has the focus or the pointer. */
function tie(pane, data, layers) {
  const alone = (number) =>
    layers.forEach((layer, seq) => {
      const faded = number !== null && data.features[seq].properties.number !== number;
      layer.eachLayer((part) => fade(part, faded));
    });
  for (const row of pane.querySelectorAll("[data-turf]")) {
    const number = Number(row.dataset.turf);
    for (const come of ["focusin", "pointerenter"]) row.addEventListener(come, () => alone(number));
    for (const go of ["focusout", "pointerleave"]) row.addEventListener(go, () => alone(null));
  }
}

function fade(layer, faded) {
  if (layer.eachLayer) layer.eachLayer((part) => fade(part, faded));
  else layer.getElement?.()?.classList.toggle("faded", faded);
}
