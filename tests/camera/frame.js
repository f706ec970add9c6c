// What a camera makes of a QR code: a grey wall with the code in front of it, tilted, blurred and compressed.

import jpeg from 'jpeg-js';

export const WIDTH = 1280;
export const HEIGHT = 720;
const WALL = 118;
const INK = 30;
const PAPER = 225;
// Modules of white around the code.
const QUIET = 4;
// Samples along each side of a pixel.
const FINE = 3;
// From eye to code, in pixels.
const DISTANCE = 3 * HEIGHT;

/** The dark modules of a code drawn by `qr-presentation`, and how many there are along a side, white ones around it included. */
export function modulesOf(svg) {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)[1]);
  const dark = new Uint8Array(side * side);
  const path = svg.slice(svg.lastIndexOf(' d="'));
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    const start = Number(y) * side + Number(x);
    dark.fill(1, start, start + Number(run));
  }
  return { side, dark };
}

/**
 * A frame as JPEG bytes, and what share of its height the code fills.
 *
 * `share`: of the height, when seen straight on. `roll`: degrees in the plane of the picture. `pitch`: degrees away from the eye.
 * `sigma`: of the blur, in pixels. `quality`: of the JPEG. `shift`: pixels off the middle, so that modules fall differently on pixels.
 */
export function frame({ side, dark }, { share = 0.6, roll = 0, pitch = 0, sigma = 1, quality = 70, shift = [0, 0] }) {
  const [cosRoll, sinRoll, cosPitch, sinPitch] = [Math.cos(rad(roll)), Math.sin(rad(roll)), Math.cos(rad(pitch)), Math.sin(rad(pitch))];
  const scale = (share * HEIGHT) / ((side - 2 * QUIET) * (cosRoll + sinRoll));
  const luma = new Float32Array(WIDTH * HEIGHT);
  let [top, bottom] = [HEIGHT, 0];
  const seen = (x, y) => {
    const fromMiddle = [x - WIDTH / 2 - shift[0], y - HEIGHT / 2 - shift[1]];
    const across = (fromMiddle[1] * DISTANCE) / (DISTANCE * cosPitch - fromMiddle[1] * sinPitch);
    const along = (fromMiddle[0] * (DISTANCE + across * sinPitch)) / DISTANCE;
    const u = Math.floor((along * cosRoll + across * sinRoll) / scale + side / 2);
    const v = Math.floor((across * cosRoll - along * sinRoll) / scale + side / 2);
    if (u < 0 || v < 0 || u >= side || v >= side) return WALL;
    if (!dark[v * side + u]) return PAPER;
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    return INK;
  };
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      let sum = 0;
      for (let j = 0; j < FINE; j++) for (let i = 0; i < FINE; i++) sum += seen(x + (i + 0.5) / FINE, y + (j + 0.5) / FINE);
      luma[y * WIDTH + x] = sum / (FINE * FINE);
    }
  }
  const blurred = blur(luma, sigma);
  const data = Buffer.alloc(WIDTH * HEIGHT * 4, 255);
  for (let pixel = 0; pixel < blurred.length; pixel++) data.fill(Math.round(blurred[pixel]), pixel * 4, pixel * 4 + 3);
  return { picture: jpeg.encode({ width: WIDTH, height: HEIGHT, data }, quality).data, height: (bottom - top) / HEIGHT };
}

/** The pixels of a frame. */
export function pixels(picture) {
  const { width, height, data } = jpeg.decode(picture, { useTArray: true });
  return { width, height, data: new Uint8ClampedArray(data) };
}

function rad(degrees) {
  return (degrees * Math.PI) / 180;
}

function blur(luma, sigma) {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pass = (from, dx, dy) => {
    const to = new Float32Array(from.length);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        let sum = 0;
        for (let d = -reach; d <= reach; d++) {
          const column = Math.min(WIDTH - 1, Math.max(0, x + d * dx));
          const row = Math.min(HEIGHT - 1, Math.max(0, y + d * dy));
          sum += from[row * WIDTH + column] * weights[d + reach];
        }
        to[y * WIDTH + x] = sum / total;
      }
    }
    return to;
  };
  return pass(pass(luma, 1, 0), 0, 1);
}
