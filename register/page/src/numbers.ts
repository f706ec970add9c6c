/** How much is awarded, as the register publishes it at `/v1/statistics`. */
import type { LocalText } from '@waarmerk/ui';
import { ListUnavailable } from './list.ts';

export type SizeClass = 'ec-to-5' | 'ec-to-10' | 'ec-over-10' | 'hours-to-480' | 'hours-to-960' | 'hours-over-960';

/** Awards of a sector, level and size; `null` when they are too few to tell. */
export interface ClassCount {
  sector: 'hbo' | 'wo' | 'mbo';
  eqf: number;
  size: SizeClass;
  awards: number | null;
}

export interface Counts {
  awards: number | null;
  classes: ClassCount[];
}

export interface Numbers {
  year: number;
  /** The years for which there are numbers, the last first. */
  years: number[];
  asOf: string | null;
  smallest: number;
  roundedTo: number;
  total: Counts;
  institutions: (Counts & { entityId: string; displayName: LocalText })[];
}

/** The numbers of a year; of the current one unless given. */
export async function fetchNumbers(year?: number): Promise<Numbers> {
  try {
    const response = await fetch(year === undefined ? './v1/statistics' : `./v1/statistics?year=${year}`);
    if (!response.ok) throw new ListUnavailable(String(response.status));
    return (await response.json()) as Numbers;
  } catch (failure) {
    throw failure instanceof ListUnavailable ? failure : new ListUnavailable('network');
  }
}
