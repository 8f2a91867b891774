import type { BrowserContext, ConsoleMessage, Request, Response } from '@playwright/test';

/** What browsers say while the server is gone. */
export const CUT_OFF =
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/;

/** What no browser and no log may show while a test runs. */
export class Watch {
  /** The addresses that pages may talk to. */
  readonly origins = new Set<string>();
  /** What went wrong, each thing once. */
  readonly troubles = new Set<string>();
  /** What a log must not hold: cookies, rooms' codes, OAuth codes and states that this test saw. */
  readonly secrets = new Set<string>();
  readonly #allowed: RegExp[] = [];

  /** Lets trouble be that this test makes on purpose. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  /** Watches all pages of a browser. */
  follow(context: BrowserContext): void {
    context.on('console', (message) => this.#hear(message));
    context.on('weberror', (error) => this.#report(`page error: ${error.error().stack ?? error.error()}`));
    context.on('request', (request) => this.#noteRequest(request));
    context.on('requestfailed', (request) => this.#noteFailure(request));
    context.on('response', (response) => this.#noteAnswer(response));
  }

  /** Learns what a log must not hold from an address. */
  learn(address: string): void {
    const { pathname, searchParams } = new URL(address);
    const code = /^\/room\/([A-Z0-9]{6})(\/|$)/.exec(pathname)?.[1];
    if (code) this.secrets.add(code);
    if (!['/spotify/callback', '/authorize'].includes(pathname)) return;
    for (const name of ['code', 'state']) {
      const secret = searchParams.get(name);
      // What a test made up is no secret, and too short to look for.
      if (secret && secret.length >= 20) this.secrets.add(secret);
    }
  }

  /** Learns what a log must not hold from a browser's cookies. */
  async learnCookies(context: BrowserContext): Promise<void> {
    for (const cookie of await context.cookies()) this.secrets.add(cookie.value);
  }

  /** Reads what the app wrote. */
  read(log: string): void {
    const lines = log.split('\n');
    const isSecret = [...this.secrets].map((secret) => new RegExp(escape(secret)));
    // Spotify's tokens and codes, and the client's secret as it is and in a header.
    isSecret.push(/\b[AB]Q[\w-]{100,}/, /simulator-secret/, new RegExp(btoa('simulator:simulator-secret')));
    for (const line of lines) {
      if (isSecret.some((secret) => secret.test(line))) this.#report(`log with a secret: ${line}`);
      if (/panicked at| ERROR /.test(line)) this.#report(`log with an error: ${line}`);
    }
  }

  #report(trouble: string): void {
    if (this.#allowed.some((pattern) => pattern.test(trouble))) return;
    // A stack of the WASM's is long, and says little after its first lines.
    this.troubles.add(trouble.split('\n').slice(0, 3).join('\n'));
  }

  #hear(message: ConsoleMessage): void {
    if (!['error', 'warning', 'assert'].includes(message.type())) return;
    // The browser's own word on an answer such as 404 or 422, which is no mistake of the page's.
    if (/^Failed to load resource: .* status of 4\d\d /.test(message.text())) return;
    this.#report(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  }

  #noteRequest(request: Request): void {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && !this.origins.has(origin)) {
      this.#report(`request to a third party: ${request.url()}`);
    }
    if (this.origins.has(origin)) this.learn(request.url());
  }

  #noteFailure(request: Request): void {
    const reason = request.failure()?.errorText ?? '';
    // A page that is left takes its event stream and whatever it still loads with it.
    if (reason === 'net::ERR_ABORTED') return;
    this.#report(`failed request: ${request.method()} ${request.url()} ${reason}`);
  }

  #noteAnswer(response: Response): void {
    if (response.status() >= 500) this.#report(`answer ${response.status()}: ${response.url()}`);
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
