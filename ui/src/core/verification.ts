/** Verifying on this device: fetch what the core asks for, then let it judge. */
import { callJson } from './client.ts';
import { clockAhead } from './clock.ts';
import { send } from './network.ts';
import type { HttpAnswer, KeyChangesSeen, LinkAnswer, Need, Reading, Resource, Resources, Settings, VerificationReport } from './types.ts';

const ROUNDS = 6;
const MOST = 40;

/** What a text is; throws when it is nothing we know. */
export function read(text: string): Promise<Reading> {
  return callJson<Reading>('read', text);
}

/** What is being fetched, to show progress. */
export type Doing = Need['kind'] | 'judging';

/** How to verify. */
export type Manner = {
  /** Told what is being done. */
  doing?: (what: Doing) => void;
  /** Keeps the public lists on this device. What is verified is never kept. */
  keep?: boolean;
  /**
   * Uses kept lists for what cannot be reached: for a reader who chose so, since something may have changed since.
   * A device that knows that it has no connection uses them by itself, for there is nothing to try again.
   */
  useKept?: boolean;
};

/** A report, and what kept lists have to do with it. */
export type Verified = {
  report: VerificationReport;
  /** Something could not be reached and kept lists can stand in, or do: the date of the oldest. */
  keptFrom: string | null;
  /** Whether they do. */
  usedKept: boolean;
};

const KEPT = 'waarmerk-lists';
const MOST_KEPT = 64;

async function keep(url: string, resource: { status: number; body: string; fetchedAt: string }): Promise<void> {
  try {
    const cache = await caches.open(KEPT);
    await cache.put(url, new Response(resource.body, { headers: { 'x-fetched-at': resource.fetchedAt } }));
    const all = await cache.keys();
    for (const old of all.slice(0, Math.max(0, all.length - MOST_KEPT))) await cache.delete(old);
  } catch {
    // Without room for lists, checking works all the same while there is a connection.
  }
}

async function kept(url: string): Promise<Extract<Resource, { status: number }> | null> {
  try {
    const found = await (await caches.open(KEPT)).match(url);
    const fetchedAt = found?.headers.get('x-fetched-at');
    return found && fetchedAt ? { status: 200, body: await found.text(), fetchedAt } : null;
  } catch {
    return null;
  }
}

/** The addresses of all lists: that of the first register, and those that anchors bring along. */
function registers(settings: Settings): string[] {
  const further = settings.anchors.flatMap((anchor) => anchor.registerUrl ?? []);
  return [...new Set([settings.registerUrl, ...further])];
}

/** What is kept of each register's newest list: an operator who shows an older one is found out. */
interface Seen {
  sequence: number;
  /** How its operator's keys had followed on each other: one who goes back to an earlier key may be somebody else. */
  keyChanges: KeyChangesSeen;
}

const none: Seen = { sequence: 0, keyChanges: { number: 0 } };

const own = (settings: Settings, url: string) => settings.anchors.filter((anchor) => (anchor.registerUrl ?? settings.registerUrl) === url);
const pins = (settings: Settings, url: string): string[] => own(settings, url).map((anchor) => anchor.jwk.x ?? '');
const place = (settings: Settings, url: string): string =>
  `waarmerk-register ${url} ${[...new Set(own(settings, url).map((anchor) => anchor.iss))].sort().join(' ')}`;

/** The later of two; of the changes of key, what tells of more. */
const later = (one: Seen, other: Seen): Seen => ({
  sequence: Math.max(one.sequence, other.sequence),
  keyChanges: other.keyChanges.number > one.keyChanges.number ? other.keyChanges : one.keyChanges,
});

function seen(settings: Settings, url: string): Seen {
  const configured: Seen = {
    sequence: (url === settings.registerUrl ? settings.minimumSequence : settings.minimumSequences?.[url]) ?? 0,
    keyChanges: settings.seenKeyChanges?.[url] ?? none.keyChanges,
  };
  try {
    const kept = JSON.parse(localStorage.getItem(place(settings, url)) ?? 'null') as (Seen & { pinned: string[] }) | null;
    // Who pins other keys instead begins anew: the numbers may be a thief's.
    const isOurs = kept !== null && kept.pinned.some((key) => pins(settings, url).includes(key));
    return isOurs ? later(configured, { sequence: Number(kept.sequence) || 0, keyChanges: kept.keyChanges ?? none.keyChanges }) : configured;
  } catch {
    return configured;
  }
}

function pin(settings: Settings, report: VerificationReport): void {
  const lists = report.registers ?? [{ url: settings.registerUrl, list: report.register }];
  for (const { url, list } of lists) {
    if (!list) continue;
    const before = seen(settings, url);
    const newest = later(before, list);
    if (newest.sequence === before.sequence && newest.keyChanges === before.keyChanges) continue;
    try {
      localStorage.setItem(place(settings, url), JSON.stringify({ ...newest, pinned: pins(settings, url) }));
    } catch {
      // See above.
    }
  }
}

/** What a list says of itself: its number, and how many changes of key it tells of. */
function saidBy(list: string): { sequence: number; changes: number } | null {
  try {
    const payload = list.trim().split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const { sequence, keyChanges = [] } = JSON.parse(atob(payload)) as { sequence?: unknown; keyChanges?: unknown };
    return typeof sequence === 'number' && Array.isArray(keyChanges) ? { sequence, changes: keyChanges.length } : null;
  } catch {
    return null;
  }
}

/** Whether a list says itself that it is of before one that was seen: it must not take that one's place. */
function isOlder(list: string, settings: Settings, url: string): boolean {
  const [said, before] = [saidBy(list), seen(settings, url)];
  return said === null || said.sequence < before.sequence || said.changes < before.keyChanges.number;
}

/** A register's newest list, made of the one that is kept and what changed since; null where the whole is to be fetched. */
async function byWhatChanged(need: Need, settings: Settings): Promise<HttpAnswer | null> {
  const held = await kept(need.url);
  const sequence = held && saidBy(held.body)?.sequence;
  if (!held || sequence == null) return null;
  const request = { method: 'GET', url: `${need.url.replace(/\/+$/, '')}/delta/${sequence}`, headers: { accept: 'application/json' }, body: null } as const;
  const answer = await send(request, settings.loopbackOrigins);
  if ('unreachable' in answer || answer.status !== 200) return null;
  try {
    const delta = JSON.parse(answer.body) as { protected?: unknown; signature?: unknown };
    const isHeld = held.body.startsWith(`${delta.protected}.`) && held.body.endsWith(`.${delta.signature}`);
    if (isHeld) return { status: 200, body: held.body };
    const { list } = await callJson<{ list: string | null }>('applyDelta', answer.body, held.body, need.url, JSON.stringify(settings));
    return list === null ? null : { status: 200, body: list };
  } catch {
    return null;
  }
}

async function fetched(need: Need, settings: Settings, keeping = false): Promise<Resource> {
  const changed = keeping && need.kind === 'register' ? await byWhatChanged(need, settings) : null;
  const answer =
    changed ?? (await send({ method: 'GET', url: need.url, headers: { accept: need.accept }, body: null }, settings.loopbackOrigins));
  if ('unreachable' in answer) return answer;
  const resource = { ...answer, fetchedAt: new Date().toISOString() };
  const isNews = need.kind !== 'register' || !isOlder(resource.body, settings, need.url);
  if (keeping && resource.status === 200 && isNews) await keep(need.url, resource);
  return resource;
}

/** Keeps the registers' lists on this device, so that a later check works without a connection. */
export async function keepRegister(settings: Settings): Promise<void> {
  const asked = registers(settings).map((url) => fetched({ url, accept: 'application/mc-register+jwt', kind: 'register' }, settings, true));
  await Promise.all(asked);
}

/** The two calls to the core, for a text or for what the store of a link answered just now. */
function calls(what: string | LinkAnswer) {
  const given = typeof what === 'string' ? [what] : [what.link, what.status, what.body];
  const [needs, verify] = typeof what === 'string' ? ['needs', 'verify'] : ['needsOfLink', 'verifyLink'];
  return {
    needs: (resources: Resources, settings: string) => callJson<Need[]>(needs, ...given, JSON.stringify(resources), settings),
    report: (resources: Resources, settings: string) =>
      callJson<VerificationReport>(verify, ...given, JSON.stringify(resources), settings, new Date().toISOString()),
  };
}

/**
 * Verifies `what`. It goes nowhere: only public lists and keys are fetched, and what
 * cannot be fetched is told to the core as unreachable.
 */
export async function verify(what: string | LinkAnswer, settings: Settings, { doing = () => {}, keep: keeping = false, useKept = false }: Manner = {}): Promise<Verified> {
  let keptFrom: string | null = null;
  let usedKept = false;
  const resources: Resources = {};
  const core = calls(what);
  const measured = clockAhead();
  const known = registers(settings).map((url) => [url, seen(settings, url)] as const);
  const minimumSequence = seen(settings, settings.registerUrl).sequence;
  const minimumSequences = Object.fromEntries(known.map(([url, { sequence }]) => [url, sequence]));
  const seenKeyChanges = Object.fromEntries(known.map(([url, { keyChanges }]) => [url, keyChanges]));
  const pinning = { ...settings, minimumSequence, minimumSequences, seenKeyChanges };
  const given = JSON.stringify(pinning);
  for (let round = 0; round < ROUNDS; round++) {
    const needs = (await core.needs(resources, given)).filter((need) => !(need.url in resources));
    const room = MOST - Object.keys(resources).length;
    if (needs.length === 0 || room <= 0) break;
    const now = needs.slice(0, room);
    if (now[0]) doing(now[0].kind);
    const answers = await Promise.all(now.map((need) => fetched(need, settings, keeping)));
    for (const [index, need] of now.entries()) {
      const answer = answers[index];
      if (!answer) continue;
      const missed = 'unreachable' in answer || answer.status >= 500;
      const older = missed && keeping ? await kept(need.url) : null;
      if (older && (keptFrom === null || older.fetchedAt < keptFrom)) keptFrom = older.fetchedAt;
      const stands = older && (useKept || !navigator.onLine);
      if (stands) usedKept = true;
      resources[need.url] = stands ? older : answer;
    }
  }
  doing('judging');
  const judged = JSON.stringify({ ...pinning, clockAheadSeconds: await measured, offline: usedKept && !navigator.onLine });
  const report = await core.report(resources, judged);
  pin(settings, report);
  return { report, keptFrom, usedKept };
}
