// Small pictures with what they are and what they were taken for.

import { h } from "./elements.js";

const CLASSES = ["bee", "wasp"];

/** `trained` is the kernel's record, `pictures` its pixels {shape: [n, height, width, 3], values}. */
export function photos(trained, pictures) {
  const [count, height, width] = pictures.shape;
  const all = Array.from({ length: count }, (_, i) => {
    const label = trained.labels[i];
    const text = `a ${CLASSES[label]}, said to be a ${CLASSES[1 - label]}: ${percent(1 - trained.shares[i])}`;
    const canvas = h("canvas", {
      width,
      height,
      role: "img",
      "aria-label": `${text}, ${trained.names[i]}`,
      title: trained.names[i],
    });
    const image = new ImageData(width, height);
    for (let p = 0; p < width * height; p++) {
      for (let c = 0; c < 3; c++) image.data[4 * p + c] = pictures.values[3 * (i * width * height + p) + c];
      image.data[4 * p + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    return h("li", {}, canvas, h("span", {}, text));
  });
  return h("ul", { class: "photos" }, ...all);
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}
