// What the verifier's page says when something is wrong with a credential, its issuer, or the network.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { collect, present, withClaimChanged, withDisclosureChanged, withOneCharacterChanged } from './support/holder.js';
import { assertVerdict, inLanguage, verdict, verifyPasted } from './support/pages.js';
import { days, received, stage } from './support/stage.js';

let demo;
let chromium;
let held;
let awardedOn;

before(async () => {
  demo = await stage();
  chromium = await launch();
  const before = Date.now();
  const award = await demo.waterland.award();
  awardedOn = award.awardedOn;
  held = await collect(await award.offer());
  // The register takes nothing from an institution that a test suspends.
  await received(demo.register, held.credential, before);
});
after(() => chromium?.close());
// Whatever a test decided about the institution is undone for the whole of its time.
afterEach(() => demo.waterland.restore());

async function check(text, options) {
  const employer = await chromium.person(options);
  const found = await verifyPasted(employer, demo.verifier, text);
  await employer.leave();
  return found;
}

test('a sound credential, freshly shown, is green', async () => {
  assertVerdict(await check(present(held)), 'green', 'ACC-001', { nl: /deelnemende instelling/, en: /participating institution/ });
});

test('a revoked credential is red and says who revoked it', async () => {
  const award = await demo.waterland.award();
  const copy = await collect(await award.offer());
  await demo.waterland.revoke(award.id);

  assertVerdict(await check(present(copy)), 'red', 'VER-003', { nl: /Ingetrokken door /, en: /Revoked by / });
});

test('a suspended credential is not valid until it is reinstated', async () => {
  const award = await demo.waterland.award();
  const copy = await collect(await award.offer());

  await demo.waterland.suspendAward(award.id);
  assertVerdict(await check(present(copy)), 'red', 'STA-003', { nl: /Tijdelijk geschorst/, en: /Suspended for the time being/ });

  await demo.waterland.reinstateAward(award.id);
  assert.equal((await check(present(copy))).colour, 'green');
});

test('one changed character in the signature is red', async () => {
  assertVerdict(await check(withOneCharacterChanged(present(held))), 'red', 'VER-001', { nl: /handtekening klopt niet/, en: /signature is wrong/ });
});

test('a claim that says something else is red', async () => {
  const changed = withClaimChanged(present(held), (claims) => {
    claims.credentialSubject.achievement.name = 'Hartchirurgie';
  });
  assertVerdict(await check(changed), 'red', 'VER-001', { nl: /handtekening klopt niet/, en: /signature is wrong/ });
});

test('a disclosed value that the issuer did not sign is red', async () => {
  assert.equal((await check(withDisclosureChanged(present(held)))).colour, 'red');
});

test('a credential shown with somebody else’s key is red', async () => {
  const thief = await collect(await (await demo.waterland.award()).offer());
  const stolen = present({ holder: thief.holder, credential: held.credential });
  assertVerdict(await check(stolen), 'red', 'VER-002', { nl: /houder kon niet aantonen/, en: /holder could not prove/ });
});

test('an institution suspended from before the award makes it red', async () => {
  await demo.waterland.status('suspended', days(awardedOn, -7));
  assertVerdict(await check(present(held)), 'red', 'ACC-003', { nl: /mocht dit op .* niet uitgeven/, en: /was not allowed to issue this on/ });
});

test('an institution suspended from after the award makes it amber', async () => {
  await demo.waterland.status('suspended', Date.now());
  assertVerdict(await check(present(held)), 'amber', 'ACC-002', { nl: /Geldig bij uitgifte/, en: /Valid when issued/ });
});

test('an award decided during a suspension is red, though it is dated before', async () => {
  await demo.waterland.status('suspended', days(Date.now(), -1));
  assertVerdict(await check(present(held)), 'red', 'ACC-003', { nl: /mocht dit op .* niet uitgeven/, en: /was not allowed to issue this on/ });
});

test('an institution suspended after the award and reinstated makes it green again', async () => {
  await demo.waterland.status('suspended', days(Date.now(), -2));
  await demo.waterland.status('active', days(Date.now(), -1));
  assertVerdict(await check(present(held)), 'green', 'ACC-001', { nl: /nog steeds actief/, en: /still active/ });
});

test('an institution suspended before the award and reinstated later leaves it red', async () => {
  await demo.waterland.status('suspended', days(awardedOn, -7));
  await demo.waterland.status('active', days(Date.now(), -1));
  assertVerdict(await check(present(held)), 'red', 'ACC-003', { nl: /niet uitgeven/, en: /not allowed to issue/ });
});

test('the suspension of one institution leaves the credentials of another alone', async () => {
  await demo.noard.status('suspended', days(awardedOn, -7));
  try {
    assert.equal((await check(present(held))).colour, 'green');
  } finally {
    await demo.noard.restore();
  }
});

test('an open page that checks again sees the suspension', async () => {
  const employer = await chromium.person();
  const first = await verifyPasted(employer, demo.verifier, present(held));
  assert.equal(first.colour, 'green');

  await demo.waterland.status('suspended', days(awardedOn, -7));
  await first.page.getByTestId('check-again').click();
  await first.page.locator('[data-testid="verdict"][data-colour="red"]').waitFor();

  assert.equal((await verdict(first.page)).code, 'ACC-003');
  await employer.leave();
});

for (const { name, pattern, code, nl, en } of [
  { name: 'register', pattern: /\/v1\/list(\/delta\/\d+)?$/, code: 'ACC-007', nl: /Register niet te raadplegen/, en: /Register unavailable/ },
  { name: 'status list', pattern: /\/status\//, code: 'VER-004', nl: /Intrekking niet te controleren/, en: /Revocation cannot be checked/ },
]) {
  test(`an unreachable ${name} is grey, and green once it can be reached again`, async () => {
    const employer = await chromium.person({ expects: [/net::ERR_FAILED/] });
    await employer.context.route(pattern, (route) => route.abort());

    const found = await verifyPasted(employer, demo.verifier, present(held));
    assertVerdict(found, 'grey', code, { nl, en });

    await employer.context.unroute(pattern);
    await found.page.getByTestId('retry').click();
    await found.page.locator('[data-testid="verdict"][data-colour="green"]').waitFor();
    await employer.leave();
  });

  test(`a ${name} that answers with a failure is grey`, async () => {
    const employer = await chromium.person({ expects: [/status of 503/] });
    await employer.context.route(pattern, (route) => route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' }, body: 'down' }));
    assertVerdict(await verifyPasted(employer, demo.verifier, present(held)), 'grey', code, { nl, en });
    await employer.leave();
  });
}

test('a list kept from before is used only by a reader who asks for it, and says from when it is', async () => {
  const employer = await chromium.person({ expects: [/net::ERR_FAILED/] });
  assert.equal((await verifyPasted(employer, demo.verifier, present(held))).colour, 'green');
  await demo.waterland.status('suspended', days(awardedOn, -7));
  await employer.context.route(/\/v1\/list(\/delta\/\d+)?$/, (route) => route.abort());

  const { page, ...found } = await verifyPasted(employer, demo.verifier, present(held));
  assertVerdict(found, 'grey', 'ACC-007', { nl: /Register niet te raadplegen/, en: /Register unavailable/ });
  await page.getByTestId('use-kept').click();
  await page.getByTestId('kept').waitFor();
  await page.getByTestId('verdict').waitFor();

  assert.match(await page.getByTestId('kept').innerText(), /kept lists of .* at \d\d:\d\d/);
  await employer.leave();
});

test('a revoked credential stays red when the register cannot be reached', async () => {
  const award = await demo.waterland.award();
  const copy = await collect(await award.offer());
  await demo.waterland.revoke(award.id);
  const employer = await chromium.person({ expects: [/net::ERR_FAILED/] });
  await employer.context.route(/\/v1\/list(\/delta\/\d+)?$/, (route) => route.abort());

  const found = await verifyPasted(employer, demo.verifier, present(copy));
  assert.notEqual(found.colour, 'green');
  assert.notEqual(found.colour, 'amber');
  await employer.leave();
});

test('nothing of the credential leaves the verifier’s page', async () => {
  const employer = await chromium.person();
  const sent = [];
  employer.context.on('request', (request) => sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`));
  const text = present(held);
  await verifyPasted(employer, demo.verifier, text);

  const signature = text.split('~')[0].split('.')[2];
  // It asks its own server for the time.
  const isAllowed = (line) => line.startsWith('GET ') || line === `HEAD ${demo.verifier}/config.json `;
  assert.deepEqual(sent.filter((line) => !isAllowed(line) || line.includes(signature) || line.includes('Vries')), []);
  await employer.leave();
});

test('what is not a credential is called unreadable, with what to do', async () => {
  const employer = await chromium.person();
  for (const text of ['hallo', 'https://elsewhere.example/credential', '{"a":1}', `${'x'.repeat(5000)}`]) {
    const page = await employer.open(inLanguage(demo.verifier, employer));
    await page.getByTestId('scan-paste').click();
    await page.getByTestId('paste-input').fill(text);
    await page.getByTestId('paste-submit').click();
    await page.getByTestId('unreadable').waitFor();
    assert.equal(await page.getByTestId('verdict').count(), 0);
  }
  await employer.leave();
});
