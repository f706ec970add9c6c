/**
 * The WebAssembly core in its own thread, so that a slow check never freezes a page.
 *
 * It holds at most one opened wallet. Nothing in here stores or sends anything.
 */
import init, * as core from '@waarmerk/core-wasm';
import module from '@waarmerk/core-wasm/module';
import type { Answer, Call } from './client.ts';

type Opened = Record<string, (...given: unknown[]) => unknown>;

const ready = init({ module_or_path: new URL(module, import.meta.url) });
let wallet: Opened | null = null;

const functions: Record<string, (...given: unknown[]) => unknown> = {
  read: core.read,
  needs: core.needs,
  verify: core.verify,
  applyDelta: core.applyDelta,
  linkRequest: core.linkRequest,
  openLink: core.openLink,
  needsOfLink: core.needsOfLink,
  verifyLink: core.verifyLink,
  qrSvg: core.qrSvg,
  passphraseProblem: core.passphraseProblem,
  'wallet.create': (...given) => open(core.Wallet.create?.(...given)),
  'wallet.unlock': (...given) => open(core.Wallet.unlock?.(...given)),
  'wallet.lock': () => {
    wallet?.free?.();
    wallet = null;
  },
};

function open(opened: unknown): void {
  wallet?.free?.();
  wallet = opened as Opened;
}

function run({ name, given }: Call): unknown {
  const known = functions[name];
  if (known) return known(...given);
  const method = name.startsWith('wallet.') ? wallet?.[name.slice('wallet.'.length)] : undefined;
  if (!wallet || !method) throw JSON.stringify({ code: 'locked', nl: 'Je wallet is op slot. Open hem met je wachtzin.', en: 'Your wallet is locked. Open it with your passphrase.' });
  return method.apply(wallet, given);
}

self.onmessage = async (event: MessageEvent<Call>) => {
  let answer: Answer;
  try {
    await ready;
    answer = { id: event.data.id, value: run(event.data) };
  } catch (error) {
    answer = { id: event.data.id, error: typeof error === 'string' ? error : String(error) };
  }
  self.postMessage(answer);
};
