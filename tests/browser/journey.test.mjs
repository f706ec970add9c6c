// One credential's life through the pages and two cameras: badge, desk, wallet, code, verifier.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pointCameraAt, readCode } from './support/camera.js';
import { launch } from './support/chromium.js';
import { accept, assertVerdict, inLanguage, openWallet, picture, show, verdict, verifyPasted, verifyScanned } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

/** Staff at their desk, with the key in the link they were given. */
async function atTheDesk(person, institution) {
  const desk = await person.open(inLanguage(institution.deskUrl, person));
  await desk.getByTestId('import').waitFor();
  assert.ok(!desk.url().includes(institution.key), 'the desk key stayed in the address');
  return desk;
}

/** From a badge to an offer on the screen, by hand. */
async function offerByHand(desk) {
  await desk.getByTestId('given-name').fill('Sanne');
  await desk.getByTestId('family-name').fill('de Vries');
  await desk.getByTestId('confirm-name').check();
  await desk.getByTestId('other-title').fill('Designing heat pump systems');
  for (const field of await desk.locator('[data-testid^="other-outcome-"]').all()) await field.fill('You can do what this outcome asks for, on your own.');
  for (const box of await desk.locator('input[data-testid^="confirm-"]:not([data-testid="confirm-name"])').all()) await box.check();
  await desk.getByTestId('save').click();
  await desk.getByTestId('toast').first().waitFor();
  for (const box of await desk.locator('input[data-testid^="confirm-"]:not([data-testid="confirm-name"])').all()) await box.check();
  await desk.getByTestId('approve').click();
  await desk.getByTestId('make-offer').click();
  await desk.getByTestId('offer-code').waitFor();
  return { code: await desk.getByTestId('offer-code').getAttribute('data-code'), link: await desk.getByTestId('offer-link-text').inputValue() };
}

test('a badge fetched by its link becomes a credential that an employer scans and finds genuine and valid', async () => {
  const staff = await chromium.person({ width: 1280 });
  const learner = await chromium.person();
  const employer = await chromium.person();

  const desk = await atTheDesk(staff, demo.waterland);
  await desk.getByTestId('import').click();
  const spare = (demo.tour.spareSamples ?? []).concat(demo.tour.samples.filter((one) => one.state === 'ready' && one.institution === 'waterland'));
  await importFirstUnused(desk, spare);
  const { code, link } = await offerByHand(desk);

  const wallet = await openWallet(learner, demo.wallet);
  await wallet.goto(link);
  await unlockIfAsked(wallet);
  await accept(wallet, code);
  await desk.getByTestId('issued').waitFor();

  await chromium.pointCameraAt(await show(wallet));
  const found = await verifyScanned(employer, demo.verifier);

  assertVerdict(found, 'green', 'ACC-001', { nl: /deelnemende instelling/, en: /participating institution/ });
  assert.equal(await found.page.getByTestId('holder-name').innerText(), 'Sanne de Vries');
  for (const person of [staff, learner, employer]) await person.leave();
});

test('a badge handed over as files is offered by a code that the wallet scans with its camera', async () => {
  const staff = await chromium.person({ width: 1280, language: 'en' });
  const learner = await chromium.person({ language: 'en' });

  const desk = await atTheDesk(staff, demo.waterland);
  await desk.getByTestId('import').click();
  const badge = await demo.waterland.badge();
  const files = Object.entries(badge).map(([name, content]) => ({ name: `${name}.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(content)) }));
  await desk.getByTestId('import-files').setInputFiles(files);
  await desk.getByTestId('import-use-files').click();
  await desk.getByTestId('award-title').waitFor();
  const { code } = await offerByHand(desk);
  await chromium.pointCameraAt(await picture(desk.getByTestId('offer-qr')));

  const wallet = await openWallet(learner, demo.wallet);
  await wallet.getByTestId('receive').click();
  await wallet.getByTestId('scan-camera').click();
  await accept(wallet, code);

  await desk.getByTestId('issued').waitFor();
  const text = await readCode(await show(wallet));
  assert.match(text, /^WM1:/);
  await staff.leave();
  await learner.leave();
});

test('a wallet shows only what was chosen, and the verifier says what stayed hidden', async () => {
  const learner = await chromium.person();
  const employer = await chromium.person();
  const award = await demo.waterland.award();
  const { offerLink, txCode } = await award.offer();
  const wallet = await openWallet(learner, demo.wallet);
  await wallet.goto(offerLink);
  await unlockIfAsked(wallet);
  await accept(wallet, txCode);

  const code = await show(wallet, async (page) => {
    await page.getByTestId('preset-own').check();
    await page.getByTestId('group-name').uncheck();
  });
  const found = await verifyPasted(employer, demo.verifier, await readCode(code));

  assertVerdict(found, 'green', 'ACC-001', { nl: /deelnemende instelling/, en: /participating institution/ });
  assert.match(await found.page.getByTestId('holder-name').innerText(), /not shown/i);
  assert.match(await found.page.getByTestId('hidden').innerText(), /name/i);
  assert.doesNotMatch(await found.page.content(), /de Vries/);
  await learner.leave();
  await employer.leave();
});

test('a code with one changed character is never called valid', async () => {
  const learner = await chromium.person();
  const employer = await chromium.person();
  const award = await demo.waterland.award();
  const { offerLink, txCode } = await award.offer();
  const wallet = await openWallet(learner, demo.wallet);
  await wallet.goto(offerLink);
  await unlockIfAsked(wallet);
  await accept(wallet, txCode);
  const text = await readCode(await show(wallet));

  for (const at of [Math.floor(text.length / 3), Math.floor(text.length / 2), text.length - 30]) {
    const changed = text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1);
    const page = await employer.open(inLanguage(demo.verifier, employer));
    await page.getByTestId('scan-paste').click();
    await page.getByTestId('paste-input').fill(changed);
    await page.getByTestId('paste-submit').click();
    await page.getByTestId('verdict').or(page.getByTestId('unreadable')).waitFor();
    if (await page.getByTestId('verdict').isVisible()) assert.equal((await verdict(page)).colour, 'red');
  }
  await learner.leave();
  await employer.leave();
});

async function importFirstUnused(desk, samples) {
  for (const sample of samples) {
    await desk.getByTestId('import-link').fill(sample.assertionUrl);
    await desk.getByTestId('import-fetch').click();
    await desk.getByTestId('award-title').or(desk.getByTestId('import-refused')).waitFor();
    if (await desk.getByTestId('award-title').isVisible()) {
      if ((await desk.getByTestId('award-state').getAttribute('data-state')) === 'review') return;
      await desk.goto(`${desk.url().split('#')[0]}#/import`);
      await desk.getByTestId('import-link').waitFor();
    }
  }
  throw new Error('every sample badge was used already; start the demonstration with a new data folder');
}

async function unlockIfAsked(page) {
  await page.getByTestId('passphrase').or(page.getByTestId('tx-code')).waitFor();
  if (await page.getByTestId('passphrase').isVisible()) {
    await page.getByTestId('passphrase').fill('zeven blauwe fietsen langs de vaart');
    await page.getByTestId('unlock-wallet').click();
  }
}
