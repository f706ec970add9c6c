/** Calls to the WebAssembly core, which runs in a worker. */
import { language } from '../i18n.svelte.ts';
import type { CoreError, HttpRequest } from './types.ts';

/** One call, as it travels to the worker. */
export type Call = { id: number; name: string; given: unknown[] };
/** Its answer. */
export type Answer = { id: number; value?: unknown; error?: string };

/** The core could not do what was asked, with words for the reader. */
export class CoreFailure extends Error {
  readonly code: string;
  readonly retry: CoreError['retry'];
  readonly triesLeft: number | undefined;
  /** The other party's own words; plain text in any language. */
  readonly detail: string | undefined;
  /** Requests still to be sent, without waiting for their answers. */
  readonly notifications: readonly HttpRequest[];
  readonly #text: { nl: string; en: string };

  constructor(given: CoreError & { notifications?: HttpRequest[] }) {
    super(given.en);
    this.code = given.code;
    this.retry = given.retry;
    this.triesLeft = given.triesLeft;
    this.detail = given.detail;
    this.notifications = given.notifications ?? [];
    this.#text = { nl: given.nl, en: given.en };
  }

  /** What happened, in the current language. */
  get words(): string {
    return this.#text[language.current];
  }
}

const UNEXPECTED = {
  code: 'unexpected',
  nl: 'Er ging iets mis in dit programma. Laad de pagina opnieuw en probeer het nog eens.',
  en: 'Something went wrong in this program. Reload the page and try again.',
};

function failure(text: string): CoreFailure {
  try {
    const given = JSON.parse(text) as Partial<CoreError>;
    if (typeof given.code === 'string' && typeof given.nl === 'string' && typeof given.en === 'string') return new CoreFailure(given as CoreError);
  } catch {
    // Not one of the core's own errors: told below.
  }
  return new CoreFailure({ ...UNEXPECTED, detail: text.slice(0, 400) });
}

/** Any error as one with words. */
export function asFailure(error: unknown): CoreFailure {
  return error instanceof CoreFailure ? error : failure(String(error));
}

let worker: Worker | undefined;
let next = 1;
const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: CoreFailure) => void }>();

function start(): Worker {
  const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  started.onmessage = (event: MessageEvent<Answer>) => {
    const { id, value, error } = event.data;
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(failure(error));
  };
  started.onerror = () => {
    for (const call of waiting.values()) call.reject(failure('the worker stopped'));
    waiting.clear();
    started.terminate();
    worker = undefined;
  };
  return started;
}

/** Calls a function of the core as it is; throws a {@link CoreFailure}. */
export function call(name: string, ...given: unknown[]): Promise<unknown> {
  worker ??= start();
  const id = next++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker?.postMessage({ id, name, given } satisfies Call);
  });
}

/** Calls a function of the core that answers JSON text. */
export async function callJson<T>(name: string, ...given: unknown[]): Promise<T> {
  const text = await call(name, ...given);
  return (typeof text === 'string' ? JSON.parse(text) : text) as T;
}
