import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the repository is. */
export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Where cargo puts what it builds. */
export const target = resolve(repository, process.env.CARGO_TARGET_DIR ?? 'target');

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A program that is started, killed and started again. */
export class Program {
  /** Everything that it has written, of all its lives. */
  log = '';
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #name;
  #options;
  #ready;

  /**
   * @param {string} name of its executable
   * @param {string} ready what it writes when it answers
   * @param {{ cwd: string, env: Record<string, string> }} options
   */
  constructor(name, ready, options) {
    this.#name = name;
    this.#ready = ready;
    this.#options = options;
  }

  /** Starts it; returns when it answers. */
  async start() {
    const file = join(target, 'debug', this.#name);
    if (!existsSync(file)) {
      throw new Error(`${file} is not there: build it first (cargo leptos build, cargo build --package simulator)`);
    }
    const { cwd, env } = this.#options;
    const path = { PATH: process.env.PATH ?? '', NO_COLOR: '1' };
    const child = spawn(file, { cwd, env: { ...path, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    running.add(child);
    const started = this.log.length;
    await new Promise((answers, fails) => {
      const listen = (/** @type {Buffer} */ text) => {
        this.log += text;
        if (this.log.includes(this.#ready, started)) answers(undefined);
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('error', fails);
      child.once('exit', () => {
        running.delete(child);
        fails(new Error(`${this.#name} ended:\n${this.log.slice(started)}`));
      });
    });
  }

  /** Kills it, as a power cut would. */
  async kill() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
}

/** So many ports are each worker's own, from below those that the system gives to outgoing connections. */
const PORTS_EACH = 1_000;
const firstPort = 20_000 + PORTS_EACH * (Number(process.env.TEST_PARALLEL_INDEX ?? 0) % 12);
let portsGiven = Math.floor(Math.random() * PORTS_EACH);

/** A port that nobody listens on, and that no other worker takes before the program for which it is does. */
export async function freePort() {
  for (;;) {
    const port = firstPort + (portsGiven++ % PORTS_EACH);
    const server = createServer();
    const isFree = await new Promise((settle) => {
      server.once('error', () => settle(false));
      server.listen(port, '127.0.0.1', () => settle(true));
    });
    if (!isFree) continue;
    await new Promise((settle) => server.close(settle));
    return port;
  }
}
