/** Short messages at the foot of the page, read out by screen readers. */
export type ToastKind = 'good' | 'info' | 'bad';
export type ToastMessage = { id: number; kind: ToastKind; text: string };

let next = 1;
const shown = $state<ToastMessage[]>([]);

/** The messages on screen; `Page` shows them. */
export const toasts: readonly ToastMessage[] = shown;

/** Shows `text` for a while. Never the only place where something important is said. */
export function toast(text: string, kind: ToastKind = 'good', milliseconds = 6000): void {
  const id = next++;
  shown.push({ id, kind, text });
  setTimeout(() => dismiss(id), milliseconds);
}

/** Takes a message away. */
export function dismiss(id: number): void {
  const index = shown.findIndex((message) => message.id === id);
  if (index >= 0) shown.splice(index, 1);
}
