import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import jsQR from 'jsqr';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { frame, modulesOf, pixels } from './frame.js';

const CODES = JSON.parse(readFileSync(process.env.WAARMERK_CODES, 'utf8'));

const DECODERS = {
  // As `ui/src/scan.ts` asks it.
  async 'zxing-wasm'(picture) {
    const found = await readBarcodes({ ...picture, colorSpace: 'srgb' }, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 });
    return found[0]?.text;
  },
  async jsqr({ data, width, height }) {
    return jsQR(data, width, height)?.data;
  },
};

before(async () => {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  await prepareZXingModule({ overrides: { wasmBinary: readFileSync(file) }, fireImmediately: true });
});

/** How many of the codes each decoder reads; each code lies a little differently on the pixels. */
async function read(view) {
  const scores = Object.fromEntries(Object.keys(DECODERS).map((name) => [name, 0]));
  for (const { seed, text, svg } of CODES) {
    const { picture, height } = frame(modulesOf(svg), { ...view, shift: [seed * 1.3, seed * -0.7] });
    assert.ok(height <= 0.6, `the code fills ${height} of the height`);
    for (const [name, decode] of Object.entries(DECODERS)) {
      if ((await decode(pixels(picture))) === text) scores[name] += 1;
    }
  }
  return scores;
}

for (const [how, view] of [
  ['turned by 15 degrees', { roll: 15 }],
  ['tilted backwards by 15 degrees', { pitch: 15, share: 0.58 }],
]) {
  test(`code ${how}, blurred and compressed is read nine times of ten by two decoders`, async (t) => {
    assert.equal(CODES.length, 10);
    const scores = await read(view);
    const sizes = CODES.map(({ bytes, version }) => `${bytes} bytes (version ${version})`);
    t.diagnostic(`${JSON.stringify(scores)} of 10; ${[...new Set(sizes)].join(', ')}`);
    for (const [name, score] of Object.entries(scores)) assert.ok(score >= 9, `${name} read ${score} of 10`);
  });
}

test('code too far out of focus is not read, so these frames do test something', async () => {
  const { picture } = frame(modulesOf(CODES[0].svg), { roll: 15, sigma: 5 });
  for (const [name, decode] of Object.entries(DECODERS)) assert.notEqual(await decode(pixels(picture)), CODES[0].text, name);
});
