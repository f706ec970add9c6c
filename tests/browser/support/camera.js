// What the camera sees: a code, drawn as the frames of a raw video that Chromium plays as its camera.
//
// The video is YUV4MPEG2 (4:2:0, full planes), always 1280 × 720, so that one browser can be shown
// several codes in turn: Chromium opens the file anew each time a page asks for the camera.

import { writeFile } from 'node:fs/promises';
import { PNG } from 'pngjs';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const WIDTH = 1280;
const HEIGHT = 720;
const GREY = 118;
const FRAMES = 4;

/** Writes a video of a grey wall, with the picture (a PNG buffer) held in front of it when one is given. */
export async function pointCameraAt(file, png) {
  const luma = Buffer.alloc(WIDTH * HEIGHT, GREY);
  if (png) {
    const picture = PNG.sync.read(png);
    const side = Math.min(HEIGHT - 40, Math.max(picture.width, picture.height) * 2);
    const scale = side / Math.max(picture.width, picture.height);
    const width = Math.floor(picture.width * scale);
    const height = Math.floor(picture.height * scale);
    const left = Math.floor((WIDTH - width) / 2);
    const top = Math.floor((HEIGHT - height) / 2);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        luma[(top + y) * WIDTH + left + x] = brightness(picture, x / scale, y / scale);
      }
    }
  }
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  await writeFile(file, Buffer.concat([header, ...Array.from({ length: FRAMES }, () => frame)]));
}

function brightness(picture, x, y) {
  // Bilinear, as a lens would: hard pixel edges are not what a camera delivers.
  const x0 = Math.min(picture.width - 1, Math.floor(x));
  const y0 = Math.min(picture.height - 1, Math.floor(y));
  const x1 = Math.min(picture.width - 1, x0 + 1);
  const y1 = Math.min(picture.height - 1, y0 + 1);
  const fx = x - x0;
  const fy = y - y0;
  const mix =
    grey(picture, x0, y0) * (1 - fx) * (1 - fy) +
    grey(picture, x1, y0) * fx * (1 - fy) +
    grey(picture, x0, y1) * (1 - fx) * fy +
    grey(picture, x1, y1) * fx * fy;
  return Math.round(16 + (mix * 219) / 255);
}

function grey(picture, x, y) {
  const at = (y * picture.width + x) * 4;
  const [red, green, blue, alpha] = picture.data.subarray(at, at + 4);
  const value = 0.299 * red + 0.587 * green + 0.114 * blue;
  return alpha === 255 ? value : (value * alpha + 255 * (255 - alpha)) / 255;
}

let reader;

/** The text of the code in a picture, or a failure that says nothing was read. */
export async function readCode(png) {
  reader ??= prepareZXingModule({
    overrides: {
      wasmBinary: readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')),
    },
    fireImmediately: true,
  });
  await reader;
  const { width, height, data } = PNG.sync.read(png);
  const [code] = await readBarcodes(
    { width, height, data: new Uint8ClampedArray(data), colorSpace: 'srgb' },
    { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 },
  );
  if (!code?.text) throw new Error('no code could be read from the picture');
  return code.text;
}
