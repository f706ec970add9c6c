// The second opinion on JSON-LD: canonical N-Quads by jsonld.js in safe mode.
// Standard input: one line with all contexts by URL, then one document a line.
// Standard output: one line of JSON a document, its N-Quads or the reason why there are none; last the seconds it took.
import { createInterface } from "node:readline";
import jsonld from "jsonld";

const lines = createInterface({ input: process.stdin });
let contexts;
const documentLoader = async (url) => {
  if (!Object.hasOwn(contexts, url)) throw new Error(`unknown context ${url}`);
  return { contextUrl: null, documentUrl: url, document: contexts[url] };
};
let seconds = 0;
for await (const line of lines) {
  if (contexts === undefined) {
    contexts = JSON.parse(line);
    continue;
  }
  const document = JSON.parse(line);
  const begun = performance.now();
  const made = await jsonld
    .canonize(document, {
      algorithm: "RDFC-1.0",
      format: "application/n-quads",
      base: null,
      safe: true,
      rdfDirection: "i18n-datatype",
      documentLoader,
    })
    .then(
      (statements) => ({ statements }),
      (error) => ({ error: `${error.message} ${error.details?.event?.code ?? error.details?.code ?? ""}` }),
    );
  seconds += (performance.now() - begun) / 1000;
  process.stdout.write(`${JSON.stringify(made)}\n`);
}
process.stdout.write(`${JSON.stringify({ seconds })}\n`);
