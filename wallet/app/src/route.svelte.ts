/** Which screen the address asks for. */
export type Route =
  | { screen: 'home' }
  | { screen: 'receive' }
  | { screen: 'offer'; text: string }
  | { screen: 'card'; id: string }
  | { screen: 'share'; id: string }
  | { screen: 'show'; id: string }
  | { screen: 'send'; id: string }
  | { screen: 'links' }
  | { screen: 'link'; share: string }
  | { screen: 'activity' }
  | { screen: 'settings' };

/**
 * The offer in a link to this app, in the form that every wallet reads. It stands in the fragment, which
 * browsers do not send to a server: `…/#/offer?credential_offer_uri=…` or `…/#credential_offer_uri=…`.
 */
export function offerIn(link: string): string | null {
  const found = /#(?:\/offer\?)?(credential_offer(?:_uri)?=\S+)$/.exec(link.trim());
  return found?.[1] ? `openid-credential-offer://?${found[1]}` : null;
}

function parse(hash: string): Route {
  const offer = offerIn(hash);
  if (offer) return { screen: 'offer', text: offer };
  const [, first = '', id = '', last = ''] = hash.split('/');
  if (first === 'receive' || first === 'activity' || first === 'settings' || first === 'links') return { screen: first };
  if (first === 'link' && id) return { screen: 'link', share: decodeURIComponent(id) };
  if (first === 'card' && id) {
    const known = decodeURIComponent(id);
    if (last === 'share' || last === 'show' || last === 'send') return { screen: last, id: known };
    return { screen: 'card', id: known };
  }
  return { screen: 'home' };
}

class Router {
  current = $state<Route>(parse(typeof location === 'undefined' ? '' : location.hash));

  constructor() {
    if (typeof window !== 'undefined') {
      window.addEventListener('hashchange', () => {
        this.current = parse(location.hash);
      });
    }
  }

  go(hash: string, replace = false): void {
    if (replace) {
      history.replaceState(null, '', hash);
      this.current = parse(hash);
    } else {
      location.hash = hash;
    }
  }

  /** Takes an offer that was scanned or pasted, without leaving it in the address. */
  offer(text: string): void {
    this.go('#/receive', true);
    this.current = { screen: 'offer', text };
  }
}

export const router = new Router();
