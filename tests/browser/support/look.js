// Looking at a screen: a screenshot to keep, and axe's opinion of it.

import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.WAARMERK_SCREENSHOTS ?? fileURLToPath(new URL('../../../target/screenshots/', import.meta.url));

/** Takes the picture `<screen>-<width>-<language>.png` and fails on serious accessibility faults or sideways scrolling. */
export async function look(page, person, screen) {
  await page.evaluate(() => document.fonts.ready);
  await mkdir(SHOTS, { recursive: true });
  const name = `${screen}-${person.width}-${person.language}`;
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  // What a visitor sees first, for the pictures in the README.
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(SHOTS, `${name}-top.png`) });

  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (overflow > 0) throw new Error(`${name} scrolls sideways by ${overflow} px`);

  const language = await page.evaluate(() => document.documentElement.lang);
  if (!language.startsWith(person.language)) throw new Error(`${name} says its language is "${language}"`);

  const faults = await axe(page);
  if (faults.length > 0) throw new Error(`${name} is not accessible:\n${faults.join('\n')}`);
}

/** The serious and critical faults axe sees, one line each. */
export async function axe(page) {
  // Evaluated by the debugger, so that the page's own content security policy stays as it is.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
  );
  return violations
    .filter((fault) => fault.impact === 'serious' || fault.impact === 'critical')
    .map((fault) => `${fault.id}: ${fault.help} (${fault.nodes.map((node) => node.target.join(' ')).slice(0, 4).join('; ')})`);
}
