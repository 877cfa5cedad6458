// <p hidden data-locate><button>: asks once for the place, so that the question never comes up in the middle of a report.

export async function start(element) {
  const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (!navigator.geolocation || permission?.state !== "prompt") return;
  element.hidden = false;
  const hide = () => (element.hidden = true);
  element.querySelector("button").addEventListener("click", () => navigator.geolocation.getCurrentPosition(hide, hide));
}
