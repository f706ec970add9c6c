/** The wallet as the screens see it: closed or open, and what it holds. */
import { asFailure, call, callJson, CoreFailure } from '@waarmerk/ui/core/client.ts';
import { config, type Config } from '@waarmerk/ui/config.ts';
import { clockAhead } from '@waarmerk/ui/core/clock.ts';
import { send } from '@waarmerk/ui/core/network.ts';
import { verify } from '@waarmerk/ui/core/verification.ts';
import type {
  ActivityEntry,
  Card,
  Colour,
  ExportedFile,
  HttpAnswer,
  HttpRequest,
  OfferStep,
  SendChoice,
  Share,
  ShareAct,
  ShowChoice,
  Shown,
  VerificationReport,
} from '@waarmerk/ui/core/types.ts';
import * as storage from './storage.ts';

type Phase = 'starting' | 'new' | 'locked' | 'open' | 'elsewhere' | 'no-storage';

/** What the last check of a credential found, and when. */
export type Known = { colour: Colour; at: string };

const LOCK = 'waarmerk-wallet';
/** As much as verifiers allow clocks to differ. */
const CLOCK_TOLERANCE = 300;

class WalletState {
  phase = $state<Phase>('starting');
  cards = $state<Card[]>([]);
  activity = $state<ActivityEntry[]>([]);
  /** The links that were sent. */
  shares = $state<Share[]>([]);
  /** Whether links can be sent from here; known once the settings were fetched. */
  sharing = $state(false);
  /** The last check of each credential since the wallet was opened. */
  known = $state<Record<string, Known>>({});
  /** How many seconds this device's clock is ahead, where that is more than verifiers allow; negative when behind. */
  clockOff = $state<number | null>(null);
  #config: Promise<Config> | undefined;
  #release: (() => void) | undefined;

  /** Looks whether this device has a wallet. */
  async start(): Promise<void> {
    try {
      this.phase = (await storage.load()) === null ? 'new' : 'locked';
    } catch {
      this.phase = 'no-storage';
    }
  }

  /** Makes a wallet and keeps it sealed on this device. */
  async create(passphrase: string): Promise<void> {
    if (!(await this.#alone())) return;
    try {
      await call('wallet.create', passphrase);
      await this.#keep();
      void navigator.storage?.persist?.().catch(() => false);
      await this.#opened();
    } catch (error) {
      this.#release?.();
      throw error;
    }
  }

  /** Opens the kept wallet; throws when the passphrase is wrong. */
  async unlock(passphrase: string): Promise<void> {
    if (!(await this.#alone())) return;
    try {
      const sealed = await storage.load();
      if (sealed === null) {
        this.#release?.();
        this.phase = 'new';
        return;
      }
      await call('wallet.unlock', sealed, passphrase);
      await this.#opened();
    } catch (error) {
      this.#release?.();
      throw error;
    }
  }

  /** Closes the wallet: nothing readable stays in memory. */
  async lock(): Promise<void> {
    await call('wallet.lock');
    this.cards = [];
    this.activity = [];
    this.shares = [];
    this.known = {};
    this.#release?.();
    this.phase = 'locked';
  }

  /** Erases the wallet from this device. */
  async erase(): Promise<void> {
    await call('wallet.lock');
    await storage.erase();
    this.cards = [];
    this.activity = [];
    this.shares = [];
    this.known = {};
    this.#release?.();
    this.phase = 'new';
  }

  /** The page's settings, fetched once it worked. */
  config(): Promise<Config> {
    this.#config ??= config().then(
      (found) => {
        this.sharing = found.sharing === true;
        return found;
      },
      (error: unknown) => {
        this.#config = undefined;
        throw error;
      },
    );
    return this.#config;
  }

  /** Compares this device's clock with the server's; without a connection what was found last stays. */
  async compareClock(): Promise<void> {
    const ahead = await clockAhead();
    if (ahead !== null) this.clockOff = Math.abs(ahead) > CLOCK_TOLERANCE ? ahead : null;
  }

  card(id: string): Card | undefined {
    return this.cards.find((card) => card.id === id);
  }

  /** Makes what a QR code shows. */
  async show(id: string, choice: ShowChoice): Promise<Shown> {
    const shown = await callJson<Shown>('wallet.show', id, JSON.stringify(choice), new Date().toISOString());
    await this.#changed();
    return shown;
  }

  /**
   * Makes a link and has it kept. The wallet is sealed before, so that a link that anybody could open can always be
   * withdrawn; one that could not be kept yet stays in the list, to be tried again.
   */
  async send(id: string, choice: SendChoice): Promise<Share> {
    const service = new URL('./', location.href.split(/[?#]/)[0]).href;
    const share = await callJson<Share>('wallet.send', id, JSON.stringify(choice), service, new Date().toISOString());
    await this.#changed();
    return this.ask(share.id, 'keep').catch(() => share);
  }

  share(id: string): Share | undefined {
    return this.shares.find((share) => share.id === id);
  }

  /** Asks the share store about a link. */
  async ask(id: string, act: ShareAct): Promise<Share> {
    const settings = await this.config();
    const request = await callJson<HttpRequest>('wallet.shareRequest', id, act);
    const answer = await send(request, [...settings.loopbackOrigins, location.origin]);
    const share = await callJson<Share>('wallet.shareAnswer', id, act, JSON.stringify(answer), new Date().toISOString());
    await this.#changed();
    return share;
  }

  /** Looks how often the links that can be opened were; those that could not be asked stay as they are known. */
  async look(ids: readonly string[]): Promise<boolean> {
    let all = true;
    for (const id of ids) {
      const state = this.share(id)?.state;
      if (state !== 'open' && state !== 'making') continue;
      await this.ask(id, state === 'making' ? 'keep' : 'look').catch(() => (all = false));
    }
    return all;
  }

  /** Takes a link that is over out of the list. */
  async forgetShare(id: string): Promise<void> {
    await call('wallet.forgetShare', id, new Date().toISOString());
    await this.#changed();
  }

  /** A credential as a file for other programs. */
  async export(cardId: string, copyId: string): Promise<ExportedFile> {
    const file = await callJson<ExportedFile>('wallet.exportCopy', cardId, copyId, new Date().toISOString());
    await this.#changed();
    return file;
  }

  async remove(id: string): Promise<void> {
    await call('wallet.remove', id, new Date().toISOString());
    delete this.known[id];
    await this.#changed();
  }

  /** What a verifier would find now. */
  async check(id: string): Promise<VerificationReport> {
    const text = (await call('wallet.text', id)) as string;
    // The issuer may know that its learner looks; a learner wants to know of a revocation by any issuer.
    const { report } = await verify(text, { ...(await this.config()), askUnknownIssuers: true });
    // The holder's own look at it: whether the holder showed it does not arise.
    const colour = report.verdict.code === 'HLD-006' ? 'green' : report.verdict.colour;
    if (this.phase === 'open') this.known[id] = { colour, at: report.checkedAt };
    return report;
  }

  /** One step of collecting an offer; requests are sent here, so the answer is never a request. */
  async collect(step: OfferStep, doing: (step: Extract<OfferStep, { step: 'request' }>) => void): Promise<Exclude<OfferStep, { step: 'request' }>> {
    const settings = await this.config();
    let at = step;
    try {
      while (at.step === 'request') {
        doing(at);
        const answer: HttpAnswer = await send(at.request, settings.loopbackOrigins);
        at = await callJson<OfferStep>('wallet.offerAdvance', JSON.stringify(answer), new Date().toISOString());
      }
    } catch (error) {
      if (error instanceof CoreFailure) for (const left of error.notifications) void this.#notify(left, settings);
      throw error;
    }
    if (at.step === 'done') {
      await this.#changed();
      for (const notification of at.notifications) void this.#notify(notification, settings);
    }
    return at;
  }

  async #notify(request: HttpRequest, settings: Config): Promise<void> {
    await send(request, settings.loopbackOrigins);
  }

  async offerStart(text: string): Promise<OfferStep> {
    const settings = await this.config();
    return callJson<OfferStep>('wallet.offerStart', text, JSON.stringify(settings));
  }

  async offerAccept(code: string | undefined): Promise<OfferStep> {
    return callJson<OfferStep>('wallet.offerAccept', code);
  }

  async offerRetry(): Promise<OfferStep> {
    return callJson<OfferStep>('wallet.offerRetry', new Date().toISOString());
  }

  /** Stops collecting; what was offered can be opened again. */
  async offerCancel(): Promise<void> {
    await call('wallet.offerCancel');
  }

  /** What is wrong with a new passphrase, or `null`. */
  async passphraseProblem(passphrase: string): Promise<CoreFailure | null> {
    const problem = (await call('passphraseProblem', passphrase)) as string | null | undefined;
    return problem ? asFailure(problem) : null;
  }

  async #opened(): Promise<void> {
    await this.#refresh();
    this.phase = 'open';
  }

  async #changed(): Promise<void> {
    await this.#keep();
    await this.#refresh();
  }

  async #refresh(): Promise<void> {
    this.cards = await callJson<Card[]>('wallet.cards');
    this.activity = await callJson<ActivityEntry[]>('wallet.activity');
    this.shares = await callJson<Share[]>('wallet.shares', new Date().toISOString());
  }

  async #keep(): Promise<void> {
    try {
      await storage.save((await call('wallet.seal')) as storage.Sealed);
    } catch (error) {
      throw error instanceof DOMException || !(error instanceof Error)
        ? asFailure(
            JSON.stringify({
              code: 'not-kept',
              nl: 'Bewaren op dit apparaat lukte niet. Maak ruimte vrij of verlaat het privévenster, en probeer het opnieuw.',
              en: 'Keeping this on the device did not work. Free some space or leave the private window, and try again.',
            }),
          )
        : error;
    }
  }

  /** One open wallet a browser: two would overwrite each other. */
  async #alone(): Promise<boolean> {
    if (!navigator.locks) return true;
    return new Promise((resolve) => {
      void navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
        if (!lock) {
          this.phase = 'elsewhere';
          resolve(false);
          return undefined;
        }
        return new Promise<void>((release) => {
          this.#release = release;
          resolve(true);
        });
      });
    });
  }
}

export const wallet = new WalletState();
