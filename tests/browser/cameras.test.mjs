// What the two cameras read of each other's screens: the verifier's code by the wallet, a link by the verifier.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { assertVerdict, collectByHand, inLanguage, makeLink, picture, verdict, verifyScanned } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

const green = { nl: /deelnemende instelling/, en: /participating institution/ };

test('a wallet scans the verifier’s code, and what it shows then answers that code', async () => {
  const learner = await chromium.person();
  const employer = await chromium.person();
  const wallet = await collectByHand(learner, demo.wallet, await (await demo.waterland.award()).offer());

  const verifier = await employer.open(inLanguage(demo.verifier, employer));
  await verifier.getByTestId('challenge').locator('summary').click();
  await verifier.getByTestId('challenge-make').click();
  await verifier.getByTestId('challenge-qr').waitFor();
  const digits = (await verifier.getByTestId('challenge-code').innerText()).replace(/\s/g, '');

  await chromium.pointCameraAt(await picture(verifier.getByTestId('challenge-qr')));
  await wallet.getByTestId('share').click();
  await wallet.getByTestId('challenge-scan').click();
  await wallet.getByTestId('challenge-scan').waitFor();
  assert.equal((await wallet.getByTestId('challenge').inputValue()).replace(/\s/g, ''), digits);
  await wallet.getByTestId('show').click();

  await chromium.pointCameraAt(await picture(wallet.getByTestId('qr')));
  await verifier.getByTestId('scan-camera').click();
  // Shown without the code it would be grey, with another code red.
  assertVerdict(await verdict(verifier), 'green', 'ACC-001', green);
  assert.equal(await verifier.getByTestId('axis-holder').getAttribute('data-outcome'), 'passed');
  await learner.leave();
  await employer.leave();
});

test('a verifier reads a link from its QR code, with what it was shared for', async () => {
  const learner = await chromium.person();
  const employer = await chromium.person();
  const wallet = await collectByHand(learner, demo.wallet, await (await demo.waterland.award()).offer());
  await makeLink(wallet, { purpose: 'Sollicitatie bij de balie' });
  await wallet.getByTestId('link-as-qr').locator('summary').click();

  await chromium.pointCameraAt(await picture(wallet.getByTestId('link-qr')));
  const found = await verifyScanned(employer, demo.verifier);

  assertVerdict(found, 'green', 'ACC-001', green);
  assert.equal(await found.page.getByTestId('shared-purpose').innerText(), 'Sollicitatie bij de balie');
  await learner.leave();
  await employer.leave();
});
