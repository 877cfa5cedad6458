// <form data-here hidden>: shown where the phone can tell its place, and sent only with it. Loaded before report.js keeps the form.

const PATIENCE = 15_000; // milliseconds: somebody who moves a pin stands still and waits

export function start(form) {
  if (!navigator.geolocation) return;
  form.hidden = false;
  const { latitude, longitude, accuracy_m: accuracy } = form.elements;
  form.addEventListener("submit", (event) => {
    if (latitude.value || form.dataset.plain) return; // with the place: on its way as any other form
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    const done = () => (button.removeAttribute("aria-busy"), form.requestSubmit());
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        [latitude.value, longitude.value, accuracy.value] = [coords.latitude, coords.longitude, coords.accuracy];
        done();
      },
      () => {
        form.dataset.plain = "yes"; // the server says in words that the phone does not know where it is
        done();
      },
      { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE },
    );
  });
}
