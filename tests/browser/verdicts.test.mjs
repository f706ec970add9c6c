// The verifier's page says of every scenario what the checks say, in both languages: the same table that the
// checks themselves and the API are held against.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
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

test('the page says of every scenario what the checks say, in Dutch and in English', async () => {
  const expects = [/status of (404|503)/, /ERR_INCOMPLETE_CHUNKED_ENCODING/, /ERR_CONNECTION/, /ERR_EMPTY_RESPONSE/];
  const person = await chromium.person({ expects, width: 1280 });
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
  const wrong = [];
  for (scenario of world.scenarios) {
    const { name, text, expected } = scenario;
    if (ASKED_BY_THE_PAGE.includes(expected.unreadable?.code)) continue;
    await page.clock.setFixedTime(new Date(scenario.at));
    if (!(await page.getByTestId('paste-input').isVisible())) await page.getByTestId('scan-paste').click();
    await page.getByTestId('paste-input').fill(text);
    await page.getByTestId('paste-submit').click();
    const done = expected.report ? 'verdict' : 'unreadable';
    await page.getByTestId(done).waitFor({ timeout: 10_000 }).catch(() => assert.fail(`${name}: the page shows no ${done}`));
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
    await page.getByTestId('new-check').click();
    await page.getByTestId('start').waitFor();
  }
  assert.deepEqual(wrong, []);
  await person.leave();
});

test('the scenarios have every colour', () => {
  const colours = new Set(world.scenarios.flatMap(({ expected }) => expected.report?.verdict.colour ?? []));
  assert.deepEqual([...colours].sort(), ['amber', 'green', 'grey', 'red']);
});
