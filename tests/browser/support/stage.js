// The running demonstration, spoken to behind the pages: awards made and decided, institutions suspended.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

const START = process.env.WAARMERK_START;
const DAY = 86_400_000;

/** Asks the demonstration where everything is. */
export async function stage() {
  assert.ok(START, 'WAARMERK_START must hold the address of a running start page, such as http://localhost:4700');
  const tour = await json(new URL('/api/tour', START));
  const { register, wallet, verifier, platform } = tour.services;
  const institutions = Object.fromEntries(tour.institutions.map((one) => [one.slug, institution(one, tour, START)]));
  return { start: START, register, wallet, verifier, platform, tour, institutions, waterland: institutions.waterland, noard: institutions.noard };
}

function institution({ slug, name, deskUrl, accreditationId }, tour, start) {
  const desk = new URL(deskUrl);
  const key = new URLSearchParams(desk.hash.slice(1)).get('key');
  const api = (path, method, body) =>
    json(new URL(`/desk/api/${path}`, desk), {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });

  return {
    slug,
    name,
    deskUrl,
    key,
    accreditationId,
    origin: desk.origin,

    /** The three documents of a badge that nobody was awarded before. */
    async badge(changes = {}) {
      const sample = tour.samples.find((one) => one.institution === slug && one.state === 'ready');
      const accept = { headers: { accept: 'application/json' } };
      const assertion = await json(sample.assertionUrl, accept);
      const badgeClass = await json(`${assertion.badge}?expand=micro`, accept);
      const issuer = await json(typeof badgeClass.issuer === 'string' ? badgeClass.issuer : badgeClass.issuer.id, accept);
      const id = new URL(`/public/assertions/${randomBytes(12).toString('base64url')}`, assertion.id).href;
      return { assertion: { ...assertion, id, ...changes }, badgeClass, issuer };
    },

    /** An award of a new badge, approved: as staff do it, without the pages. */
    async award(changes) {
      const files = await this.badge(changes);
      const { id } = wholeAward(await api('imports', 'POST', files));
      const reviewed = wholeAward(await api(`awards/${id}`, 'PATCH', completed(wholeAward(await api(`awards/${id}`, 'GET')))));
      assert.deepEqual(reviewed.findings.filter((finding) => finding.severity === 'error'), [], 'the sample badge has errors');
      await api(`awards/${id}/approve`, 'POST', {});
      return { id, awardedOn: files.assertion.issuedOn, offer: () => api(`awards/${id}/offer`, 'POST', {}) };
    },

    state: async (id) => wholeAward(await api(`awards/${id}`, 'GET')).state,
    revoke: (id, reason = 'Uitslag herzien') => api(`awards/${id}/revoke`, 'POST', { reason }),
    suspendAward: (id, reason = 'In onderzoek') => api(`awards/${id}/suspend`, 'POST', { reason }),
    reinstateAward: (id, reason = 'Onderzoek afgerond') => api(`awards/${id}/reinstate`, 'POST', { reason }),

    /** Has the register record that this institution has a status from `effectiveFrom` on. */
    status: (status, effectiveFrom) =>
      json(new URL(`/api/institutions/${slug}/status`, start), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status, effectiveFrom: new Date(effectiveFrom).toISOString() }),
      }),

    /** Has it take part again for the whole of its time, whatever was decided before. */
    async restore() {
      const since = new Date(Date.now() - 500 * DAY).toISOString();
      await this.status('active', since).catch((failure) => {
        if (!failure.message.includes('/problems/nothing-changes')) throw failure;
      });
    },
  };
}

/** Waits until a register has a receipt for what the issuer of an SD-JWT committed to since a moment. */
export async function received(register, sdJwt, since) {
  const payload = (jws) => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString());
  const { issuer, validFrom } = payload(sdJwt);
  const month = new URL(`/v1/receipts/${(issuer.id ?? issuer).replaceAll('%', '%25')}/${validFrom.slice(0, 7)}`, register);
  // The times of receipts are in whole seconds.
  const earliest = Math.floor(since / 1000) * 1000;
  for (let tries = 0; tries < 100; tries++) {
    const { receipts } = await json(month);
    if (receipts.some((receipt) => Date.parse(payload(receipt).closedAt) >= earliest)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(`no receipt at ${month.pathname} after ten seconds`);
}

const wholeAward = (answer) => answer.award ?? answer;

/** What staff fill in: the name, the English texts, and a yes to every warning. */
function completed(award) {
  const { achievement } = award.record;
  return {
    participant: { givenName: 'Sanne', familyName: 'de Vries', confirmed: true },
    title: { en: 'Designing heat pump systems' },
    outcomes: (achievement.outcomes ?? []).map((_, index) => ({ en: `You can do what outcome ${index + 1} asks for.` })),
    confirmations: award.findings.filter((finding) => finding.severity === 'warning').map((finding) => finding.code),
  };
}

/** JSON from a service; anything but success fails with the service's own words. */
export async function json(address, init) {
  const response = await fetch(address, init);
  const text = await response.text();
  assert.ok(response.ok, `${init?.method ?? 'GET'} ${new URL(address).pathname} answered ${response.status}: ${text.slice(0, 400)}`);
  return text ? JSON.parse(text) : null;
}

/** Some days before or after a moment, as RFC 3339. */
export const days = (moment, count) => new Date(new Date(moment).getTime() + count * DAY).toISOString();
