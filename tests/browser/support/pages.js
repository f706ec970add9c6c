// What people do on the wallet's and the verifier's pages.

import assert from 'node:assert/strict';

const PASSPHRASE = 'zeven blauwe fietsen langs de vaart';

/** Opens a wallet for the first time. */
export async function openWallet(person, wallet) {
  const page = await person.open(inLanguage(wallet, person));
  await page.getByTestId('first-start').click();
  await page.getByTestId('new-passphrase').fill(PASSPHRASE);
  await page.getByTestId('new-passphrase-again').fill(PASSPHRASE);
  await page.getByTestId('understand').check();
  await page.getByTestId('create-wallet').click();
  await page.getByTestId('home').or(page.getByTestId('empty')).first().waitFor();
  return page;
}

/** Accepts the offer that the wallet shows. */
export async function accept(page, txCode) {
  await page.getByTestId('tx-code').fill(txCode);
  await page.getByTestId('offer-accept').click();
  await page.getByTestId('offer-done').waitFor({ timeout: 60_000 });
}

/** Opens the credential just received and makes the code that shows it; gives the code's picture. */
export async function show(page, choose = async () => {}) {
  if (await page.getByTestId('open-card').isVisible()) await page.getByTestId('open-card').click();
  if (!(await page.getByTestId('share-title').isVisible())) await page.getByTestId('share').click();
  await page.getByTestId('share-title').waitFor();
  await choose(page);
  await page.getByTestId('show').click();
  return picture(page.getByTestId('qr'));
}

/** Makes a wallet that collects one offer; gives its page, on that credential's screen. */
export async function collectByHand(person, wallet, { offerLink, txCode }) {
  const page = await openWallet(person, wallet);
  await page.getByTestId('receive').click();
  await page.getByTestId('scan-paste').click();
  await page.getByTestId('paste-input').fill(offerLink);
  await page.getByTestId('paste-submit').click();
  await accept(page, txCode);
  await page.getByTestId('open-card').click();
  await page.getByTestId('card-title').waitFor();
  return page;
}

/** From a credential's screen: makes a link and gives it; stays on the link's screen. */
export async function makeLink(page, { purpose = 'Sollicitatie', lasts = 30, opens = 'any', kept = true } = {}) {
  await page.getByTestId('send').click();
  await page.getByTestId('send-title').waitFor();
  await page.getByTestId('purpose').fill(purpose);
  await page.getByTestId(`lasts-${lasts}`).check();
  await page.getByTestId(`opens-${opens}`).check();
  await page.getByTestId('make-link').click();
  await page.getByTestId('link-title').waitFor();
  if (!kept) return null;
  return page.getByTestId('share-link-text').inputValue();
}

/** A picture of a code on the screen. */
export async function picture(code) {
  await code.locator('svg path').first().waitFor();
  return code.screenshot();
}

/** Hands a text to the verifier's page and waits for what it says. */
export async function verifyPasted(person, verifier, text) {
  const page = await person.open(inLanguage(verifier, person));
  await page.getByTestId('scan-paste').click();
  await page.getByTestId('paste-input').fill(text);
  await page.getByTestId('paste-submit').click();
  return verdict(page);
}

/** Lets the verifier's page look through its camera until it has a verdict. */
export async function verifyScanned(person, verifier) {
  const page = await person.open(inLanguage(verifier, person));
  await page.getByTestId('scan-camera').click();
  return verdict(page);
}

/** The verdict on the page: its colour and code, and its words in both languages. */
export async function verdict(page) {
  const box = page.getByTestId('verdict');
  await box.waitFor({ timeout: 60_000 });
  const said = {};
  for (const language of ['nl', 'en']) {
    await page.getByTestId(`language-${language}`).click();
    said[language] = {
      headline: await page.getByTestId('verdict-headline').innerText(),
      detail: await page.getByTestId('verdict-detail').innerText(),
      word: await box.locator('.word').innerText(),
    };
  }
  return { page, colour: await box.getAttribute('data-colour'), code: await box.getAttribute('data-code'), ...said };
}

const HEADLINES = {
  green: { nl: 'Echt en geldig', en: 'Genuine and valid' },
  amber: { nl: 'Echt, met een kanttekening', en: 'Genuine, with a remark' },
  red: { nl: 'Niet geldig', en: 'Not valid' },
  grey: { nl: 'Niet te bepalen', en: 'Cannot be determined' },
};

/** Holds a verdict against its colour, its code and what it must say in both languages. */
export function assertVerdict(found, colour, code, { nl, en }) {
  assert.deepEqual({ colour: found.colour, code: found.code }, { colour, code }, JSON.stringify({ nl: found.nl, en: found.en }));
  assert.equal(found.nl.headline, HEADLINES[colour].nl);
  assert.equal(found.en.headline, HEADLINES[colour].en);
  assert.match(found.nl.detail, nl);
  assert.match(found.en.detail, en);
}

/** An address with the person's language in it. */
export function inLanguage(address, person) {
  const url = new URL(address);
  url.searchParams.set('lang', person.language);
  return url.href;
}
