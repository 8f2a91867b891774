import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, target } from './program.js';

/** The app, with a database of its own. */
export class App {
  #folder = mkdtempSync(join(tmpdir(), 'auxroom-'));
  #program;

  /**
   * @param {string} url which nothing listens on yet
   * @param {string} [simulator] the address of a simulated Spotify; without one, demo mode
   */
  constructor(url, simulator) {
    this.url = url;
    const spotify = simulator && {
      AUXROOM_PUBLIC_URL: url,
      SPOTIFY_CLIENT_ID: 'simulator',
      SPOTIFY_CLIENT_SECRET: 'simulator-secret',
      SPOTIFY_ACCOUNTS_URL: simulator,
      SPOTIFY_API_URL: `${simulator}/v1`,
    };
    const env = {
      LEPTOS_OUTPUT_NAME: 'auxroom',
      LEPTOS_SITE_ROOT: join(target, 'site'),
      LEPTOS_SITE_PKG_DIR: 'pkg',
      LEPTOS_SITE_ADDR: new URL(url).host,
      LEPTOS_HASH_FILES: 'true',
      // All that the program would ever say: a test reads it for secrets.
      RUST_LOG: 'debug',
      RUST_BACKTRACE: '1',
      ...spotify,
    };
    this.#program = new Program('auxroom', 'Listening on', { cwd: this.#folder, env });
  }

  /** All that it wrote. */
  get log() {
    return this.#program.log;
  }

  start() {
    return this.#program.start();
  }

  /** As a power cut would. */
  kill() {
    return this.#program.kill();
  }

  /** Kills it and forgets its database. */
  async remove() {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }
}
