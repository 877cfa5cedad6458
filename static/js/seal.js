// What waits, sealed for the server alone: a file or QR codes, which a leader's phone or desk can carry there.

import * as store from "./store.js";

const PART = 500; // letters in one code: a cheap camera reads it from a scratched screen

const coded = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const raw = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const key = () => store.get("meta", "seal");

/** Whether this browser can seal: only over https, and once it has had a day pack. */
export const canSeal = async () => Boolean(globalThis.crypto?.subtle && (await key()));

/** The text that is carried: nobody but the server can open it, and the same ids make it safe to send from both. */
export async function seal(reports) {
  const { format, device, day, ...kept } = await key();
  const secret = await crypto.subtle.importKey("raw", raw(kept.key), "AES-GCM", false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify({ items: reports.map(({ path, body }) => ({ path, body })) }));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, secret, plain);
  return JSON.stringify({ format, device, day, nonce: coded(nonce), sealed: coded(sealed) });
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

/** The queue as QR codes, OUTREACH1/<k>/<n>/<part> each: read in any order, by any phone. */
export async function asCodes(reports) {
  const { encode } = await import("../vendor/uqr/uqr.js");
  const whole = coded(new TextEncoder().encode(await seal(reports)));
  const parts = whole.match(new RegExp(`.{1,${PART}}`, "g"));
  const texts = parts.map((part, at) => `OUTREACH1/${at + 1}/${parts.length}/${part}`);
  return texts.map((text) => ({ text, picture: drawn(encode(text, { ecc: "L", border: 4 })) }));
}

function drawn({ data, size }) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.setAttribute("class", "qr");
  const dark = document.createElementNS(picture.namespaceURI, "path");
  dark.setAttribute("d", data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join(""));
  picture.append(dark);
  return picture;
}
