import { tmpdir } from 'node:os';
import { Program } from './program.js';

/**
 * @typedef {{ item: string, position_ms?: number, duration_ms?: number }} Wanted
 * @typedef {{ uri: string, name: string, artists: string[], album: string, duration_ms: number, explicit: boolean }} Song
 * @typedef {{ on: string, times?: number, executed?: boolean, delay_ms?: number, effect?: unknown }} Fault
 * @typedef {{ id: string, account_id: string, uri: string | null, is_playing: boolean, progress_ms: number }} Account
 */

/** More often than any test asks. */
export const ALWAYS = 1_000_000;

/** A simulated Spotify, and what a test can do to it. */
export class Simulator {
  #program;

  /**
   * @param {string} url which nothing listens on yet
   * @param {string} app the address of the app that may use it
   */
  constructor(url, app) {
    this.url = url;
    const env = { SIMULATOR_ADDR: new URL(url).host, SIMULATOR_REDIRECT_URIS: `${app}/spotify/callback` };
    this.#program = new Program('simulator', 'Simulating Spotify', { cwd: tmpdir(), env });
  }

  start() {
    return this.#program.start();
  }

  kill() {
    return this.#program.kill();
  }

  /** All songs. @returns {Promise<Song[]>} */
  songs() {
    return this.#ask('GET', 'catalogue');
  }

  /** All accounts as they really are. @returns {Promise<Account[]>} */
  accounts() {
    return this.#ask('GET', 'accounts');
  }

  /** A new account, which signs in at the next consent; returns its id. */
  async addAccount() {
    /** @type {{ id: string }} */
    const { id } = await this.#ask('POST', 'accounts');
    return id;
  }

  /**
   * Does something to an account; the simulator's documentation lists what.
   * @param {string} account an id, or `latest`
   * @param {unknown} control
   */
  async control(account, control) {
    await this.#ask('POST', `accounts/${account}`, control);
  }

  /** Plays an item on an account now. @param {string} account @param {Wanted} wanted */
  play(account, wanted) {
    return this.control(account, { play: wanted });
  }

  /** Makes requests go wrong. @param {Fault} fault */
  async fail(fault) {
    await this.#ask('POST', 'faults', fault);
  }

  /** Ends all that goes wrong. */
  async recover() {
    await this.#ask('DELETE', 'faults');
  }

  /** How often each request came. @returns {Promise<Record<string, number>>} */
  async requestCounts() {
    const { counts } = await this.#ask('GET', 'requests');
    return counts;
  }

  /** Returns once `count` such requests came since the start. @param {string} on @param {number} count */
  async waitFor(on, count) {
    await this.#ask('GET', `wait?${new URLSearchParams({ on, count: String(count) })}`);
  }

  /**
   * @param {string} method
   * @param {string} control
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async #ask(method, control, body) {
    const json = body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}/control/${control}`, { method, ...json });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The simulator refused ${method} ${control}: ${text}`);
    return text && JSON.parse(text);
  }
}
