// <form data-report>: the report gets its id and time at the tap, and the place if the phone knows it at once.
// Without this file the server's id and time, rendered into the form, are sent instead.

const PATIENCE = 800; // milliseconds the place may take: it never keeps a report back

let allowed = false;
navigator.permissions?.query({ name: "geolocation" }).then((permission) => {
  allowed = permission.state === "granted";
  permission.onchange = () => (allowed = permission.state === "granted");
}, () => {});

export function start(form) {
  let state = "idle";
  form.addEventListener("submit", async (event) => {
    if (state === "placed") return void (state = "sent");
    if (state !== "idle") return event.preventDefault(); // a second tap while the first is on its way
    stamp(form);
    state = "sent";
    if (!allowed) return;
    state = "placing";
    event.preventDefault();
    await place(form);
    state = "placed";
    form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", () => (state = "idle"));
}

function stamp(form) {
  const id = newId();
  if (id) form.elements.report_id.value = id;
  form.elements.made_at.value = localIso(new Date());
}

/** A random id where the browser can make one; over plain http only the server can be sure to. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The phone's own time with its offset, as in 2026-11-22T08:15:30+07:00. */
export function localIso(date) {
  const minutes = -date.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

function place(form) {
  return new Promise((done) => {
    const giveUp = setTimeout(done, PATIENCE);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude;
        form.elements.longitude.value = coords.longitude;
        form.elements.accuracy_m.value = coords.accuracy;
        clearTimeout(giveUp);
        done();
      },
      () => (clearTimeout(giveUp), done()),
      { maximumAge: 30_000, timeout: PATIENCE, enableHighAccuracy: false },
    );
  });
}
