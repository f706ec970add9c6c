/** Who keeps the register here: the secret, kept until the tab closes. A link may bring it after `#key=`; it is then taken out of the address bar. */
import { Keeper, type Session } from './api.ts';

const KEPT_AS = 'waarmerk-keeper-key';

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

class SignedIn {
  #keeper = $state<Keeper | null>(null);
  #secret = '';
  /** Who it is, once the register said so. */
  person = $state<Session | null>(null);
  /** The last secret was refused. */
  refused = $state(false);

  /** A link brought another secret than that of whoever is signed in, and was not followed. */
  ignored = $state(false);

  constructor() {
    const secret = kept();
    if (secret) this.enter(secret);
    this.take();
  }

  /** Takes a secret from the address bar. Whoever is signed in stays so: a link must not put somebody to work as another. */
  take(): void {
    const given = new URLSearchParams(location.hash.slice(1)).get('key');
    if (!given) return;
    history.replaceState(null, '', `${location.pathname}${location.search}#/`);
    if (!this.#keeper) this.enter(given);
    else this.ignored = given !== this.#secret;
  }

  get keeper(): Keeper | null {
    return this.#keeper;
  }

  enter(secret: string): void {
    this.refused = false;
    this.ignored = false;
    this.person = null;
    this.#secret = secret;
    this.#keeper = new Keeper(secret);
    try {
      sessionStorage.setItem(KEPT_AS, secret);
    } catch {
      // Storage may be forbidden; the secret then lasts as long as the page.
    }
  }

  leave(refused = false): void {
    this.#keeper = null;
    this.#secret = '';
    this.ignored = false;
    this.person = null;
    this.refused = refused;
    try {
      sessionStorage.removeItem(KEPT_AS);
    } catch {
      // See above.
    }
  }
}

export const session = new SignedIn();
