/** Who keeps the register here: the secret, kept until the tab closes, and never in the address bar. */
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
  /** Who it is, once the register said so. */
  person = $state<Session | null>(null);
  /** The last secret was refused. */
  refused = $state(false);

  constructor() {
    const given = new URLSearchParams(location.hash.slice(1)).get('key');
    if (given) history.replaceState(null, '', `${location.pathname}${location.search}#/`);
    const secret = given ?? kept();
    if (secret) this.enter(secret);
  }

  get keeper(): Keeper | null {
    return this.#keeper;
  }

  enter(secret: string): void {
    this.refused = false;
    this.person = null;
    this.#keeper = new Keeper(secret);
    try {
      sessionStorage.setItem(KEPT_AS, secret);
    } catch {
      // Storage may be forbidden; the secret then lasts as long as the page.
    }
  }

  leave(refused = false): void {
    this.#keeper = null;
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
