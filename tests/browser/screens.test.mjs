// Every screen, narrow and wide, in both languages: a picture to look at, no serious accessibility
// fault, no sideways scrolling, and nothing in the console.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { collect, present, withOneCharacterChanged } from './support/holder.js';
import { look } from './support/look.js';
import { accept, inLanguage, makeLink, openWallet, show, verifyPasted } from './support/pages.js';
import { days, stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

const sizes = [
  { width: 390, language: 'nl' },
  { width: 390, language: 'en' },
  { width: 1280, language: 'nl' },
  { width: 1280, language: 'en' },
  { width: 320, language: 'nl' },
  { width: 390, language: 'nl', dark: true },
  { width: 1280, language: 'en', dark: true },
];

/** The page behind a link, before and after looking, and what a verifier makes of it. */
async function behind(person, link, screen) {
  const page = await person.open(inLanguage(link, person));
  await page.getByTestId('open-link').waitFor();
  await screen(page, person, 'link-before');
  await page.getByTestId('open-link').click();
  await page.getByTestId('shared-content').waitFor();
  await screen(page, person, 'link-opened');
  await page.close();
  const judged = await verifyPasted(person, demo.verifier, link);
  await judged.page.getByTestId(`language-${person.language}`).click();
  await screen(judged.page, person, 'verifier-link');
  await judged.page.close();
}

async function behindWithdrawn(person, link, screen) {
  const page = await person.open(inLanguage(link, person));
  await page.getByTestId('open-link').click();
  await page.getByTestId('link-refusal').waitFor();
  await screen(page, person, 'link-withdrawn');
  await page.close();
}

for (const size of sizes) {
  const name = `${size.width} px, ${size.language}${size.dark ? ', dark' : ''}`;
  const screen = (page, person, what) => look(page, person, size.dark ? `${what}-dark` : what);

  test(`start page and register at ${name}`, async () => {
    const person = await chromium.person(size);
    const page = await person.open(inLanguage(demo.start, person));
    await page.getByTestId('step-5').waitFor();
    await screen(page, person, 'start');
    await page.getByTestId('samples').locator('summary').click();
    await screen(page, person, 'start-samples');

    await page.goto(inLanguage(demo.register, person));
    await page.getByTestId('entity').first().waitFor();
    assert.ok(await page.getByTestId('sample-data').isVisible(), 'the register does not say that its data is invented');
    assert.doesNotMatch(await page.locator('body').innerText(), /geaccrediteerde microcredential|accredited microcredential/i);
    await screen(page, person, 'register');
    await page.getByTestId('search').fill('zorg');
    await screen(page, person, 'register-search');
    await page.getByTestId('entity').last().click();
    await page.getByTestId('entity-name').waitFor();
    await page.getByTestId('technical').locator('summary').click();
    await screen(page, person, 'register-entity');
    await person.leave();
  });

  test(`keeping the register at ${name}`, async () => {
    const person = await chromium.person(size);
    const page = await person.open(inLanguage(`${demo.register}/keeper/`, person));
    await page.getByTestId('keeper-key').waitFor();
    await screen(page, person, 'keeper-sign-in');
    await page.getByTestId('keeper-key').fill(new URLSearchParams(new URL(demo.tour.keepers[0].url).hash.slice(1)).get('key'));
    await page.getByTestId('sign-in').click();
    await page.getByTestId('keeper-overview').waitFor();
    await screen(page, person, 'keeper');
    await page.getByTestId('organisation').first().click();
    for (const act of ['suspended', 'delegation', 'succession', 'key']) {
      await page.getByTestId('act').selectOption(act);
      await page.getByTestId('propose').click();
      await page.getByTestId('reason-nl-error').waitFor();
      await screen(page, person, `keeper-${act}`);
    }
    await page.goto(`${demo.register}/keeper/?lang=${person.language}#/admit`);
    await page.getByTestId('sector-hbo').check();
    await page.getByTestId('condition').last().waitFor();
    await page.getByTestId('propose').click();
    await page.getByTestId('document-error').waitFor();
    await screen(page, person, 'keeper-admit');
    await person.leave();
  });

  test(`desk at ${name}`, async () => {
    const files = await demo.waterland.badge();
    const person = await chromium.person(size);
    const page = await person.open(inLanguage(`${demo.waterland.origin}/desk/`, person));
    await page.getByTestId('desk-key').waitFor();
    await screen(page, person, 'desk-sign-in');
    await page.getByTestId('desk-key').fill(demo.waterland.key);
    await page.getByTestId('sign-in').click();
    await page.getByTestId('import').waitFor();
    await page.getByTestId('award-row').first().or(page.getByTestId('no-awards')).waitFor();
    await screen(page, person, 'desk-awards');
    await page.getByTestId('import').click();
    await page
      .getByTestId('import-files')
      .setInputFiles(Object.entries(files).map(([file, content]) => ({ name: `${file}.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(content)) })));
    await screen(page, person, 'desk-import');
    await page.getByTestId('import-use-files').click();
    await page.getByTestId('award-title').waitFor();
    await screen(page, person, 'desk-review');
    await page.getByTestId('approve').click();
    await page.getByTestId('blocked').waitFor();
    await screen(page, person, 'desk-review-blocked');

    const award = await demo.waterland.award();
    await page.goto(`${demo.waterland.origin}/desk/?lang=${person.language}#/awards/${award.id}`);
    await page.getByTestId('make-offer').waitFor();
    await screen(page, person, 'desk-approved');
    await page.getByTestId('make-offer').click();
    await page.getByTestId('offer-qr').locator('path').first().waitFor();
    await screen(page, person, 'desk-offer');
    await collect({ offerUri: await page.getByTestId('offer').getAttribute('data-offer'), txCode: await page.getByTestId('offer-code').getAttribute('data-code') });
    await page.getByTestId('issued').waitFor();
    await screen(page, person, 'desk-issued');
    await page.getByTestId('revoke').click();
    await page.getByTestId('reason').waitFor();
    await screen(page, person, 'desk-revoke');
    await page.getByTestId('reason').fill('Uitslag herzien');
    await page.getByTestId('control-confirm').click();
    await page.locator('[data-testid="award-state"][data-state="revoked"]').waitFor();
    await screen(page, person, 'desk-revoked');
    await person.leave();
  });

  test(`wallet at ${name}`, async () => {
    const { offerLink, txCode } = await (await demo.waterland.award()).offer();
    const person = await chromium.person({ ...size, expects: [/status of 410/] });
    const first = await person.open(inLanguage(demo.wallet, person));
    await first.getByTestId('first-start').waitFor();
    await screen(first, person, 'wallet-welcome');
    await first.getByTestId('first-start').click();
    await first.getByTestId('new-passphrase').waitFor();
    await screen(first, person, 'wallet-passphrase');
    await first.close();

    const page = await openWallet(person, demo.wallet);
    await screen(page, person, 'wallet-empty');
    await page.getByTestId('receive').click();
    await page.getByTestId('receive-title').waitFor();
    await page.getByTestId('scan-paste').click();
    await screen(page, person, 'wallet-receive');
    await page.getByTestId('paste-input').fill(offerLink);
    await page.getByTestId('paste-submit').click();
    await page.getByTestId('tx-code').waitFor();
    await screen(page, person, 'wallet-offer');
    await accept(page, txCode);
    await screen(page, person, 'wallet-received');
    await page.getByTestId('open-card').click();
    await page.locator('[data-testid="card-verdict"]').waitFor();
    await screen(page, person, 'wallet-card');
    await page.getByTestId('share').click();
    await page.getByTestId('share-title').waitFor();
    await screen(page, person, 'wallet-share');
    await page.getByTestId('preset-own').check();
    await screen(page, person, 'wallet-share-own');
    await page.getByTestId('preset-employer').check();
    await page.getByTestId('challenge-scan').click();
    await page.getByTestId('scan-stop').waitFor();
    await page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0);
    await screen(page, person, 'wallet-challenge-scan');
    await page.goBack();
    await page.getByTestId('card-title').waitFor();
    await page.getByTestId('share').click();
    await page.getByTestId('share-title').waitFor();
    await show(page);
    await screen(page, person, 'wallet-show');
    await page.evaluate(() => history.go(-2));
    await page.getByTestId('card-title').waitFor();
    await page.getByTestId('send').click();
    await page.getByTestId('send-title').waitFor();
    await screen(page, person, 'wallet-send');
    await page.getByTestId('make-link').click();
    await screen(page, person, 'wallet-send-refused');
    await page.goBack();
    const link = await makeLink(page, { purpose: 'Sollicitatie bij een installatiebedrijf', opens: 5 });
    await page.getByTestId('link-as-qr').locator('summary').click();
    await page.getByTestId('link-qr').locator('path').first().waitFor();
    await screen(page, person, 'wallet-link');
    await behind(person, link, screen);
    await page.getByTestId('withdraw').click();
    await page.getByTestId('withdraw-confirm').waitFor();
    await screen(page, person, 'wallet-link-withdraw');
    await page.getByTestId('withdraw-confirm').click();
    await page.locator('[data-testid="link-state"][data-state="withdrawn"]').waitFor();
    await screen(page, person, 'wallet-link-withdrawn');
    await behindWithdrawn(person, link, screen);
    for (const place of ['links', 'activity', 'settings', '']) {
      await page.evaluate((hash) => (location.hash = hash), `#/${place}`);
      await page.waitForTimeout(200);
      await screen(page, person, `wallet-${place || 'home'}`);
    }
    await page.reload();
    await page.getByTestId('passphrase').waitFor();
    await screen(page, person, 'wallet-unlock');
    await person.leave();
  });

  test(`verifier at ${name}`, async () => {
    const award = await demo.waterland.award();
    const held = await collect(await award.offer());
    const person = await chromium.person({ ...size, expects: [/net::ERR_FAILED/] });
    const start = await person.open(inLanguage(demo.verifier, person));
    await start.getByTestId('start').waitFor();
    await screen(start, person, 'verifier-start');
    await start.getByTestId('challenge').locator('summary').click();
    await start.getByTestId('challenge-make').click();
    await start.getByTestId('challenge-qr').locator('path').first().waitFor();
    await screen(start, person, 'verifier-challenge');

    const seen = async (text, what) => {
      const { page, colour } = await verifyPasted(person, demo.verifier, text);
      assert.equal(colour, what);
      await page.getByTestId(`language-${person.language}`).click();
      await screen(page, person, `verifier-${what}`);
      if (what === 'green') {
        await page.getByTestId('view').selectOption('examBoard');
        await page.getByTestId('board-reasons').click();
        await screen(page, person, 'verifier-exam-board');
        await page.getByTestId('view').selectOption('own');
        await page.getByTestId('want-evidence').check();
        await screen(page, person, 'verifier-own-choice');
        await page.getByTestId('view').selectOption('employer');
      }
      await page.close();
    };
    await seen(present(held), 'green');
    await seen(withOneCharacterChanged(present(held)), 'red');
    await demo.waterland.status('suspended', Date.now());
    try {
      await seen(present(held), 'amber');
    } finally {
      await demo.waterland.restore();
    }
    await person.context.route(/\/v1\/list(\/delta\/\d+)?$/, (route) => route.abort());
    await seen(present(held), 'grey');
    await person.leave();
  });
}
