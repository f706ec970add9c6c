// A second opinion on Data Integrity proofs, by libraries that others wrote.
//
// Reads {"contexts", "tasks"} as JSON from standard input and writes an answer for each task: {"ok": true} or
// {"error"} for "verify", {"document"} or {"error"} for "sign" and "derive". Nothing is fetched.

import {createHash} from "node:crypto";
import {text} from "node:stream/consumers";
import jsigs from "jsonld-signatures";
import canonicalize from "canonicalize";
import {DataIntegrityProof} from "@digitalbazaar/data-integrity";
import {Ed25519Signature2020} from "@digitalbazaar/ed25519-signature-2020";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import * as EcdsaMultikey from "@digitalbazaar/ecdsa-multikey";
import {cryptosuite as eddsaRdfc} from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import {cryptosuite as ecdsaRdfc} from "@digitalbazaar/ecdsa-rdfc-2019-cryptosuite";
import * as ecdsaSd from "@digitalbazaar/ecdsa-sd-2023-cryptosuite";

const purpose = () => new jsigs.purposes.AssertionProofPurpose();

/** Serves the given contexts, and the documents of did:key identifiers. */
function loader(contexts) {
  return async url => {
    const answer = document => ({contextUrl: null, documentUrl: url, document});
    if(contexts[url]) {
      return answer(contexts[url]);
    }
    const [did, fragment] = url.split("#");
    if(!did.startsWith("did:key:")) {
      throw new Error(`${url} is not at hand`);
    }
    const multikey = did.slice("did:key:".length);
    const id = `${did}#${multikey}`;
    const method = {id, type: "Multikey", controller: did, publicKeyMultibase: multikey};
    if(fragment) {
      return answer({"@context": "https://w3id.org/security/multikey/v1", ...method});
    }
    return answer({
      "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
      id: did, verificationMethod: [method], assertionMethod: [id],
    });
  };
}

/** A key pair from its Multikey forms. */
async function keyPair({publicKeyMultibase, secretKeyMultibase}) {
  const controller = `did:key:${publicKeyMultibase}`;
  const key = {
    "@context": "https://w3id.org/security/multikey/v1", id: `${controller}#${publicKeyMultibase}`,
    type: "Multikey", controller, publicKeyMultibase, secretKeyMultibase,
  };
  return publicKeyMultibase.startsWith("z6Mk") ? Ed25519Multikey.from(key) : EcdsaMultikey.from(key);
}

/** The library's suite for a name; what it needs differs between signing, deriving and verifying. */
function suiteOf(name, {signer, cryptosuite, date}) {
  if(name === "Ed25519Signature2020") {
    return new Ed25519Signature2020(signer ? {signer, verificationMethod: signer.id, date} : {});
  }
  const known = {"eddsa-rdfc-2022": eddsaRdfc, "ecdsa-rdfc-2019": ecdsaRdfc};
  return new DataIntegrityProof({signer, date, cryptosuite: cryptosuite ?? known[name]});
}

// No library of these suites is published; a few lines suffice (EdDSA and ECDSA cryptosuites, §3.3).
const isJcs = name => name.includes("-jcs-");

function jcsMessage(document, options, multikey) {
  const hash = value =>
    createHash(multikey.startsWith("z82") ? "sha384" : "sha256").update(canonicalize(value)).digest();
  return Buffer.concat([hash(options), hash(document)]);
}

async function jcsSign({suite, document, key, created}) {
  const {publicKeyMultibase: multikey} = key;
  const options = {
    type: "DataIntegrityProof", cryptosuite: suite, created, proofPurpose: "assertionMethod",
    verificationMethod: `did:key:${multikey}#${multikey}`, "@context": document["@context"],
  };
  const signer = (await keyPair(key)).signer();
  const signature = await signer.sign({data: jcsMessage(document, options, multikey)});
  return {...document, proof: {...options, proofValue: `z${base58(signature)}`}};
}

async function jcsVerify({document: {proof: {proofValue, ...options}, ...document}}) {
  const multikey = options.verificationMethod.split("#")[1];
  const verifier = (await keyPair({publicKeyMultibase: multikey})).verifier();
  return verifier.verify({
    data: jcsMessage(document, options, multikey), signature: fromBase58(proofValue.slice(1)),
  });
}

const DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function base58(bytes) {
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let written = "";
  for(; number > 0n; number /= 58n) {
    written = DIGITS[Number(number % 58n)] + written;
  }
  return "1".repeat(bytes.findIndex(byte => byte !== 0)) + written;
}

function fromBase58(written) {
  let number = 0n;
  for(const digit of written) {
    number = number * 58n + BigInt(DIGITS.indexOf(digit));
  }
  const hex = number.toString(16);
  const zeros = written.match(/^1*/)[0].length;
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.padStart(hex.length + hex.length % 2, "0"), "hex")]);
}

async function verify(task, documentLoader) {
  if(isJcs(task.suite)) {
    return await jcsVerify(task) ? {ok: true} : {error: "the signature does not hold"};
  }
  const cryptosuite = task.suite === "ecdsa-sd-2023" ? ecdsaSd.createVerifyCryptosuite() : undefined;
  const suite = suiteOf(task.suite, {cryptosuite});
  const {verified, error} = await jsigs.verify(task.document, {suite, purpose: purpose(), documentLoader});
  return verified ? {ok: true} : {error: String(error?.errors?.[0] ?? error)};
}

async function sign(task, documentLoader) {
  if(isJcs(task.suite)) {
    return {document: await jcsSign(task)};
  }
  const signer = (await keyPair(task.key)).signer();
  const cryptosuite = task.suite === "ecdsa-sd-2023" ?
    ecdsaSd.createSignCryptosuite({mandatoryPointers: task.mandatory}) : undefined;
  const suite = suiteOf(task.suite, {signer, cryptosuite, date: task.created});
  return {document: await jsigs.sign(task.document, {suite, purpose: purpose(), documentLoader})};
}

async function derive(task, documentLoader) {
  const cryptosuite = ecdsaSd.createDiscloseCryptosuite({selectivePointers: task.selective});
  const suite = new DataIntegrityProof({cryptosuite});
  return {document: await jsigs.derive(task.document, {suite, purpose: purpose(), documentLoader})};
}

const {contexts, tasks} = JSON.parse(await text(process.stdin));
const documentLoader = loader(contexts);
const answers = [];
for(const task of tasks) {
  const run = {verify, sign, derive}[task.do];
  try {
    answers.push(await run(task, documentLoader));
  } catch(error) {
    answers.push({error: String(error)});
  }
}
process.stdout.write(JSON.stringify(answers));
