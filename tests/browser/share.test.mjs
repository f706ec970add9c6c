// A microcredential sent by link: made in the wallet, looked at through the link, judged by a verifier, taken back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readCode } from './support/camera.js';
import { launch } from './support/chromium.js';
import { assertVerdict, collectByHand, inLanguage, makeLink, picture, verdict } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

/** A wallet with one credential, on that credential's screen. */
async function holding(person) {
  return collectByHand(person, demo.wallet, await (await demo.waterland.award()).offer());
}

/** Pastes a text before the verifier and waits for what becomes of it. */
async function judge(person, text) {
  const page = await person.open(inLanguage(demo.verifier, person));
  await page.getByTestId('scan-paste').click();
  await page.getByTestId('paste-input').fill(text);
  await page.getByTestId('paste-submit').click();
  await page.getByTestId('verdict').or(page.getByTestId('unreadable')).waitFor();
  return page;
}

/** What the page behind a link says when it cannot be opened. */
async function refusal(page) {
  await page.getByTestId('link-refusal').waitFor();
  return page.getByTestId('link-refusal').getAttribute('data-code');
}

/** Collects every address that a person's browser asks for. */
function asked(person) {
  const addresses = [];
  person.context.on('request', (request) => addresses.push(request.url()));
  return addresses;
}

test('a link shows what was chosen without judging it, and a verifier finds it genuine, by link', async () => {
  const learner = await chromium.person();
  const recipient = await chromium.person();
  const employer = await chromium.person({ language: 'en' });
  const addresses = [learner, recipient, employer].map(asked);
  const wallet = await holding(learner);
  const link = await makeLink(wallet, { purpose: 'Sollicitatie bij Bureau Voorbeeld' });
  assert.match(link, /\/s\/#[\w-]{22}\.[\w-]{43}$/);

  const page = await recipient.open(link);
  await page.getByTestId('open-link').waitFor();
  assert.doesNotMatch(await page.locator('body').innerText(), /Sanne|Warmtepomp/, 'nothing is shown before it is asked for');
  await page.getByTestId('open-link').click();
  await page.getByTestId('shared-content').waitFor();
  assert.equal(await page.getByTestId('shared-name').innerText(), 'Sanne de Vries');
  assert.equal(await page.getByTestId('shared-purpose').innerText(), 'Sollicitatie bij Bureau Voorbeeld');
  assert.equal(await page.locator('[data-testid="verdict"], [data-colour], .hallmark').count(), 0, 'a page behind a link gives no verdict');
  assert.match(await page.getByTestId('not-checked').innerText(), /Niet gecontroleerd/);
  const { verifier } = demo;
  assert.equal(await page.locator(`a[href^="${verifier}"]`).count(), 0, 'it sends nobody to a verifier of its own choice');

  const judged = await judge(employer, link);
  assertVerdict(await verdict(judged), 'green', 'ACC-001', { nl: /deelnemende instelling/, en: /participating institution/ });
  assert.match(await judged.getByTestId('axis-holder').innerText(), /by link, on/i);
  assert.equal(await judged.getByTestId('shared-purpose').innerText(), 'Sollicitatie bij Bureau Voorbeeld');

  await wallet.reload();
  await wallet.getByTestId('passphrase').fill('zeven blauwe fietsen langs de vaart');
  await wallet.getByTestId('unlock-wallet').click();
  await wallet.locator('[data-testid="link-views"][data-views="2"]').waitFor();

  const [id, key] = link.split('#')[1].split('.');
  for (const address of addresses.flat()) {
    // What stands after # never leaves the browser.
    const sent = address.split('#')[0];
    assert.ok(!sent.includes(key) && !sent.includes(id), `a secret in ${sent}`);
  }
  for (const person of [learner, recipient, employer]) await person.leave();
});

test('a withdrawn link says so, on its page and at the verifier, and gives nothing', async () => {
  const learner = await chromium.person();
  const recipient = await chromium.person({ expects: [/status of 410/] });
  const wallet = await holding(learner);
  const link = await makeLink(wallet);

  await wallet.getByTestId('withdraw').click();
  await wallet.getByTestId('withdraw-confirm').click();
  await wallet.locator('[data-testid="link-state"][data-state="withdrawn"]').waitFor();

  const page = await recipient.open(link);
  await page.getByTestId('open-link').click();
  assert.equal(await refusal(page), 'INP-012');
  const judged = await judge(recipient, link);
  assert.match(await judged.locator('main').innerText(), /ingetrokken/);
  await learner.leave();
  await recipient.leave();
});

test('a link for one opening is used up by it', async () => {
  const learner = await chromium.person();
  const recipient = await chromium.person({ expects: [/status of 410/] });
  const link = await makeLink(await holding(learner), { opens: 1 });

  assert.equal((await verdict(await judge(recipient, link))).colour, 'green');
  const page = await recipient.open(link);
  await page.getByTestId('open-link').click();
  assert.equal(await refusal(page), 'INP-014');
  await learner.leave();
  await recipient.leave();
});

test('a link that is cut off, mistyped, unknown or of another share is each named', async () => {
  const learner = await chromium.person();
  const recipient = await chromium.person({ expects: [/status of 404/] });
  const wallet = await holding(learner);
  const link = await makeLink(wallet);
  const swap = (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

  for (const [changed, code] of [
    [link.slice(0, -3), 'INP-009'],
    [link.split('#')[0], 'INP-009'],
    [link.slice(0, -20) + swap(link.slice(-20)), 'INP-010'],
  ]) {
    assert.equal(await refusal(await recipient.open(changed)), code);
    assert.equal(await (await judge(recipient, changed)).getByTestId('verdict').count(), 0);
  }

  const unmade = `${demo.wallet}/s/#${await unknownShare()}`;
  const page = await recipient.open(unmade);
  await page.getByTestId('open-link').click();
  assert.equal(await refusal(page), 'INP-015');

  // A store that gives something else for the link.
  await recipient.context.route(/\/v1\/shares\/open$/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    const parts = body.share.split('.');
    parts[3] = swap(parts[3]);
    await route.fulfill({ response, json: { ...body, share: parts.join('.') } });
  });
  const swapped = await recipient.open(link);
  await swapped.getByTestId('open-link').click();
  assert.equal(await refusal(swapped), 'INP-017');
  await learner.leave();
  await recipient.leave();
});

test('the QR code of a link holds the link, and a presentation taken out of it is still by link', async () => {
  const learner = await chromium.person();
  const employer = await chromium.person();
  const wallet = await holding(learner);
  const link = await makeLink(wallet);
  await wallet.getByTestId('link-as-qr').locator('summary').click();
  assert.equal(await readCode(await picture(wallet.getByTestId('link-qr'))), link);

  const judged = await judge(employer, await presentationBehind(link));
  const found = await verdict(judged);
  assert.deepEqual([found.colour, found.code], ['amber', 'HLD-010']);
  await learner.leave();
  await employer.leave();
});

test('a link that could not be kept stays in the list, and works after another try', async () => {
  const learner = await chromium.person({ expects: [/net::ERR_FAILED/] });
  const wallet = await holding(learner);
  await learner.context.route(/\/v1\/shares$/, (route) => route.abort());
  await makeLink(wallet, { kept: false });
  // The page tries once more by itself when it opens; only when that failed too, trying is left to the learner.
  await wallet.locator('[data-testid="keep-again"]:not([aria-busy])').waitFor();

  await learner.context.unroute(/\/v1\/shares$/);
  await wallet.getByTestId('keep-again').click();

  await wallet.locator('[data-testid="link-state"][data-state="open"]').waitFor();
  await learner.leave();
});

/** Id and key of a share that nobody made, as `specs/share-link/` computes them. */
async function unknownShare() {
  const { createHash, randomBytes } = await import('node:crypto');
  const key = randomBytes(32);
  const id = createHash('sha256').update('waarmerk share link 2\0').update(key).digest().subarray(0, 16);
  return `${id.toString('base64url')}.${key.toString('base64url')}`;
}

/** What a stranger's program gets out of a link, from the specification alone. */
async function presentationBehind(link) {
  const { createDecipheriv } = await import('node:crypto');
  const [base, fragment] = link.split('s/#');
  const [id, key] = fragment.split('.');
  const answer = await fetch(`${base}v1/shares/open`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id }) });
  const [header, , nonce, ciphertext, tag] = (await answer.json()).share.split('.');
  const bytes = (text) => Buffer.from(text, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', bytes(key), bytes(nonce)).setAAD(Buffer.from(header)).setAuthTag(bytes(tag));
  return JSON.parse(Buffer.concat([decipher.update(bytes(ciphertext)), decipher.final()]).toString()).presentation;
}
