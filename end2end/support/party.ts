import { expect, type APIResponse, type Page } from '@playwright/test';
import type { App } from './app.js';
import { lasting, open } from './scripts.ts';
import type { Simulator, Wanted } from './simulator.js';
import type { Watch } from './watch.ts';

/** What is going on when a test begins. */
export type Beginning = {
  /** Two, unless said otherwise. */
  votesToSkip?: number;
  guestsCanPause?: boolean;
  /** What plays: the first song of the catalogue, unless said otherwise. */
  plays?: Wanted;
  /** What follows: the next songs of the catalogue, unless said otherwise. */
  coming?: Wanted[];
  /** What else is done to the account before it is connected. */
  controls?: unknown[];
  /** Whether Spotify is connected. */
  connected?: boolean;
};

/** A room with its host, and a way in for guests. */
export type Party = {
  code: string;
  /** The address of the room's page. */
  path: string;
  /** The simulated account, connected or about to sign in. */
  account: string;
  /** The host's browser, at the room's page. */
  host: Page;
  /** Lets a guest in: a browser of their own, at the room's page. */
  guest: () => Promise<Page>;
};

/** Sets up by bare requests what other tests do by hand. */
export class Caterer {
  readonly #app: App;
  readonly #simulator: Simulator;
  readonly #watch: Watch;
  readonly #newcomer: () => Promise<Page>;

  constructor(app: App, simulator: Simulator, watch: Watch, newcomer: () => Promise<Page>) {
    this.#app = app;
    this.#simulator = simulator;
    this.#watch = watch;
    this.#newcomer = newcomer;
  }

  /** A new room of a new host. */
  async party(beginning: Beginning = {}): Promise<Party> {
    const { plays = { item: '0' }, coming = [{ item: '1' }, { item: '2' }, { item: '3' }] } = beginning;
    const account = await this.#simulator.addAccount();
    await this.#simulator.play(account, plays);
    await this.#simulator.control(account, { coming });
    for (const control of beginning.controls ?? []) await this.#simulator.control(account, control);
    const host = await this.#newcomer();
    const code = await this.createRoom(host, beginning);
    if (beginning.connected ?? true) await this.connect(host, code);
    const path = `/room/${code}`;
    await open(host, lasting(path));
    const guest = async () => {
      const page = await this.#newcomer();
      await this.join(page, code);
      await open(page, lasting(path));
      return page;
    };
    return { code, path, account, host, guest };
  }

  /** Makes the visitor of this page the host of another room; returns its code. */
  async createRoom(page: Page, { votesToSkip = 2, guestsCanPause = false }: Beginning = {}): Promise<string> {
    const form = { votes_to_skip: String(votesToSkip), guest_can_pause: String(guestsCanPause) };
    const there = await this.post(page, '/api/rooms/create', form);
    return there.pathname.split('/')[2] ?? '';
  }

  /** Makes the visitor of this page a guest. */
  async join(page: Page, code: string): Promise<void> {
    await this.post(page, '/api/rooms/join', { code });
  }

  /** Connects a room of the visitor of this page to the account that signs in next, or to a chosen one. */
  async connect(page: Page, code: string, account = 'next'): Promise<void> {
    await this.#agree(page, '/api/spotify/connect', { code, account });
  }

  /** Lets a room of the visitor of this page see the playlists of the account that it is connected to. */
  async showPlaylists(page: Page, code: string): Promise<void> {
    await this.#agree(page, '/api/fallback/allow', { code, account: 'next' });
  }

  /** Posts what leads to Spotify's consent page, and agrees there. */
  async #agree(page: Page, address: string, { code, account }: { code: string; account: string }): Promise<void> {
    const consent = await this.post(page, address, { code });
    const back = await this.post(page, consent.href, { decision: 'agree', account });
    const answer = await page.request.get(back.href, { headers: { accept: 'text/html' }, maxRedirects: 0 });
    this.#follow(answer);
  }

  /** Posts a form as a browser without scripts does; returns the address that the answer leads to. */
  async post(page: Page, address: string, form: Record<string, string>): Promise<URL> {
    const headers = { accept: 'text/html' };
    const answer = await page.request.post(new URL(address, this.#app.url).href, { form, headers, maxRedirects: 0 });
    return this.#follow(answer);
  }

  #follow(answer: APIResponse): URL {
    expect([302, 303], `${answer.status()} ${answer.url()}`).toContain(answer.status());
    const there = new URL(answer.headers()['location'] ?? '', answer.url());
    this.#watch.learn(there.href);
    return there;
  }
}
