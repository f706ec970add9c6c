/** Who is at the desk: the key, kept until the tab closes, and never in the address bar. */
import { Desk } from './api.ts';

const KEPT_AS = 'waarmerk-desk-key';

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

class Session {
  #desk = $state<Desk | null>(null);
  /** The last key was refused. */
  refused = $state(false);

  constructor() {
    const given = new URLSearchParams(location.hash.slice(1)).get('key');
    if (given) history.replaceState(null, '', `${location.pathname}${location.search}#/`);
    const key = given ?? kept();
    if (key) this.enter(key);
  }

  get desk(): Desk | null {
    return this.#desk;
  }

  enter(key: string): void {
    this.refused = false;
    this.#desk = new Desk(key);
    try {
      sessionStorage.setItem(KEPT_AS, key);
    } catch {
      // Storage may be forbidden; the key then lasts as long as the page.
    }
  }

  leave(refused = false): void {
    this.#desk = null;
    this.refused = refused;
    try {
      sessionStorage.removeItem(KEPT_AS);
    } catch {
      // See above.
    }
  }
}

export const session = new Session();
