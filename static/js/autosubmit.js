// <form data-autosubmit>: a filter that applies itself when a choice changes; its button stays for everybody else.

export function start(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
}
