// Neither device has a connection: the wallet still shows, and the verifier's page still reads and says as known
// on which date.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { accept, inLanguage, openWallet, show, verdict } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;
before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

/** Waits until the page is kept on the device, so that it loads without a connection. */
const installed = (page) => page.waitForFunction(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null));

async function scanned(page) {
  await page.getByTestId('scan-camera').click();
  return verdict(page);
}

test('with both devices offline the wallet shows and the verifier says as known on which date', async () => {
  const expects = [/net::ERR_INTERNET_DISCONNECTED/, /net::ERR_FAILED/];
  const learner = await chromium.person({ offlineCache: true, expects });
  const employer = await chromium.person({ offlineCache: true, expects, language: 'nl' });
  const award = await demo.waterland.award();
  const { offerLink, txCode } = await award.offer();
  const wallet = await openWallet(learner, demo.wallet);
  await wallet.goto(offerLink);
  await wallet.reload();
  await wallet.getByTestId('passphrase').or(wallet.getByTestId('tx-code')).waitFor();
  if (await wallet.getByTestId('passphrase').isVisible()) {
    await wallet.getByTestId('passphrase').fill('zeven blauwe fietsen langs de vaart');
    await wallet.getByTestId('unlock-wallet').click();
  }
  await accept(wallet, txCode);
  await installed(wallet);

  // Once with a connection, which leaves the lists on the employer's device.
  await chromium.pointCameraAt(await show(wallet));
  const page = await employer.open(inLanguage(demo.verifier, employer));
  await installed(page);
  const online = await scanned(page);
  assert.equal(online.nl.headline, 'Echt en geldig');

  await learner.context.setOffline(true);
  await employer.context.setOffline(true);
  await wallet.goto(demo.wallet);
  await wallet.getByTestId('passphrase').fill('zeven blauwe fietsen langs de vaart');
  await wallet.getByTestId('unlock-wallet').click();
  await wallet.getByTestId('home').waitFor();
  await wallet.getByTestId('card').first().click();
  await chromium.pointCameraAt(await show(wallet));
  await page.reload();
  const offline = await scanned(page);

  assert.deepEqual([offline.colour, offline.code], ['green', 'ACC-001']);
  assert.match(offline.nl.headline, /^Echt en geldig, zoals bekend op \d+ \w+ \d{4} om \d\d:\d\d$/);
  assert.match(offline.en.headline, /^Genuine and valid, as known on /);
  assert.match(await page.getByTestId('kept').innerText(), /kept lists of/);

  // A device that never fetched this institution's lists cannot tell, and says so.
  await page.evaluate(() => caches.delete('waarmerk-lists'));
  await page.getByTestId('check-again').click();
  await page.locator('[data-testid="verdict"][data-colour="grey"]').waitFor();
  await learner.leave();
  await employer.leave();
});
