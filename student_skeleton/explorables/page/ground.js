// A landscape as shades of its height with contour lines, made once and then only copied to the screen.

const BANDS = 16;

/**
 * The picture of heights, `width` × `height` pixels of a canvas of its own.
 *
 * Bands have equal ratios of height above the lowest point: valleys are where the optimizers spend their time.
 */
export function shaded({ shape: [rows, columns], values }, width, height, colours) {
  const levels = bands(values);
  const surface = document.createElement("canvas");
  surface.width = width;
  surface.height = height;
  const context = surface.getContext("2d");
  const image = context.createImageData(width, height);
  const [low, high, line] = [colours.low, colours.high, colours.faint].map(rgb);
  const above = new Float32Array(width + 1);
  for (let py = 0; py < height; py++) {
    const y = (1 - (py + 0.5) / height) * (rows - 1);
    let left = null;
    for (let px = 0; px < width; px++) {
      const level = between(levels, rows, columns, ((px + 0.5) / width) * (columns - 1), y);
      const band = Math.floor(level);
      const edge = (left !== null && Math.floor(left) !== band) || (py > 0 && Math.floor(above[px]) !== band);
      const share = Math.min(1, Math.max(0, (band + 0.5) / BANDS));
      const at = 4 * (py * width + px);
      for (let c = 0; c < 3; c++) {
        const shade = low[c] + share * (high[c] - low[c]);
        image.data[at + c] = edge ? 0.65 * shade + 0.35 * line[c] : shade;
      }
      image.data[at + 3] = 255;
      left = level;
      above[px] = level;
    }
  }
  context.putImageData(image, 0, 0);
  return surface;
}

/** Heights as numbers of bands from 0 to BANDS, by their logarithm. */
function bands(values) {
  const sorted = Float32Array.from(values).filter(Number.isFinite).sort();
  const lowest = sorted[0];
  const least = Math.max(
    1e-12,
    (sorted[Math.floor(sorted.length * 0.02)] - lowest) / 3,
    (sorted[sorted.length >> 1] - lowest) * 1e-4,
  );
  const span = Math.log((sorted[sorted.length - 1] - lowest) / least + 1) || 1;
  return Float32Array.from(values, (value) => (BANDS * Math.log((value - lowest) / least + 1)) / span);
}

function between(levels, rows, columns, x, y) {
  const i = Math.min(rows - 2, Math.floor(y));
  const j = Math.min(columns - 2, Math.floor(x));
  const [v, u] = [y - i, x - j];
  const at = i * columns + j;
  return (
    (1 - v) * ((1 - u) * levels[at] + u * levels[at + 1]) +
    v * ((1 - u) * levels[at + columns] + u * levels[at + columns + 1])
  );
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
