// Two persons keep the register: an institution is admitted, and suspended, when both have agreed.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { inLanguage } from './support/pages.js';
import { json, stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

async function keeper(person, name) {
  const { url } = demo.tour.keepers.find((one) => one.name === name);
  const page = await person.open(inLanguage(url, person));
  await page.getByTestId('keeper-overview').waitFor();
  return page;
}

/** A DID document with a new key, of somebody nobody knows. */
function stranger() {
  const did = `did:web:${randomBytes(6).toString('hex')}.example`;
  const { kty, crv, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const method = { id: `${did}#key-1`, type: 'JsonWebKey', controller: did, publicKeyJwk: { kty, crv, x, y } };
  return { id: did, verificationMethod: [method], assertionMethod: [method.id] };
}

/** How a P-256 key is known by its content (RFC 7638). */
const thumbprint = ({ crv, kty, x, y }) => createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');

/** The proposal about something, on a page that shows what waits. */
const waiting = (page, words) => page.getByTestId('proposal').filter({ hasText: words });

test('a new institution takes part once a second person has confirmed its admission', async () => {
  const [anna, bert, visitor] = await Promise.all([chromium.person({ expects: [/status of 422/] }), chromium.person(), chromium.person()]);
  const name = `Hogeschool Proef ${randomBytes(3).toString('hex')}`;
  const proposing = await keeper(anna, 'anna');
  await proposing.getByTestId('admit').click();
  await proposing.getByTestId('name-nl').fill(name);
  await proposing.getByTestId('name-en').fill(`${name} (en)`);
  const document = stranger();
  await proposing.getByTestId('document').fill(JSON.stringify(document));
  await proposing.getByTestId('sector-hbo').check();
  await proposing.getByTestId('condition').first().waitFor();
  const items = await proposing.getByTestId('condition').locator('input[type=checkbox]').evaluateAll((all) => all.map((one) => one.dataset.testid));
  assert.equal(items.length, 15);
  for (const item of items.slice(1)) {
    await proposing.getByTestId(item).check();
    await proposing.getByTestId(item.replace('met-', 'evidence-')).fill('besluit 12');
  }
  assert.match(await proposing.getByTestId('consequence').innerText(), new RegExp(`${name} deelnemer aan het kwaliteitskader`));
  await proposing.getByTestId('propose').click();
  await proposing.getByTestId('admit-refused').waitFor();
  assert.match(await proposing.getByTestId('admit-refused').innerText(), /wettelijk erkend/);
  await proposing.getByTestId(items[0]).check();
  await proposing.getByTestId(items[0].replace('met-', 'evidence-')).fill('RIO');
  await proposing.getByTestId('propose').click();
  await waiting(proposing, name).getByTestId('own-proposal').waitFor();
  assert.equal(await waiting(proposing, name).getByTestId('confirm').count(), 0, 'nobody confirms their own proposal');

  const confirming = await keeper(bert, 'bert');
  const shown = await waiting(confirming, name).innerText();
  const { id, publicKeyJwk } = document.verificationMethod[0];
  for (const recorded of [document.id, id, thumbprint(publicKeyJwk), `${name} (en)`, 'hbo', 'besluit 12', 'RIO', 'Onder mandaat', 'Mag onderdelen machtigen']) {
    assert.ok(shown.includes(recorded), `the second person is shown ${recorded}`);
  }
  await waiting(confirming, name).getByTestId('confirm').click();
  await waiting(confirming, name).waitFor({ state: 'detached' });
  await confirming.getByTestId('organisation').filter({ hasText: name }).waitFor();

  const register = await visitor.open(inLanguage(demo.register, visitor));
  await register.getByTestId('entity').filter({ hasText: name }).click();
  assert.match(await register.getByTestId('standing').innerText(), /Deelnemer kwaliteitskader/);
  await Promise.all([anna.leave(), bert.leave(), visitor.leave()]);
});

/** What a keeper asks of the register behind the pages. */
async function asks(name, path, body) {
  const { url } = demo.tour.keepers.find((one) => one.name === name);
  const key = new URLSearchParams(new URL(url).hash.slice(1)).get('key');
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return json(new URL(path, demo.register), { method: 'POST', headers, body: JSON.stringify(body) });
}

test('an institution of the register is admitted for fewer levels and until a day', async () => {
  const [anna, bert] = await Promise.all([chromium.person({ width: 320 }), chromium.person()]);
  const name = `Hogeschool Later ${randomBytes(3).toString('hex')}`;
  const document = stranger();
  const entityId = `ent-later-${randomBytes(3).toString('hex')}`;
  const displayName = { nl: name, en: name };
  const { number } = await asks('anna', '/v1/entities', { entityId, dids: [document.id], displayName, didDocument: document, keysFrom: new Date().toISOString() });
  await asks('bert', `/v1/proposals/${number}/confirmation`, {});

  const proposing = await keeper(anna, 'anna');
  await proposing.getByTestId('organisation').filter({ hasText: name }).click();
  await proposing.getByTestId('admit-this').click();
  assert.match(await proposing.getByTestId('admit-lead').innerText(), new RegExp(`${name} staat al in het register`));
  assert.equal(await proposing.getByTestId('document').count(), 0, 'its keys are known');
  await proposing.getByTestId('sector-hbo').check();
  await proposing.getByTestId('level-5').uncheck();
  await proposing.getByTestId('last-day').fill('2020-01-01');
  await proposing.getByTestId('propose').click();
  await proposing.getByTestId('last-day-error').waitFor();
  const last = `${new Date().getFullYear() + 1}-06-30`;
  await proposing.getByTestId('last-day').fill(last);
  const items = await proposing.getByTestId('condition').locator('input[type=checkbox]').evaluateAll((all) => all.map((one) => one.dataset.testid));
  for (const item of items) {
    await proposing.getByTestId(item).check();
    await proposing.getByTestId(item.replace('met-', 'evidence-')).fill('besluit 13');
  }
  await proposing.screenshot({ path: 'target/screenshots/keeper-admit-registered-320.png', fullPage: true });
  await proposing.getByTestId('propose').click();
  await waiting(proposing, name).getByTestId('own-proposal').waitFor();

  const confirming = await keeper(bert, 'bert');
  await waiting(confirming, name).getByTestId('confirm').click();
  await waiting(confirming, name).waitFor({ state: 'detached' });
  const { entity } = await json(new URL(`/v1/entities/${document.id}`, demo.register));
  const { accreditations } = entity;
  assert.equal(accreditations.length, 1);
  assert.ok(!accreditations[0].scope.eqf.includes(5) && accreditations[0].scope.eqf.length > 0, JSON.stringify(accreditations[0].scope));
  assert.equal(accreditations[0].validUntil.slice(0, 4), last.slice(0, 4));
  await Promise.all([anna.leave(), bert.leave()]);
});

test('an institution is suspended by two persons, and a rejected proposal changes nothing', async () => {
  const [anna, bert, visitor] = await Promise.all([chromium.person(), chromium.person({ width: 320 }), chromium.person()]);
  const name = demo.noard.name.nl;
  const reason = `Proef ${randomBytes(3).toString('hex')}`;
  const suspend = async (page) => {
    await page.getByTestId('organisation').filter({ hasText: name }).first().click();
    await page.getByTestId('act').selectOption('suspended');
    await page.getByTestId('reason-nl').fill(reason);
    await page.getByTestId('reason-en').fill(reason);
    assert.match(await page.getByTestId('consequence').innerText(), /werkgevers/);
    await page.getByTestId('propose').click();
    await waiting(page, reason).waitFor();
  };
  const standing = async () => {
    const register = await visitor.open(inLanguage(`${demo.register}/#/entity/ent-noard`, visitor));
    const said = await register.getByTestId('standing').innerText();
    await register.close();
    return said;
  };
  await demo.noard.restore();
  try {
    const proposing = await keeper(anna, 'anna');
    const confirming = await keeper(bert, 'bert');
    await suspend(proposing);
    await confirming.reload();
    await waiting(confirming, reason).getByTestId('reject').click();
    await confirming.getByTestId('reject-reason').fill('Nog niet besloten');
    await confirming.getByTestId('reject-confirm').click();
    await waiting(confirming, reason).waitFor({ state: 'detached' });
    assert.match(await standing(), /Deelnemer kwaliteitskader/);

    await proposing.reload();
    await proposing.getByTestId('nothing-waits').waitFor();
    await suspend(proposing);
    assert.match(await standing(), /Deelnemer kwaliteitskader/);
    await confirming.reload();
    await waiting(confirming, reason).getByTestId('confirm').click();
    await waiting(confirming, reason).waitFor({ state: 'detached' });
    assert.match(await standing(), /Geschorst/);
    assert.match(await standing(), new RegExp(reason));
  } finally {
    await demo.noard.restore();
  }
  await Promise.all([anna.leave(), bert.leave(), visitor.leave()]);
});

test('a wrong key is refused with words, and the right one leaves the address bar and the tab', async () => {
  const person = await chromium.person({ expects: [/status of 401/] });
  const page = await person.open(inLanguage(`${demo.register}/keeper/`, person));
  await page.getByTestId('keeper-key').fill('not-the-key');
  await page.getByTestId('sign-in').click();
  await page.getByTestId('keeper-key-error').waitFor();
  assert.match(await page.getByTestId('keeper-key-error').innerText(), /sleutel klopt niet/);
  const signedIn = await keeper(person, 'anna');
  assert.ok(!signedIn.url().includes('key='));
  assert.match(await signedIn.getByTestId('signed-in').innerText(), /anna/);
  const other = new URL(demo.tour.keepers.find((one) => one.name === 'bert').url);
  await signedIn.evaluate((hash) => (location.hash = hash), other.hash);
  await signedIn.getByTestId('link-ignored').waitFor();
  assert.ok(!signedIn.url().includes('key='));
  assert.match(await signedIn.getByTestId('signed-in').innerText(), /anna/);
  await signedIn.getByTestId('sign-out').click();
  await signedIn.getByTestId('keeper-key').waitFor();
  await signedIn.reload();
  await signedIn.getByTestId('keeper-key').waitFor();
  await person.leave();
});
