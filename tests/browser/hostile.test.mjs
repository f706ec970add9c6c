// What somebody may paste into the verifier's page and the wallet: a clear screen each time, soon, and nothing freezes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { launch } from './support/chromium.js';
import { collect, present } from './support/holder.js';
import { inLanguage, openWallet } from './support/pages.js';
import { stage } from './support/stage.js';

/** How long a page may take for one text, in milliseconds. */
const LONGEST = 15_000;

let demo;
let chromium;
let shown;

before(async () => {
  demo = await stage();
  chromium = await launch();
  const award = await demo.waterland.award();
  shown = present(await collect(await award.offer()));
});
after(() => chromium?.close());

/** Texts by what is wrong with them. */
function corpus() {
  const [head, rest] = shown.split(/~(.*)/s);
  return {
    'a million letters': 'a'.repeat(1_000_000),
    'arrays 10,000 deep': '['.repeat(10_000),
    'objects 10,000 deep': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    '100,000 small values': `{"a":[${'0,'.repeat(100_000)}0]}`,
    'a member twice': '{"proof":1,"proof":2}',
    'a page': '<!doctype html><img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>',
    'a script as address': 'javascript:document.title="taken"',
    'letters from right to left': '\u202e0,7~\u2066WM1:',
    'a code of noise': `WM1:${'QED8WEX0'.repeat(500)}`,
    'a code that unpacks to 20 MB': `WM1:${base45(deflateRawSync(Buffer.alloc(20_000_000, '~')))}`,
    'an SD-JWT of separators': '~'.repeat(200_000),
    'the same disclosure 10,000 times': `${head}~${'WyJhIiwiYiIsImMiXQ~'.repeat(10_000)}`,
    'a presentation cut off': shown.slice(0, shown.length / 2),
    'an SD-JWT that says it needs no signature': `eyJhbGciOiJub25lIiwidHlwIjoidmMrc2Qtand0In0.e30.~${rest}`,
    'an offer of a file': 'openid-credential-offer://?credential_offer_uri=file%3A%2F%2F%2Fetc%2Fpasswd',
    'an offer at an address inside': 'openid-credential-offer://?credential_offer_uri=http%3A%2F%2F169.254.169.254%2F',
    'an offer 10,000 deep': `openid-credential-offer://?credential_offer=${'%5B'.repeat(10_000)}`,
    'a credential of wrong types': '{"@context":[[1]],"type":{"":[]},"proof":[[{}]],"issuer":-1,"credentialSubject":null}',
  };
}

/** RFC 9285. */
function base45(bytes) {
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length;
    let value = pair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    for (let count = pair ? 3 : 2; count > 0; count--) {
      text += letters[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

/** Pastes a text and waits until the page says something of it; the page still answers afterwards. */
async function paste(page, text, said) {
  await page.getByTestId('scan-paste').click();
  await page.getByTestId('paste-input').fill(text);
  const begun = Date.now();
  await page.getByTestId('paste-submit').click();
  await said.first().waitFor({ timeout: LONGEST });
  const took = Date.now() - begun;
  assert.ok(took < LONGEST, `${took} ms`);
  assert.notEqual(await page.title(), 'taken');
  assert.ok((await said.first().innerText()).trim().length > 5, 'nothing is said');
}

test('whatever is pasted into the verifier gets a clear answer that is not green', { timeout: 300_000 }, async () => {
  const employer = await chromium.person();
  const page = await employer.open(inLanguage(demo.verifier, employer));
  for (const [what, text] of Object.entries(corpus())) {
    await page.goto(inLanguage(demo.verifier, employer));
    const verdict = page.getByTestId('verdict');
    await paste(page, text, verdict.or(page.getByTestId('unreadable'))).catch((error) => assert.fail(`${what}: ${error.message}`));
    if (await verdict.isVisible()) assert.notEqual(await verdict.getAttribute('data-colour'), 'green', what);
  }
  await employer.leave();
});

test('whatever is pasted into the wallet gets a clear answer and keeps nothing', { timeout: 300_000 }, async () => {
  const learner = await chromium.person();
  const page = await openWallet(learner, demo.wallet);
  for (const [what, text] of Object.entries(corpus())) {
    await page.getByTestId('receive').click();
    await page.getByTestId('receive-title').waitFor();
    const said = page.getByTestId('receive-error').or(page.getByTestId('offer-error'));
    await paste(page, text, said).catch((error) => assert.fail(`${what}: ${error.message}`));
    await page.evaluate(() => (location.hash = '#/'));
    await page.getByTestId('empty').first().waitFor();
  }
  await learner.leave();
});
