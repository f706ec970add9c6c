/** The quality frameworks' texts, built into the pages so that they can be read offline. */
import type { LocalText } from './i18n.svelte.ts';

type Described = { id: string; version: string; name: LocalText; digestSRI: string };
type Agreed = { framework: string; version: string; kind: 'summary' | 'official'; agreements: LocalText[] };

/** One version of a quality framework with its agreements. */
export type FrameworkText = Described & { kind: 'summary' | 'official'; agreements: LocalText[] };

const files = import.meta.glob<Described | Agreed>('../../crates/credentials/data/frameworks/*.json', { eager: true, import: 'default' });
const all = Object.values(files);
const known: FrameworkText[] = all.flatMap((file) => {
  if (!('id' in file)) return [];
  const text = all.find((other): other is Agreed => 'framework' in other && other.framework === file.id && other.version === file.version);
  return text ? [{ ...file, kind: text.kind, agreements: text.agreements }] : [];
});

/** The text of the framework that a credential names, when it is one we know. */
export function frameworkText(id: string | undefined, version?: string | null): FrameworkText | undefined {
  return known.find((framework) => framework.id === id && (!version || framework.version === version));
}
