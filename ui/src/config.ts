/** The page's settings, served as `/config.json` by its own origin. */
import type { Settings } from './core/types.ts';

/** What `/config.json` holds: the settings of a verification, and addresses of other pages. */
export type Config = Settings & {
  /** The verifier page, when there is one to point at. */
  verifierUrl?: string;
  /** The wallet app, when there is one to point at. */
  walletUrl?: string;
  /** Whether the wallet's server keeps links. */
  sharing?: boolean;
  /** The register's pages. */
  registerPageUrl?: string;
};

const KEPT = 'waarmerk-settings';

/**
 * The settings; throws when they are missing or no settings at all. Without a connection these are the ones that were
 * last fetched, so that an installed page still works.
 */
export async function config(address = './config.json'): Promise<Config> {
  let response: Response;
  try {
    response = await fetch(address, { cache: 'no-cache', signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const last = kept();
    if (last) return last;
    throw error;
  }
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  const settings = checked(await response.json());
  try {
    localStorage.setItem(KEPT, JSON.stringify(settings));
  } catch {
    // Without room for them, the page works as long as there is a connection.
  }
  return settings;
}

function kept(): Config | null {
  try {
    const text = localStorage.getItem(KEPT);
    return text ? checked(JSON.parse(text)) : null;
  } catch {
    return null;
  }
}

function checked(found: unknown): Config {
  const given = found as Partial<Config> & { settings?: Settings };
  const settings = { ...given, ...given.settings };
  if (typeof settings.registerUrl !== 'string' || !Array.isArray(settings.anchors)) throw new Error('config.json lacks registerUrl or anchors');
  return { ...settings, registerUrl: settings.registerUrl, anchors: settings.anchors, loopbackOrigins: settings.loopbackOrigins ?? [] };
}
