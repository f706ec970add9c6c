// The wallet and the verifier without a mouse: Tab, Enter, Space and typing alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readCode } from './support/camera.js';
import { launch } from './support/chromium.js';
import { collect, present } from './support/holder.js';
import { inLanguage, picture, verdict } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

/** Tabs until the element has the focus, which must then be visible. */
async function tabTo(page, testid, most = 60) {
  for (let step = 0; step < most; step++) {
    const there = await page.evaluate((wanted) => document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid') === wanted, testid);
    if (there) {
      const outline = await page.evaluate(() => {
        const element = document.activeElement;
        const around = element.closest('label') ?? element;
        return [element, around].some((one) => getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none');
      });
      assert.ok(outline, `${testid} has the focus and does not show it`);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${testid} cannot be reached with Tab`);
}

test('a credential is received and shown with the keyboard alone', async () => {
  const { offerLink, txCode } = await (await demo.waterland.award()).offer();
  const learner = await chromium.person({ width: 1280 });
  const page = await learner.open(inLanguage(demo.wallet, learner));

  await page.getByTestId('first-start').waitFor();
  await tabTo(page, 'first-start');
  await page.keyboard.press('Enter');
  await tabTo(page, 'new-passphrase');
  await page.keyboard.type('zeven blauwe fietsen langs de vaart');
  await tabTo(page, 'new-passphrase-again');
  await page.keyboard.type('zeven blauwe fietsen langs de vaart');
  await tabTo(page, 'understand');
  await page.keyboard.press('Space');
  await tabTo(page, 'create-wallet');
  await page.keyboard.press('Enter');

  await page.getByTestId('receive').waitFor();
  await tabTo(page, 'receive');
  await page.keyboard.press('Enter');
  await tabTo(page, 'scan-paste');
  await page.keyboard.press('Enter');
  await tabTo(page, 'paste-input');
  await page.keyboard.insertText(offerLink);
  await tabTo(page, 'paste-submit');
  await page.keyboard.press('Enter');

  await page.getByTestId('tx-code').waitFor();
  await tabTo(page, 'tx-code');
  await page.keyboard.type(txCode);
  await page.keyboard.press('Enter');
  await page.getByTestId('offer-done').waitFor({ timeout: 60_000 });
  await tabTo(page, 'open-card');
  await page.keyboard.press('Enter');
  await tabTo(page, 'share');
  await page.keyboard.press('Enter');
  await page.getByTestId('share-title').waitFor();
  await tabTo(page, 'show');
  await page.keyboard.press('Enter');

  assert.match(await readCode(await picture(page.getByTestId('qr'))), /^WM1:/);
  await learner.leave();
});

test('a pasted credential is checked with the keyboard alone', async () => {
  const held = await collect(await (await demo.waterland.award()).offer());
  const employer = await chromium.person({ width: 1280, language: 'en' });
  const page = await employer.open(inLanguage(demo.verifier, employer));

  await page.getByTestId('scan-paste').waitFor();
  await tabTo(page, 'scan-paste');
  await page.keyboard.press('Enter');
  await tabTo(page, 'paste-input');
  await page.keyboard.insertText(present(held));
  await tabTo(page, 'paste-submit');
  await page.keyboard.press('Enter');
  await page.getByTestId('verdict').waitFor({ timeout: 60_000 });

  const focused = await page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
  assert.equal(focused, 'verdict-headline', 'the answer takes the focus');
  assert.equal((await verdict(page)).colour, 'green');
  await employer.leave();
});

test('the first Tab offers to skip to the content, on every page', async () => {
  const person = await chromium.person();
  for (const address of [demo.start, demo.register, demo.wallet, demo.verifier, demo.waterland.deskUrl]) {
    const page = await person.open(inLanguage(address, person));
    await page.getByTestId('skip').waitFor({ state: 'attached' });
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'skip', address);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main', address);
  }
  await person.leave();
});
