// A wallet of a few lines, made from the standards alone (OpenID4VCI 1.0, RFC 9901): what the pages show
// must not depend on our own wallet having made it, and faults can be put in on purpose.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { json } from './stage.js';

const base64url = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const parsed = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

/** A P-256 key and its `did:key`. */
export function newHolder() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const odd = Buffer.from(y, 'base64url').at(-1) & 1;
  // Multicodec p256-pub (0x1200) and the compressed point, in base58btc.
  const name = `z${base58(Buffer.concat([Buffer.from([0x80, 0x24, 0x02 + odd]), Buffer.from(x, 'base64url')]))}`;
  return { did: `did:key:${name}`, kid: `did:key:${name}#${name}`, privateKey };
}

function jws(holder, header, payload) {
  const input = `${base64url({ alg: 'ES256', ...header })}.${base64url(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: holder.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** Collects the show copy of an offer, as any wallet would. */
export async function collect({ offerUri, txCode }, holder = newHolder()) {
  const wanted = new URL(offerUri).searchParams;
  const offer = wanted.has('credential_offer') ? JSON.parse(wanted.get('credential_offer')) : await json(wanted.get('credential_offer_uri'));
  const issuer = offer.credential_issuer;
  const metadata = await json(wellKnown(issuer, 'openid-credential-issuer'));
  const server = await json(wellKnown(metadata.authorization_servers?.[0] ?? issuer, 'oauth-authorization-server'));
  const grant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';
  const token = await json(server.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: grant, 'pre-authorized_code': offer.grants[grant]['pre-authorized_code'], tx_code: txCode }),
  });
  const { c_nonce: nonce } = await json(metadata.nonce_endpoint, { method: 'POST' });
  const proof = jws(holder, { typ: 'openid4vci-proof+jwt', kid: holder.kid }, { aud: issuer, iat: now(), nonce });
  const answer = await json(metadata.credential_endpoint, {
    method: 'POST',
    headers: { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ credential_configuration_id: 'microcredential_show', proofs: { jwt: [proof] } }),
  });
  const credential = answer.credentials[0].credential;
  assert.match(credential, /~$/, 'the show copy is an SD-JWT');
  return { holder, credential };
}

function wellKnown(identifier, name) {
  const url = new URL(identifier);
  return `${url.origin}/.well-known/${name}${url.pathname === '/' ? '' : url.pathname}`;
}

/** Presents everything to whoever asks, without a challenge. */
export function present({ holder, credential }) {
  const binding = jws(holder, { typ: 'kb+jwt' }, { iat: now(), aud: 'urn:waarmerk:show', nonce: 'unchallenged', sd_hash: createHash('sha256').update(credential).digest('base64url') });
  return credential + binding;
}

/** The issuer-signed part with one character of its signature changed. */
export function withOneCharacterChanged(presentation) {
  const [issued, ...rest] = presentation.split('~');
  const at = issued.length - 20;
  const other = issued[at] === 'A' ? 'B' : 'A';
  return [issued.slice(0, at) + other + issued.slice(at + 1), ...rest].join('~');
}

/** The same signature over a claim that says something else. */
export function withClaimChanged(presentation, change) {
  const [issued, ...rest] = presentation.split('~');
  const [header, payload, signature] = issued.split('.');
  const claims = parsed(payload);
  change(claims);
  return [[header, base64url(claims), signature].join('.'), ...rest].join('~');
}

/** One disclosed value replaced; its digest is no longer the one the issuer signed. */
export function withDisclosureChanged(presentation) {
  const parts = presentation.split('~');
  const [, name] = parsed(parts[1]);
  parts[1] = base64url([randomBytes(16).toString('base64url'), name, 'something else']);
  return parts.join('~');
}

const now = () => Math.floor(Date.now() / 1000);

function base58(bytes) {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let number = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = alphabet[Number(number % 58n)] + text;
  for (const byte of bytes) {
    if (byte !== 0) break;
    text = `1${text}`;
  }
  return text;
}
