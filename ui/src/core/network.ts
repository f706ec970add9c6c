/** Requests to addresses that came from a credential or an offer: bounded, anonymous, no redirects. */
import type { HttpAnswer, HttpRequest } from './types.ts';

const PATIENCE = 15_000;
const LARGEST = 16 * 1024 * 1024;

/** Whether a page may speak to `address`: https, or an exact origin that the settings allow. */
export function allowed(address: string, loopbackOrigins: readonly string[]): boolean {
  try {
    const url = new URL(address);
    return url.protocol === 'https:' || loopbackOrigins.includes(url.origin);
  } catch {
    return false;
  }
}

async function bounded(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > LARGEST) {
      await reader.cancel();
      throw new Error('answer too large');
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new TextDecoder().decode(whole);
}

/** Sends `request`; no answer at all is `unreachable`, with a reason for display only. */
export async function send(request: HttpRequest, loopbackOrigins: readonly string[]): Promise<HttpAnswer> {
  if (!allowed(request.url, loopbackOrigins)) return { unreachable: 'address not allowed' };
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      cache: 'no-cache',
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { status: response.status, body: await bounded(response) };
  } catch (error) {
    return { unreachable: error instanceof Error ? error.message : 'no answer' };
  }
}
