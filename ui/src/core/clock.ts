/** Whether this device's clock is right, by the clock of the page's own server. */

const PATIENCE = 4_000;
/** An answer that took longer says too little about the moment it was made. */
const SLOWEST = 20_000;

/**
 * How many seconds this device's clock is ahead of the server that gave this page; negative when it is behind.
 * `null` when that cannot be told, as without a connection.
 */
export async function clockAhead(address = './config.json'): Promise<number | null> {
  try {
    const asked = Date.now();
    // HEAD, since the service worker may answer GET with something it kept.
    const response = await fetch(address, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
    const answered = Date.now();
    const served = Date.parse(response.headers.get('date') ?? '');
    const kept = Number(response.headers.get('age') ?? 0) * 1000;
    if (!response.ok || Number.isNaN(served) || Number.isNaN(kept) || answered - asked > SLOWEST) return null;
    return Math.round(((asked + answered) / 2 - served - kept) / 1000);
  } catch {
    return null;
  }
}
