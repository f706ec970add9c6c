// The start page and the register's page, where strangers begin.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { inLanguage } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

test('the tour opens every service in a tab of its own, in the language of the page', async () => {
  const person = await chromium.person({ language: 'en' });
  const page = await person.open(inLanguage(demo.start, person));
  for (const [link, there] of [
    [`desk-${demo.waterland.slug}`, 'import'],
    ['open-wallet', 'first-start'],
    ['open-verifier', 'start'],
    ['open-register', 'entity'],
  ]) {
    const [opened] = await Promise.all([person.context.waitForEvent('page'), page.getByTestId(link).click()]);
    await opened.getByTestId(there).first().waitFor();
    assert.equal(await opened.evaluate(() => document.documentElement.lang), 'en', link);
    await opened.close();
  }
  await person.leave();
});

test('an institution suspended in the tour is suspended in the register, with date and reason', async () => {
  const person = await chromium.person();
  const page = await person.open(inLanguage(demo.start, person));
  await page.getByTestId('suspend-institution').selectOption(demo.noard.slug);
  await page.getByTestId('suspend').click();
  try {
    await page.getByTestId('toast').waitFor();
    await page.locator('[data-testid="institution-status"][data-state="suspended"]').waitFor();

    const register = await person.open(inLanguage(demo.register, person));
    await register.getByTestId('search').fill('Noard');
    await register.locator('[data-testid="entity"]', { hasText: 'Hegeskoalle' }).first().click();
    await register.locator('[data-testid="standing"] [data-state="suspended"]').waitFor();
    const newest = register.getByTestId('history-row').first();
    assert.match(await newest.innerText(), /Geschorst/);
    const unit = register.getByRole('link', { name: /Academie/ }).first();
    await unit.click();
    await register.locator('[data-testid="standing"] [data-state="suspended"]').waitFor();
    assert.match(await register.getByTestId('standing').innerText(), /Dit komt door de stand van Fryske Hegeskoalle Noard/);
  } finally {
    await demo.noard.restore();
  }
  await page.reload();
  await page.getByTestId('suspend-institution').selectOption(demo.noard.slug);
  await page.locator('[data-testid="institution-status"][data-state="active"]').waitFor();
  await person.leave();
});

test('the register says in words what an institution may award, and since when', async () => {
  const person = await chromium.person({ language: 'en' });
  const page = await person.open(inLanguage(demo.register, person));
  await page.getByTestId('search').fill('99ZZ');
  await page.getByTestId('entity').first().click();
  await page.getByTestId('entity-name').waitFor();
  assert.match(await page.getByTestId('standing').innerText(), /Participant in the quality framework\s+since \d+ \w+ 20\d\d/);
  assert.match(await page.getByTestId('scope').innerText(), /Level \(EQF\)/);
  assert.match(await page.getByTestId('scope').innerText(), /Size: \d/);
  await person.leave();
});

test('a search without a hit says what to do, and that it is no judgement', async () => {
  const person = await chromium.person();
  const page = await person.open(inLanguage(demo.register, person));
  await page.getByTestId('search').fill('bestaat niet');
  assert.match(await page.getByTestId('nothing-found').innerText(), /zegt dat niets over de kwaliteit/);
  await person.leave();
});

test('a register that cannot be reached says so', async () => {
  const person = await chromium.person({ expects: [/net::ERR_FAILED/] });
  await person.context.route(/\/v1\/list$/, (route) => route.abort());
  const page = await person.open(inLanguage(demo.register, person));
  await page.getByTestId('error').waitFor();
  assert.match(await page.getByTestId('error').innerText(), /niet te bereiken/);
  await person.context.unroute(/\/v1\/list$/);
  await page.getByRole('button', { name: 'Opnieuw proberen' }).click();
  await page.getByTestId('entity').first().waitFor();
  await person.leave();
});
