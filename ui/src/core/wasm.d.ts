// What the generated module offers, so that pages can be checked before it was built.
declare module '@waarmerk/core-wasm' {
  export default function init(options: { module_or_path: string | URL }): Promise<unknown>;
  export const read: (...given: unknown[]) => string;
  export const needs: (...given: unknown[]) => string;
  export const verify: (...given: unknown[]) => string;
  export const applyDelta: (...given: unknown[]) => string;
  export const linkRequest: (...given: unknown[]) => string;
  export const openLink: (...given: unknown[]) => string;
  export const needsOfLink: (...given: unknown[]) => string;
  export const verifyLink: (...given: unknown[]) => string;
  export const qrSvg: (...given: unknown[]) => string;
  export const passphraseProblem: (...given: unknown[]) => string | undefined;
  export const Wallet: Record<string, (...given: unknown[]) => Record<string, (...given: unknown[]) => unknown>>;
}
declare module '@waarmerk/core-wasm/module' {
  const url: string;
  export default url;
}
