/** The page's settings, served as `/config.json` by its own origin. */
import type { Settings } from './core/types.ts';

/** What `/config.json` holds: the settings of a verification, and addresses of other pages. */
export type Config = Settings & {
  /** The verifier page, when there is one to point at. */
  verifierUrl?: string;
  /** The wallet app, when there is one to point at. */
  walletUrl?: string;
  /** The register's pages. */
  registerPageUrl?: string;
};

/** Fetches the settings; throws when they are missing or no settings at all. */
export async function config(address = './config.json'): Promise<Config> {
  const response = await fetch(address, { cache: 'no-cache', signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  const given = (await response.json()) as Partial<Config> & { settings?: Settings };
  const settings = { ...given, ...given.settings };
  if (typeof settings.registerUrl !== 'string' || !Array.isArray(settings.anchors)) throw new Error('config.json lacks registerUrl or anchors');
  return { ...settings, registerUrl: settings.registerUrl, anchors: settings.anchors, loopbackOrigins: settings.loopbackOrigins ?? [] };
}
