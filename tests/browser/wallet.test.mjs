// What the wallet tells its learner beside the credential itself: who issued it, in their language, and a clock that is off.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { collectByHand, inLanguage, openWallet } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

test('the institution has its name in the reader’s language in the list, before anything is checked', async () => {
  const learner = await chromium.person({ language: 'en' });
  const wallet = await collectByHand(learner, demo.wallet, await (await demo.waterland.award()).offer());
  // Opened anew, so that nothing is known but what the wallet keeps.
  await wallet.goto(inLanguage(demo.wallet, learner));
  await wallet.getByTestId('passphrase').fill('zeven blauwe fietsen langs de vaart');
  await wallet.getByTestId('unlock-wallet').click();
  const card = wallet.getByTestId('card').first();
  assert.match(await card.innerText(), /University of Applied Sciences/);
  await wallet.getByTestId('language-nl').click();
  assert.match(await card.innerText(), /Hogeschool Waterland/);
  await learner.leave();
});

test('a wallet on a device whose clock is off says so and what to do, until it is set right', async () => {
  const learner = await chromium.person();
  const settings = /\/config\.json$/;
  await learner.context.route(settings, (route) =>
    route.request().method() === 'HEAD' ? route.fulfill({ headers: { date: new Date(Date.now() - 12.5 * 60_000).toUTCString() } }) : route.continue(),
  );
  const page = await openWallet(learner, demo.wallet);
  const said = await page.getByTestId('clock-off').innerText();
  assert.match(said, /loopt 12 minuten voor/);
  assert.match(said, /automatisch/);

  await learner.context.unroute(settings);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByTestId('clock-off').waitFor({ state: 'detached' });
  await learner.leave();
});

test('a wallet on a device whose clock is right says nothing of it', async () => {
  const learner = await chromium.person();
  const page = await openWallet(learner, demo.wallet);
  await page.waitForLoadState('networkidle');
  assert.equal(await page.getByTestId('clock-off').count(), 0);
  await learner.leave();
});
