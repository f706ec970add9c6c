/** Opening a link that somebody shares. The key in it stays on this device; only the id is sent, in the body of a POST. */
import { callJson } from './client.ts';
import { send } from './network.ts';
import type { HttpRequest, LinkAnswer, OpenedLink } from './types.ts';

/** Asks the store of `link` for what is behind it, which counts as opening it. */
export async function askStore(link: string, allowedOrigins: readonly string[]): Promise<LinkAnswer> {
  const request = await callJson<HttpRequest>('linkRequest', link);
  const answer = await send(request, allowedOrigins);
  return 'unreachable' in answer ? { link, status: 0, body: '' } : { link, status: answer.status, body: answer.body };
}

/** Decrypts what a store answered; throws a `CoreFailure` in the reader's words. */
export function opened({ link, status, body }: LinkAnswer): Promise<OpenedLink> {
  return callJson<OpenedLink>('openLink', link, status, body);
}

/** Fetches and decrypts what is behind `link`, which counts as opening it; throws a `CoreFailure` in the reader's words. */
export async function openLink(link: string, allowedOrigins: readonly string[]): Promise<OpenedLink> {
  return opened(await askStore(link, allowedOrigins));
}
