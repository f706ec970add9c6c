/** A verifier's code that was scanned before a credential was chosen; taken once. */
let challenge = '';

export const pending = {
  keep(digits: string): void {
    challenge = `${digits.slice(0, 3)} ${digits.slice(3)}`;
  },
  take(): string {
    const kept = challenge;
    challenge = '';
    return kept;
  },
};
