// The verifier's page says of every scenario what the checks say, in both languages: the same table that the
// checks themselves and the API are held against.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCode } from './support/camera.js';
import { launch } from './support/chromium.js';

/** Only a form that is empty, which the page asks to fill before anything is checked. */
const ASKED_BY_THE_PAGE = ['INP-001'];

let served;
let world;
let chromium;

before(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  served = spawn(process.env.CARGO ?? 'cargo', ['run', '--quiet', '--package', 'verifier', '--example', 'scenarios'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    new Promise((resolve) => createInterface({ input: served.stdout }).once('line', (line) => resolve([line]))),
    new Promise((_, reject) => served.once('exit', (code) => reject(new Error(`the scenarios ended with ${code}`)))),
  ]);
  world = JSON.parse(line);
  chromium = await launch();
});

after(async () => {
  served?.stdin.end();
  await chromium?.close();
});

/** Everything the page says of one scenario, in the language it is in. */
async function said(page) {
  return page.evaluate(() => {
    const text = (element) => element?.innerText.replace(/\s+/g, ' ').trim() ?? null;
    const one = (name) => document.querySelector(`[data-testid="${name}"]`);
    return {
      colour: one('verdict')?.dataset.colour,
      code: one('verdict')?.dataset.code,
      detail: text(one('verdict-detail')),
      axes: Object.fromEntries([...document.querySelectorAll('[data-testid^="axis-"]')].map((row) => [row.dataset.testid.slice(5), text(row)])),
      notices: [...document.querySelectorAll('[data-testid="notices"] li')].map(text),
    };
  });
}

async function settle(page, language) {
  const button = page.getByTestId(`language-${language}`);
  if (await button.count()) await button.click();
  await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
}

/** A person on the verifier's page whose clock and settings are those of whichever scenario is handed over. */
async function atThePage(options = {}) {
  const expects = [/status of (404|503)/, /ERR_INCOMPLETE_CHUNKED_ENCODING/, /ERR_CONNECTION/, /ERR_EMPTY_RESPONSE/];
  const person = await chromium.person({ expects, width: 1280, ...options });
  const page = await person.context.newPage();
  let scenario = world.scenarios[0];
  await page.clock.setFixedTime(new Date(scenario.at));
  // The settings of the scenario, served at the moment that its verifier's better clock gives.
  await page.route('**/config.json', async (route) => {
    const { clockAheadSeconds: ahead, ...settings } = scenario.settings;
    const date = new Date(Date.parse(scenario.at) - (ahead ?? 0) * 1000).toUTCString();
    await route.fulfill({ json: settings, headers: ahead === null ? {} : { date } });
  });
  await page.goto(world.page);
  return {
    person,
    page,
    async hand(given) {
      scenario = given;
      await page.clock.setFixedTime(new Date(scenario.at));
      if (!(await page.getByTestId('paste-input').isVisible())) await page.getByTestId('scan-paste').click();
      await page.getByTestId('paste-input').fill(scenario.text);
      await page.getByTestId('paste-submit').click();
      const done = scenario.expected.report ? 'verdict' : 'unreadable';
      await page.getByTestId(done).waitFor({ timeout: 10_000 }).catch(() => assert.fail(`${scenario.name}: the page shows no ${done}`));
    },
    async again() {
      await page.getByTestId('new-check').click();
      await page.getByTestId('start').waitFor();
    },
  };
}

const named = (name) => world.scenarios.find((scenario) => scenario.name === name) ?? assert.fail(`no scenario “${name}”`);

test('the page says of every scenario what the checks say, in Dutch and in English', async () => {
  const { person, page, hand, again } = await atThePage();
  const wrong = [];
  for (const scenario of world.scenarios) {
    const { name, expected } = scenario;
    if (ASKED_BY_THE_PAGE.includes(expected.unreadable?.code)) continue;
    await hand(scenario);
    for (const language of ['nl', 'en']) {
      await settle(page, language);
      const differs = (what, found, wanted) => {
        if (found !== wanted) wrong.push(`${name}, ${language}, ${what}:\n  page   ${found}\n  checks ${wanted}`);
      };
      if (expected.unreadable) {
        const found = await page.locator('main').innerText();
        if (!found.includes(expected.unreadable[language])) differs('what cannot be read', found, expected.unreadable[language]);
        continue;
      }
      const { report } = expected;
      const found = await said(page);
      differs('colour', found.colour, report.verdict.colour);
      differs('code', found.code, report.verdict.code);
      differs('verdict', found.detail, report.verdict[language]);
      for (const axis of report.axes) {
        if (!found.axes[axis.axis]?.includes(axis[language])) differs(axis.axis, found.axes[axis.axis], axis[language]);
      }
      differs('notices', JSON.stringify(found.notices), JSON.stringify(report.notices.map((notice) => notice[language])));
    }
    await again();
  }
  assert.deepEqual(wrong, []);
  await person.leave();
});

test('the scenarios have every colour', () => {
  const colours = new Set(world.scenarios.flatMap(({ expected }) => expected.report?.verdict.colour ?? []));
  assert.deepEqual([...colours].sort(), ['amber', 'green', 'grey', 'red']);
});

test('trying again is offered where it helps, and not for a presentation that stays too old', async () => {
  const { person, page, hand, again } = await atThePage();
  await hand(named('a presentation of three days ago'));
  assert.equal(await page.getByTestId('retry').count(), 0);
  assert.equal(await page.getByTestId('new-check').count(), 1);
  await again();
  await hand(named('a register that does not answer'));
  assert.equal(await page.getByTestId('retry').count(), 1);
  await again();
  await hand(named('an issuer that the register does not know'));
  assert.equal(await page.getByTestId('retry').count(), 0);
  await person.leave();
});

test('an issuer that the register does not know is asked when the reader wants it, and the verdict stays grey', async () => {
  const { person, page, hand, again } = await atThePage({ width: 390, language: 'nl' });
  const asked = [];
  page.on('request', (request) => {
    if (/did\.json|\/status/.test(request.url())) asked.push(request.url());
  });
  const unknown = named('an issuer that the register does not know');
  await hand(unknown);
  await settle(page, 'nl');
  assert.equal(await page.getByTestId('verdict').getAttribute('data-code'), 'ACC-006');
  assert.match(await page.getByTestId('ask-issuer').innerText(), /kan die zien dat iemand dit bewijs controleert/);
  assert.equal(await page.getByTestId('axis-signature').getAttribute('data-outcome'), 'inconclusive');
  assert.deepEqual(asked, []);

  await page.getByTestId('ask-issuer-button').click();
  await page.getByTestId('issuer-asked').waitFor();
  const found = await said(page);
  assert.deepEqual([found.colour, found.code], ['grey', 'ACC-006']);
  assert.equal(await page.getByTestId('axis-signature').getAttribute('data-outcome'), 'passed');
  assert.equal(await page.getByTestId('axis-status').getAttribute('data-outcome'), 'passed');
  assert.notDeepEqual(asked, []);

  // That was about this credential: the next one is left alone again.
  await again();
  await hand(unknown);
  await page.getByTestId('ask-issuer').waitFor();
  await person.leave();
});

test('what is not in order comes first, with what to do next', async () => {
  const { person, page, hand, again } = await atThePage({ width: 390, language: 'nl' });
  await hand(named('a revoked credential'));
  await settle(page, 'nl');
  assert.equal(await page.locator('[data-testid^="axis-"]').first().getAttribute('data-testid'), 'axis-status');
  assert.match(await page.getByTestId('next').innerText(), /neem contact op met Hogeschool Waterland/);
  assert.match(await page.getByTestId('claimed').innerText(), /geldt nu niet/);
  await again();
  await hand(named('one changed character in the signature'));
  assert.equal(await page.locator('[data-testid^="axis-"]').first().getAttribute('data-testid'), 'axis-signature');
  assert.match(await page.getByTestId('next').innerText(), /nieuwe QR-code of link/);
  assert.match(await page.getByTestId('claimed').innerText(), /Ga er niet van uit dat het klopt/);
  await person.leave();
});

test('an exam board sees the facts it weighs, and can take over a reason', async () => {
  const { person, page, hand, again } = await atThePage({ width: 320, language: 'nl' });
  await hand(world.scenarios[0]);
  await settle(page, 'nl');
  assert.equal(await page.getByTestId('exam-board').count(), 0);
  await page.getByTestId('view').selectOption('examBoard');

  const fact = (name) => page.getByTestId(`board-${name}`).innerText();
  assert.match(await fact('load'), /5 EC · 140 uur/);
  assert.match(await fact('level'), /niveau 6 \(NLQF 6\)\s+aanduiding van de instelling zelf/);
  assert.match(await fact('outcomes'), /2 leeruitkomsten, allemaal getoond/);
  assert.match(await fact('how'), /Ontwerpdossier en gesprek/);
  assert.match(await fact('age'), /2 maanden geleden \(14 september 2026\)/);
  assert.match(await fact('then'), /Deelnemer kwaliteitskader op 14 september 2026/);
  assert.match(await fact('now'), /op dit moment/);
  assert.equal(await page.getByTestId('below-5').count(), 0);
  await page.getByTestId('board-asked').fill('6');
  assert.match(await fact('load'), /gevraagd: 6 EC/);
  await page.getByTestId('board-reasons').click();
  await page.getByTestId('board-reason').selectOption({ label: 'De inhoud is verouderd.' });
  assert.equal(await page.getByTestId('board-reason-text-text').inputValue(), 'De inhoud is verouderd.');
  assert.doesNotMatch(await page.getByTestId('exam-board').innerText(), /score|punten/i);
  assert.match(await page.getByTestId('result').innerText(), /8, schaal 1–10/);

  // The choice stays, and what was kept back is asked for.
  await again();
  await hand(named('a grade to which the institution gave no scale, and something else left out'));
  assert.equal(await page.getByTestId('view').inputValue(), 'examBoard');
  await page.getByTestId('view').selectOption('own');
  await page.getByTestId('want-evidence').check();
  assert.match(await page.getByTestId('ask').innerText(), /bewijsstukken/);
  await person.leave();
});

test('the verifier’s code is also a QR code, and is new for every check', async () => {
  const { person, page, hand, again } = await atThePage();
  await page.getByTestId('challenge').locator('summary').click();
  await page.getByTestId('challenge-make').click();
  const digits = async () => (await page.getByTestId('challenge-code').innerText()).replace(/\s/g, '');
  const first = await digits();
  assert.match(first, /^\d{6}$/);
  await page.getByTestId('challenge-qr').waitFor();
  assert.equal(await readCode(await page.getByTestId('challenge-qr').screenshot()), `WMC1:${first}`);

  await hand(named('a QR code, shown just now'));
  assert.equal(await page.getByTestId('verdict').getAttribute('data-code'), 'HLD-007');
  await again();
  await page.getByTestId('challenge').locator('summary').click();
  assert.notEqual(await digits(), first);
  await person.leave();
});
