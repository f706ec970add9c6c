// An independent reading of a federation's documents, from the text of OpenID Federation 1.0 alone, with what Node has.
//
// node walk.mjs ENTITY ANCHOR JWK: goes from ENTITY right up to ANCHOR, whose public key is pinned, asks for the status
// of each trust mark, and prints what it found. Ends with an error at the first thing that is not as it must be.

import {webcrypto} from "node:crypto";

const [entity, anchor, pinned] = process.argv.slice(2);
const key = JSON.parse(pinned);
const now = Date.now() / 1000;

function must(holds, what) {
  if (!holds) throw new Error(what);
}

const ways = {
  EdDSA: [{name: "Ed25519"}, {name: "Ed25519"}],
  ES256: [{name: "ECDSA", namedCurve: "P-256"}, {name: "ECDSA", hash: "SHA-256"}],
};

const part = text => JSON.parse(Buffer.from(text, "base64url").toString());

/** The claims of a JWT, of a type, signed by one of the keys (sections 3.2, 7.3 and 8.4.2). */
async function verified(jwt, typ, keys, name = true) {
  const [header, payload, signature] = jwt.split(".");
  const {alg, kid, ...others} = part(header);
  must(others.typ === typ, `typ ${others.typ}`);
  must(alg in ways, `alg ${alg}`);
  const jwk = name ? keys.find(one => one.kid === kid) : keys[0];
  must(jwk, `no key ${kid}`);
  const {kty, crv, x, y} = jwk;
  const imported = await webcrypto.subtle.importKey("jwk", {kty, crv, x, y}, ways[alg][0], false, ["verify"]);
  const input = new TextEncoder().encode(`${header}.${payload}`);
  must(await webcrypto.subtle.verify(ways[alg][1], imported, Buffer.from(signature, "base64url"), input), "signature");
  const claims = part(payload);
  must(claims.iat <= now + 60, "iat");
  must(!("exp" in claims) || claims.exp > now, "exp");
  return claims;
}

async function fetched(address, media, options) {
  const answer = await fetch(address, options);
  must(answer.status === 200, `${address}: ${answer.status}`);
  must(answer.headers.get("content-type") === media, `${address}: ${answer.headers.get("content-type")}`);
  return answer.text();
}

const statement = "entity-statement+jwt";
const configuration = of => fetched(`${of}/.well-known/openid-federation`, `application/${statement}`);

const own = await configuration(entity);
const leaf = await verified(own, statement, part(own.split(".")[1]).jwks.keys);
must(leaf.iss === entity && leaf.sub === entity, "the entity's own statement");
must(leaf.authority_hints.includes(anchor), "authority_hints");

// The pinned key has no name yet: the first statement it signed gives it one.
const top = await verified(await configuration(anchor), statement, [key], false);
must(top.iss === anchor && top.sub === anchor && !("authority_hints" in top), "the anchor's own statement");
const keys = top.jwks.keys.filter(one => one.x === key.x);
const {federation_fetch_endpoint: fetchAt, federation_trust_mark_status_endpoint: statusAt} =
  top.metadata.federation_entity;

const about = await fetched(`${fetchAt}?${new URLSearchParams({sub: entity})}`, `application/${statement}`);
const superior = await verified(about, statement, keys);
must(superior.iss === anchor && superior.sub === entity, "the superior's statement");
must(!("authority_hints" in superior) && !("trust_marks" in superior), "what only an entity says of itself");
must(superior.constraints.max_path_length >= 0, "max_path_length");
await verified(own, statement, superior.jwks.keys);

const allowed = [...superior.constraints.allowed_entity_types, "federation_entity"];
const metadata = Object.fromEntries(Object.entries(leaf.metadata)
  .map(([type, members]) => [type, {...members, ...superior.metadata[type]}])
  .filter(([type]) => allowed.includes(type)));

const marks = [];
for (const {trust_mark_type: type, trust_mark: mark} of leaf.trust_marks ?? []) {
  const claims = await verified(mark, "trust-mark+jwt", keys);
  must(claims.sub === entity && claims.trust_mark_type === type && "exp" in claims, "trust mark");
  must(top.trust_mark_issuers[type].includes(claims.iss), "trust_mark_issuers");
  const answered = await fetched(statusAt, "application/trust-mark-status-response+jwt",
    {method: "POST", body: new URLSearchParams({trust_mark: mark})});
  const said = await verified(answered, "trust-mark-status-response+jwt", keys);
  must(said.iss === anchor && said.trust_mark === mark, "status");
  marks.push({type, ref: claims.ref, status: said.status});
}

console.log(JSON.stringify({subject: leaf.sub, metadata, ends: Math.min(leaf.exp, superior.exp, top.exp), marks}));
