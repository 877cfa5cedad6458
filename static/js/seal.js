// What waits, sealed for the server alone: a file, or a QR code each, that any leader's phone or desk can carry there.

import * as store from "./store.js";

const coded = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
const raw = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Whether this browser can seal: only over https, and once it has had a day pack. */
export const canSeal = async () => Boolean(globalThis.crypto?.subtle && (await sealOf()));

/** The key outlives its pack: what waits may be handed over after the night. */
const sealOf = async () => (await store.get("meta", "seal")) ?? null;

/** The text that is carried: nobody but the server can open it, and the same ids make it safe to send from both. */
export async function seal(reports) {
  const { device, day, key } = await sealOf();
  const secret = await crypto.subtle.importKey("raw", raw(key), "AES-GCM", false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify({ items: reports.map(({ path, body }) => ({ path, body })) }));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, secret, plain);
  return JSON.stringify({ format: "outreach-queue-1", device, day, nonce: coded(nonce), sealed: coded(sealed) });
}

/** Hands the file to the phone's own "share" or "save". */
export async function asFile(reports) {
  const name = `outreach-${reports.length}.json`;
  const file = new File([await seal(reports)], name, { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** One report as a QR code: each stands alone, so the order and a lost one do not matter. */
export async function asCode(report, label) {
  const { encode } = await import("../vendor/uqr/uqr.js");
  const { data, size } = encode(await seal([report]), { ecc: "L", border: 4 });
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  picture.setAttribute("class", "qr");
  const dark = document.createElementNS(picture.namespaceURI, "path");
  dark.setAttribute("d", data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join(""));
  picture.append(dark);
  return picture;
}
