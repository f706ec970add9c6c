// A second opinion on JOSE and SD-JWT, by npm's `jose` and `@sd-jwt/core`.
//
// Reads a list of tasks as JSON from standard input and writes an answer for each: what was asked for, or {"error"}.

import {createHash, randomBytes, webcrypto} from "node:crypto";
import {text} from "node:stream/consumers";
import * as jose from "jose";
import {SDJwtInstance} from "@sd-jwt/core";

const bytes = written => new TextEncoder().encode(written);

/** The library leaves signatures to its user; these are the platform's, by way of `jose`. */
class Instance extends SDJwtInstance {
  type = "sd-jwt";
}

const ways = {
  ES256: {name: "ECDSA", namedCurve: "P-256", hash: "SHA-256"},
  ES384: {name: "ECDSA", namedCurve: "P-384", hash: "SHA-384"},
  EdDSA: {name: "Ed25519"},
};

async function signer({alg, jwk}) {
  const key = await webcrypto.subtle.importKey("jwk", jwk, ways[alg], false, ["sign"]);
  return async data =>
    Buffer.from(await webcrypto.subtle.sign(ways[alg], key, bytes(data))).toString("base64url");
}

async function verifier({alg, jwk}) {
  const key = await webcrypto.subtle.importKey("jwk", jwk, ways[alg], false, ["verify"]);
  return async (data, signature) =>
    webcrypto.subtle.verify(ways[alg], key, Buffer.from(signature, "base64url"), bytes(data));
}

const common = {
  hasher: (data, alg) => new Uint8Array(
    createHash(alg.replace("-", "")).update(typeof data === "string" ? data : Buffer.from(data)).digest()),
  hashAlg: "sha-256",
  saltGenerator: () => randomBytes(16).toString("base64url"),
};

const tasks = {
  async "jwt-verify"({token, key}) {
    const {payload, protectedHeader} = await jose.compactVerify(token, await jose.importJWK(key.jwk, key.alg));
    return {header: protectedHeader, payload: JSON.parse(new TextDecoder().decode(payload))};
  },
  async "jwt-sign"({header, payload, key}) {
    return {token: await new jose.CompactSign(bytes(JSON.stringify(payload)))
      .setProtectedHeader({alg: key.alg, ...header}).sign(await jose.importJWK(key.jwk, key.alg))};
  },
  async "rsa-sign"({header, payload, bits}) {
    const {publicKey, privateKey} = await jose.generateKeyPair("RS256", {modulusLength: bits});
    return {jwk: await jose.exportJWK(publicKey), token: await new jose.CompactSign(bytes(JSON.stringify(payload)))
      .setProtectedHeader({alg: "RS256", ...header}).sign(privateKey)};
  },
  async "sd-jwt-verify"({token, key, holder, nonce}) {
    const instance = new Instance({
      ...common, verifier: await verifier(key), kbVerifier: holder && await verifier(holder),
    });
    const options = nonce ? {keyBindingNonce: nonce, requiredClaimKeys: []} : {};
    const {payload, kb} = await instance.verify(token, options);
    return {payload, kb: kb?.payload};
  },
  async "sd-jwt-issue"({payload, frame, header, key}) {
    const instance = new Instance({...common, signer: await signer(key), signAlg: key.alg});
    return {token: await instance.issue(payload, frame, {header})};
  },
  async "sd-jwt-present"({token, frame, kb, holder}) {
    const instance = new Instance({...common, kbSigner: await signer(holder), kbSignAlg: holder.alg});
    return {token: await instance.present(token, frame, {kb: {payload: kb}})};
  },
  async "jwe-decrypt"({token, key}) {
    const {plaintext, protectedHeader} = await jose.compactDecrypt(token, await jose.importJWK(key, "ECDH-ES"));
    return {header: protectedHeader, text: new TextDecoder().decode(plaintext)};
  },
  async "jwe-encrypt"({text, header, key, apu, apv}) {
    const encrypt = new jose.CompactEncrypt(bytes(text)).setProtectedHeader({alg: "ECDH-ES", ...header});
    if(apv) {
      encrypt.setKeyManagementParameters({apu: bytes(apu), apv: bytes(apv)});
    }
    return {token: await encrypt.encrypt(await jose.importJWK(key, "ECDH-ES"))};
  },
};

const answers = [];
for(const task of JSON.parse(await text(process.stdin))) {
  try {
    answers.push(await tasks[task.do](task));
  } catch(error) {
    answers.push({error: String(error)});
  }
}
process.stdout.write(JSON.stringify(answers));
