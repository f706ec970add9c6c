/** Drawing a QR code with the core. */
import { callJson } from '@waarmerk/ui/core/client.ts';
import type { QrCode } from '@waarmerk/ui/core/types.ts';

/** The code for `text`, as an SVG document. */
export const drawn = async (text: string): Promise<string> => (await callJson<QrCode>('qrSvg', text)).svg;
