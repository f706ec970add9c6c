/** Telling the files of a badge platform apart. */
export type Kind = 'assertion' | 'badgeClass' | 'issuer' | 'directAward';
export type Picked = { name: string; content: unknown };

/** Why a file was not taken. */
export const unreadable = ['not-json', 'too-big', 'unknown'] as const;
export type Failed = { name: string; why: (typeof unreadable)[number] };

const LARGEST = 256 * 1024;

/** Sorts files by what they say they are (Open Badges 2.0 `type`). */
export async function sorted(files: readonly File[]): Promise<{ found: Partial<Record<Kind, Picked>>; failed: Failed[] }> {
  const found: Partial<Record<Kind, Picked>> = {};
  const failed: Failed[] = [];
  for (const file of files) {
    if (file.size > LARGEST) {
      failed.push({ name: file.name, why: 'too-big' });
      continue;
    }
    let content: unknown;
    try {
      content = JSON.parse(await file.text());
    } catch {
      failed.push({ name: file.name, why: 'not-json' });
      continue;
    }
    const kind = kindOf(content);
    if (kind) found[kind] = { name: file.name, content };
    else failed.push({ name: file.name, why: 'unknown' });
  }
  return { found, failed };
}

function kindOf(content: unknown): Kind | null {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return null;
  const { type } = content as { type?: unknown };
  const types = Array.isArray(type) ? type : [type];
  if (types.includes('Assertion')) return 'assertion';
  if (types.includes('BadgeClass')) return 'badgeClass';
  if (types.includes('Issuer') || types.includes('Profile')) return 'issuer';
  // A direct award is a platform's own record and carries no Open Badges type.
  return type === undefined ? 'directAward' : null;
}
