// How much is awarded: counted by institutions, told to the register, shown by it without telling anybody apart.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { look } from './support/look.js';
import { inLanguage } from './support/pages.js';
import { json, stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
  for (let made = 0; made < 6; made++) await demo.waterland.award();
  await told();
});
after(() => chromium?.close());

/** Waits until the register was told of awards enough to show their number. */
async function told() {
  for (let tries = 0; tries < 120; tries++) {
    const { total } = await json(new URL('/v1/statistics', demo.register));
    if (total.awards >= 5) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  assert.fail('the register was told of no awards within a minute');
}

for (const person of [
  { width: 390, language: 'nl' },
  { width: 1280, language: 'en' },
  { width: 320, language: 'nl', dark: true },
]) {
  test(`the register shows how much was awarded, by level and size, at ${person.width} px in ${person.language}`, async () => {
    const visitor = await chromium.person(person);
    const page = await visitor.open(inLanguage(demo.register, visitor));
    await page.getByTestId('to-numbers').click();
    await page.getByTestId('numbers-total').waitFor();

    assert.match(await page.getByTestId('numbers-total').innerText(), person.language === 'nl' ? /^ongeveer \d*[05]$/ : /^about \d*[05]$/);
    const rows = await page.getByTestId('numbers-classes-row').allInnerTexts();
    assert.ok(rows.length > 0);
    // Rounded, or not told: no line tells of fewer than five.
    for (const row of rows) assert.match(row, person.language === 'nl' ? /(\d*[05]|minder dan 5)\s*$/ : /(\d*[05]|fewer than 5)\s*$/);
    const institution = page.getByTestId('numbers-institution').filter({ hasText: demo.waterland.name[person.language] ?? demo.waterland.name });
    await institution.locator('summary').click();
    await institution.getByTestId('numbers-of-institution').waitFor();
    await look(page, visitor, person.dark ? 'register-numbers-dark' : 'register-numbers');

    await page.goBack();
    await page.getByTestId('entity').first().waitFor();
    await visitor.leave();
  });
}
