// Neither device has a connection: the wallet still shows, and the verifier's page still reads and says as known
// on which date.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { collect, present } from './support/holder.js';
import { accept, assertVerdict, inLanguage, openWallet, show, verdict, verifyPasted } from './support/pages.js';
import { days, stage } from './support/stage.js';

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

test('a register that goes back to an older list is refused after every reload, and the newest list stays the one that is kept', async () => {
  const award = await demo.waterland.award();
  const held = await collect(await award.offer());
  const LIST = /\/v1\/list(\/delta\/\d+)?$/;
  const older = await (await fetch(new URL('/v1/list', demo.register))).text();
  await demo.waterland.status('suspended', days(award.awardedOn, -7));
  try {
    const employer = await chromium.person({ expects: [/net::ERR_FAILED/] });
    assert.equal((await verifyPasted(employer, demo.verifier, present(held))).code, 'ACC-003');

    await employer.context.route(LIST, (route) =>
      route.fulfill({ body: older, contentType: 'application/mc-register+jwt', headers: { 'access-control-allow-origin': '*' } }),
    );
    for (let visit = 0; visit < 2; visit++) {
      assertVerdict(await verifyPasted(employer, demo.verifier, present(held)), 'grey', 'ACC-007', {
        nl: /ouder dan een eerder antwoord/,
        en: /older than an earlier answer/,
      });
    }

    await employer.context.unroute(LIST);
    await employer.context.route(LIST, (route) => route.abort());
    const { page, ...unreachable } = await verifyPasted(employer, demo.verifier, present(held));
    assert.deepEqual([unreachable.colour, unreachable.code], ['grey', 'ACC-007']);
    await page.getByTestId('use-kept').click();
    await page.locator('[data-testid="verdict"][data-colour="red"]').waitFor();
    assert.equal((await verdict(page)).code, 'ACC-003', 'what the newest list said of the institution');
    assert.match(await page.getByTestId('kept').innerText(), /kept lists of .* at \d\d:\d\d/);
    await employer.leave();
  } finally {
    await demo.waterland.restore();
  }
});
