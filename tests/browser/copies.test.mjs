// Many copies of one credential: each for one code, and new ones from the desk when they are used up.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/chromium.js';
import { look } from './support/look.js';
import { accept, inLanguage, openWallet, show } from './support/pages.js';
import { stage } from './support/stage.js';

let demo;
let chromium;

before(async () => {
  demo = await stage();
  chromium = await launch();
});
after(() => chromium?.close());

/** How many more codes the open card says can be shown without being linked, and in which words. */
async function left(page) {
  const details = page.getByTestId('card-details');
  if (!(await page.getByTestId('card-unlinkable').isVisible())) await details.locator('summary').first().click();
  const told = page.getByTestId('card-unlinkable');
  return { number: Number(await told.getAttribute('data-left')), words: await told.innerText() };
}

async function unlockIfAsked(page) {
  await page.getByTestId('passphrase').or(page.getByTestId('tx-code')).waitFor();
  if (await page.getByTestId('passphrase').isVisible()) {
    await page.getByTestId('passphrase').fill('zeven blauwe fietsen langs de vaart');
    await page.getByTestId('unlock-wallet').click();
    await page.getByTestId('tx-code').waitFor();
  }
}

/** Back from the code to the card. */
async function backToCard(page) {
  await page.getByTestId('change-choice').click();
  await page.getByTestId('share-title').waitFor();
  await page.evaluate(() => (location.hash = location.hash.replace(/\/share$/, '')));
  await page.getByTestId('card-title').waitFor();
}

for (const language of ['nl', 'en']) {
  test(`codes can be told apart until copies are used up, and new copies join the card (${language})`, async () => {
    const learner = await chromium.person({ language });
    const staff = await chromium.person({ width: 1280, language });
    const award = await demo.waterland.award();
    const { offerLink, txCode } = await award.offer();
    const wallet = await openWallet(learner, demo.wallet);
    const told = new Set();
    await wallet.exposeFunction('told', (text) => told.add(text));
    await wallet.goto(offerLink);
    await unlockIfAsked(wallet);
    await wallet.evaluate(() =>
      new MutationObserver(() => {
        const progress = document.querySelector('[data-testid="offer-progress"]');
        if (progress) window.told(progress.textContent);
      }).observe(document.body, { childList: true, subtree: true, characterData: true }),
    );
    await accept(wallet, txCode);
    assert.ok(
      [...told].some((text) => (language === 'nl' ? /\d+ van \d+ kopieën/ : /\d+ of \d+ copies/).test(text)),
      `progress was told as ${[...told].join(' | ')}`,
    );

    await wallet.getByTestId('open-card').click();
    const before = await left(wallet);
    assert.equal(before.number, 10);
    assert.match(before.words, language === 'nl' ? /nog 10 keer/ : /10 more times/);
    await look(wallet, learner, 'wallet-card-copies');
    for (let times = 0; times < 11; times++) {
      await show(wallet);
      const notes = await wallet.getByTestId('show-title').locator('xpath=ancestor::main').innerText();
      assert.equal((language === 'nl' ? /eerdere worden gekoppeld/ : /linked to an earlier one/).test(notes), times === 10, `time ${times + 1}`);
      if (times === 10) await look(wallet, learner, 'wallet-show-linkable');
      await backToCard(wallet);
    }
    const after = await left(wallet);
    assert.equal(after.number, 0);
    assert.match(after.words, language === 'nl' ? /nieuwe kopieën/ : /new copies/);

    const desk = await staff.open(inLanguage(demo.waterland.deskUrl, staff));
    await desk.getByTestId('import').waitFor();
    await desk.evaluate((id) => (location.hash = `#/awards/${id}`), award.id);
    await desk.getByTestId('copies-table').waitFor();
    assert.match(await desk.getByTestId('copies').innerText(), /dc\+sd-jwt/);
    await look(desk, staff, 'desk-copies');
    await desk.getByTestId('new-copies').click();
    await desk.getByTestId('offer-code').waitFor();
    const code = await desk.getByTestId('offer-code').getAttribute('data-code');
    await wallet.goto(await desk.getByTestId('offer-link-text').inputValue());
    await unlockIfAsked(wallet);
    await accept(wallet, code);
    await wallet.getByTestId('open-card').click();
    assert.equal((await left(wallet)).number, 10);
    await desk.getByTestId('new-copies').waitFor();
    await wallet.evaluate(() => (location.hash = '#/'));
    assert.equal(await wallet.locator('[data-testid^="card-"][href*="#/card/"], a[href*="#/card/"]').count(), 1, 'one card');
    await learner.leave();
    await staff.leave();
  });
}
