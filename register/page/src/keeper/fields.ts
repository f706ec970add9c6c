/** What people fill in, read into what the register asks. */

/** A short name made of a long one. */
export const slug = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);

export const isShort = (name: string): boolean => /^[a-z0-9-]{1,50}$/.test(name);

/** The beginning of a day where the keeper is, as RFC 3339. */
export const startOf = (day: string): string => new Date(`${day}T00:00:00`).toISOString();

/** The end of a day where the keeper is, as RFC 3339. */
export const endOf = (day: string): string => new Date(`${day}T23:59:59`).toISOString();

/** Today where the keeper is, as a date field writes it. */
export function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** A pasted DID document, or nothing when it is none. */
export function didDocument(text: string): { id: string } | null {
  try {
    const document = JSON.parse(text) as { id?: unknown } | null;
    return typeof document?.id === 'string' && document.id.startsWith('did:') ? (document as { id: string }) : null;
  } catch {
    return null;
  }
}
