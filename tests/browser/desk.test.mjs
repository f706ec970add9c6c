// What staff meet at the desk beyond the straight road.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { collect } from './support/holder.js';
import { inLanguage } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

const asFiles = (documents) => Object.entries(documents).map(([name, content]) => ({ name: `${name}.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(content)) }));

async function signedIn(person) {
  const page = await person.open(inLanguage(demo.waterland.deskUrl, person));
  await page.getByTestId('import').waitFor();
  return page;
}

test('a wrong desk key is refused with words, and the right one is kept until signing out', async () => {
  const person = await chromium.person({ expects: [/status of 401/] });
  const page = await person.open(inLanguage(`${demo.waterland.origin}/desk/`, person));
  await page.getByTestId('desk-key').fill('not-the-key');
  await page.getByTestId('sign-in').click();
  await page.getByTestId('desk-key-error').waitFor();
  assert.match(await page.getByTestId('desk-key-error').innerText(), /sleutel klopt niet/);

  await page.getByTestId('desk-key').fill(demo.waterland.key);
  await page.getByTestId('sign-in').click();
  await page.getByTestId('import').waitFor();
  await page.reload();
  await page.getByTestId('import').waitFor();
  await page.getByTestId('sign-out').click();
  await page.getByTestId('desk-key').waitFor();
  await page.reload();
  await page.getByTestId('desk-key').waitFor();
  await person.leave();
});

test('the key in a desk link leaves the address bar at once', async () => {
  const person = await chromium.person();
  const page = await signedIn(person);
  assert.ok(!page.url().includes(demo.waterland.key));
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...localStorage }))).includes(demo.waterland.key));
  await person.leave();
});

test('a revoked badge is refused with the reason its platform gives', async () => {
  const revoked = demo.tour.samples.find((sample) => sample.state === 'revoked');
  const person = await chromium.person({ expects: [/status of 4\d\d/] });
  const page = await signedIn(person);
  await page.getByTestId('import').click();
  await page.getByTestId('import-link').fill(revoked.assertionUrl);
  await page.getByTestId('import-fetch').click();
  const refused = page.getByTestId('import-refused').or(page.locator('[data-code="SRC-001"]'));
  await refused.first().waitFor();
  assert.match(await refused.first().locator('xpath=ancestor-or-self::*[self::tr or @role="alert"][1]').innerText(), /ingetrokken/i);
  await person.leave();
});

test('an empty or broken link and a file that is no JSON are explained before anything is sent', async () => {
  const person = await chromium.person();
  const page = await signedIn(person);
  await page.getByTestId('import').click();
  await page.getByTestId('import-fetch').click();
  assert.match(await page.getByTestId('import-link-error').innerText(), /Plak eerst/);
  await page.getByTestId('import-link').fill('badge');
  await page.getByTestId('import-fetch').click();
  assert.match(await page.getByTestId('import-link-error').innerText(), /geen volledige link/);
  await page.getByTestId('import-files').setInputFiles([{ name: 'foto.json', mimeType: 'application/json', buffer: Buffer.from('\x89PNG') }]);
  assert.match(await page.getByTestId('import-files-error').innerText(), /foto\.json is geen JSON-bestand/);
  await page.getByTestId('import-use-files').click();
  assert.match(await page.getByTestId('import-files-error').innerText(), /Kies nog/);
  await person.leave();
});

test('an award without a confirmed name cannot be approved, and the desk says what is missing', async () => {
  const person = await chromium.person({ width: 1280 });
  const page = await signedIn(person);
  await page.getByTestId('import').click();
  await page.getByTestId('import-files').setInputFiles(asFiles(await demo.waterland.badge()));
  await page.getByTestId('import-use-files').click();
  await page.getByTestId('award-title').waitFor();
  await page.getByTestId('approve').click();
  await page.getByTestId('blocked').waitFor();

  const row = page.locator('tr', { has: page.locator('[data-code="META-001"]') });
  assert.match(await row.innerText(), /naam van de deelnemer ontbreekt/);
  assert.match(await row.innerText(), /Houdt tegen/);
  await page.getByTestId('language-en').click();
  assert.match(await row.innerText(), /name is missing or not confirmed/);
  assert.match(await row.innerText(), /Blocks/);
  await person.leave();
});

test('revoking asks for a reason and once for confirmation, and is final', async () => {
  const award = await demo.waterland.award();
  await collect(await award.offer());
  const person = await chromium.person({ width: 1280 });
  const page = await signedIn(person);
  await page.evaluate((id) => (location.hash = `#/awards/${id}`), award.id);
  await page.getByTestId('revoke').click();
  await page.getByTestId('control-confirm').click();
  assert.match(await page.getByTestId('reason-error').innerText(), /Vul de reden in/);
  assert.equal(await demo.waterland.state(award.id), 'issued');

  await page.getByTestId('reason').fill('Uitslag herzien na klacht');
  await page.getByTestId('control-confirm').click();
  await page.locator('[data-testid="award-state"][data-state="revoked"]').waitFor();
  assert.equal(await page.getByTestId('revoke').count(), 0);
  assert.match(await page.getByTestId('control').innerText(), /definitief/);
  await person.leave();
});

test('a suspended award can be reinstated', async () => {
  const award = await demo.waterland.award();
  await collect(await award.offer());
  const person = await chromium.person({ width: 1280 });
  const page = await signedIn(person);
  await page.evaluate((id) => (location.hash = `#/awards/${id}`), award.id);
  for (const [act, state] of [['suspend', 'suspended'], ['reinstate', 'issued']]) {
    await page.getByTestId(act).click();
    await page.getByTestId('reason').fill('Onderzoek');
    await page.getByTestId('control-confirm').click();
    await page.locator(`[data-testid="award-state"][data-state="${state}"]`).waitFor();
    assert.equal(await demo.waterland.state(award.id), state);
  }
  await person.leave();
});
