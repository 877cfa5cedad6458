// <input type="checkbox" data-select-all="name">: ticks every box of that name in its form.

export function start(master) {
  const form = master.form ?? document;
  const boxes = () => [...form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(master.dataset.selectAll)}"]`)];
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    master.checked = ticked > 0 && ticked === boxes().length;
    master.indeterminate = ticked > 0 && !master.checked;
    const count = form.querySelector("output[data-selected-count]");
    if (count) count.textContent = ticked;
  };
  master.addEventListener("change", () => {
    for (const box of boxes()) box.checked = master.checked;
    show();
  });
  form.addEventListener("change", show);
  master.hidden = false;
  show();
}
