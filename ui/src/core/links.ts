/** Opening a link that somebody shares. The key in it stays on this device; only the id is sent, in the body of a POST. */
import { callJson } from './client.ts';
import { send } from './network.ts';
import type { HttpRequest, OpenedLink } from './types.ts';

/** Fetches and decrypts what is behind `link`, which counts as opening it; throws a `CoreFailure` in the reader's words. */
export async function openLink(link: string, allowedOrigins: readonly string[]): Promise<OpenedLink> {
  const request = await callJson<HttpRequest>('linkRequest', link);
  const answer = await send(request, allowedOrigins);
  const { status, body } = 'unreachable' in answer ? { status: 0, body: '' } : answer;
  return callJson<OpenedLink>('openLink', link, status, body);
}
