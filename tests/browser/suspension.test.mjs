// An institution is suspended and reinstated: what that does to a credential from before and to one from in between, and
// what the register's page says of it. One story, in the order in which it happens.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { collect, present } from './support/holder.js';
import { assertVerdict, inLanguage, verifyPasted } from './support/pages.js';
import { received, stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  await demo.waterland.restore();
  chromium = await launch();
});
after(async () => {
  await demo?.waterland.restore();
  await chromium?.close();
});

/** A credential that is awarded at this moment, in its holder's wallet. */
async function awarded() {
  const award = await demo.waterland.award({ issuedOn: new Date().toISOString() });
  return collect(await award.offer());
}

/** A whole second that begins now. */
async function moment() {
  // Moments in credentials and receipts are whole seconds: what came before lies in an earlier one, what comes after does not.
  const from = Math.ceil((Date.now() + 1) / 1000) * 1000;
  while (Date.now() < from) await new Promise((done) => setTimeout(done, from - Date.now()));
  return from;
}

/** The register records a decision about the institution, in force from a moment. */
async function decide(status, from) {
  await demo.waterland.status(status, from);
  return from;
}

/** What the verifier's page says of a credential that is shown now. */
async function judged(held) {
  const employer = await chromium.person();
  const { page, ...found } = await verifyPasted(employer, demo.verifier, present(held));
  await employer.leave();
  return found;
}

/** What the register's page says of the institution: how it stands, and its newest decisions. */
async function told(language) {
  const visitor = await chromium.person({ language, width: 1280 });
  const page = await visitor.open(inLanguage(demo.register, visitor));
  await page.getByTestId('search').fill('Waterland');
  await page.locator('[data-testid="entity"]', { hasText: 'Waterland' }).first().click();
  await page.getByTestId('history-row').first().waitFor();
  const state = await page.locator('[data-testid="standing"] [data-state]').first().getAttribute('data-state');
  const standing = await page.getByTestId('standing').innerText();
  const history = await page.getByTestId('history-row').allInnerTexts();
  await visitor.leave();
  return { state, standing, history };
}

const day = (moment, language) =>
  new Intl.DateTimeFormat(language === 'nl' ? 'nl-NL' : 'en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/Amsterdam' }).format(moment);

test('what was awarded before a suspension keeps its worth, what was awarded during it never gets any, and the register shows why', async () => {
  const began = Date.now();
  const earlier = await awarded();
  await received(demo.register, earlier.credential, began);
  assertVerdict(await judged(earlier), 'green', 'ACC-001', { nl: /nog steeds actief/, en: /still active/ });

  // The desk refuses awards of a suspended institution, so this one is made before the register tells of the decision.
  const begins = await moment();
  const during = await awarded();
  const suspended = await decide('suspended', begins);

  assertVerdict(await judged(earlier), 'amber', 'ACC-002', {
    nl: new RegExp(`^Geldig bij uitgifte\\. De instelling doet sinds ${day(suspended, 'nl')} niet meer mee\\.$`),
    en: new RegExp(`^Valid when issued\\. .*${day(suspended, 'en')}`),
  });
  const red = { nl: /mocht dit op .* niet uitgeven/, en: /was not allowed to issue this on/ };
  assertVerdict(await judged(during), 'red', 'ACC-003', red);
  for (const [language, decision] of [['nl', /^Geschorst/], ['en', /^Suspended/]]) {
    const page = await told(language);
    assert.equal(page.state, 'suspended');
    assert.ok(page.standing.includes(day(suspended, language)), page.standing);
    assert.match(page.history[0], decision);
    assert.ok(page.history[0].includes(day(suspended, language)), page.history[0]);
  }

  const reinstated = await decide('active', await moment());

  assertVerdict(await judged(earlier), 'green', 'ACC-001', { nl: /nog steeds actief/, en: /still active/ });
  assertVerdict(await judged(during), 'red', 'ACC-003', red);
  for (const [language, decision] of [['nl', /^Geschorst/], ['en', /^Suspended/]]) {
    const page = await told(language);
    assert.equal(page.state, 'active');
    // Nothing is taken back: the suspension stays, below the decision that ended it.
    assert.ok(page.history[0].includes(day(reinstated, language)), page.history[0]);
    assert.doesNotMatch(page.history[0], decision);
    assert.match(page.history[1], decision);
    assert.ok(page.history.length >= 3, 'the admission, the suspension and the reinstatement');
  }
});
