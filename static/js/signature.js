// A canvas to sign on. What is drawn is a short SVG path in a box of 1000 × 300: "M12 34L15 40…", never a picture.

const [WIDE, HIGH, MOST] = [1000, 300, 8000];

/** Draws on `canvas`; `changed` gets the path after every stroke. Gives `show(path)` and `clear()`. */
export function signOn(canvas, changed) {
  const pen = canvas.getContext("2d");
  let strokes = [];
  let stroke = null;
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";

  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    return [within(((event.clientX - box.left) / box.width) * WIDE, WIDE), within(((event.clientY - box.top) / box.height) * HIGH, HIGH)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    stroke = [point(event)];
    strokes.push(stroke);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const [next, last] = [point(event), stroke.at(-1)];
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) < 4) return;
    stroke.push(next);
    draw();
  });
  const lift = () => {
    if (!stroke) return;
    stroke = null;
    changed(pathOf(strokes));
  };
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, lift);

  function draw() {
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.clearRect(0, 0, WIDE, HIGH);
    for (const points of strokes) {
      pen.beginPath();
      pen.moveTo(...points[0]);
      for (const one of points.length > 1 ? points.slice(1) : points) pen.lineTo(...one);
      pen.stroke();
    }
  }
  return {
    show(path) {
      strokes = (path.match(/M[^M]+/g) ?? []).map((one) => one.slice(1).split("L").map((pair) => pair.split(" ").map(Number)));
      draw();
    },
    clear() {
      strokes = [];
      draw();
      changed("");
    },
  };
}

/** Every nth point only, as few as it takes to stay small: a long signature loses detail, not its end. */
function pathOf(strokes) {
  for (let every = 1; ; every += 1) {
    const path = strokes.map((points) => "M" + points.filter((_, at) => at % every === 0 || at === points.length - 1).map((pair) => pair.join(" ")).join("L")).join("");
    if (path.length <= MOST || every > 50) return path.slice(0, MOST).replace(/[ML][^ML]*$/, path.length > MOST ? "" : "$&");
  }
}
