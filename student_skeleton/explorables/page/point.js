// A point of the plane that is moved by mouse, touch or keys.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Makes a canvas the place of a movable point.
 *
 * `place(px, py)` turns pixels into a point, or null outside of the plot; `get()` is the point, `move(point)` is told
 * where it goes; `size()` gives the frame's width and height, of which an arrow key moves a fiftieth (with shift, a
 * five-hundredth). `hover(px, py)` hears where an idle mouse is, null when it leaves.
 */
export function movable(element, { place, get, move, size, hover = () => {} }) {
  element.setAttribute("tabindex", "0");
  element.style.touchAction = "none";
  let held = false;
  const at = (event) => {
    const { left, top } = element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const follow = (event) => {
    const point = place(...at(event));
    if (point) move(point);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !place(...at(event))) return;
    held = true;
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    hover(null);
    follow(event);
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    if (held) follow(event);
    else if (event.pointerType !== "touch") hover(...at(event));
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (held = false));
  element.addEventListener("pointerleave", () => hover(null));
  element.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.altKey || event.metaKey) return;
    const share = event.shiftKey ? 500 : 50;
    const [width, height] = size();
    const [x, y] = get();
    move([x + (arrow[0] * width) / share, y + (arrow[1] * height) / share]);
    event.preventDefault();
  });
}
