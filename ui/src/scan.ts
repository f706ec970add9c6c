/**
 * Reading QR codes from pictures.
 *
 * The decoder is a WebAssembly file served by the page itself; pictures never leave the device.
 */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import decoder from 'zxing-wasm/reader/zxing_reader.wasm?url';

let ready: Promise<unknown> | undefined;

/** Loads the decoder; later calls are free. */
export function prepare(): Promise<unknown> {
  ready ??= prepareZXingModule({
    overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? new URL(decoder, import.meta.url).href : prefix + path) },
    fireImmediately: true,
  });
  return ready;
}

/** The text of the first QR code in `picture`, or `null`. */
export async function readQr(picture: ImageData): Promise<string | null> {
  await prepare();
  const found = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 });
  return found[0]?.text || null;
}

/** The largest text that is read from a file or taken from a paste. */
export const LARGEST_TEXT = 1_000_000;
/** The largest picture that is opened. */
export const LARGEST_PICTURE = 15_000_000;

const SIDE = 2000;

/** What a chosen file held. */
export type FileContent = { kind: 'text'; text: string } | { kind: 'no-code' } | { kind: 'too-big' } | { kind: 'unreadable' };

/** Reads a text file as it is, and a picture through the QR decoder. */
export async function readFile(file: File): Promise<FileContent> {
  const picture = file.type.startsWith('image/') && file.type !== 'image/svg+xml';
  if (file.size > (picture ? LARGEST_PICTURE : LARGEST_TEXT)) return { kind: 'too-big' };
  if (!picture) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
      return text.trim() ? { kind: 'text', text } : { kind: 'unreadable' };
    } catch {
      return { kind: 'unreadable' };
    }
  }
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return { kind: 'unreadable' };
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const text = await readQr(context.getImageData(0, 0, canvas.width, canvas.height));
    return text ? { kind: 'text', text } : { kind: 'no-code' };
  } catch {
    return { kind: 'unreadable' };
  }
}
