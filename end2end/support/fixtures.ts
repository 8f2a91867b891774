import { writeFileSync } from 'node:fs';
import { test as base, type Page } from '@playwright/test';
import { App } from './app.js';
import { Caterer, type Beginning, type Party } from './party.ts';
import { freePort } from './program.js';
import { Simulator } from './simulator.js';
import { Watch } from './watch.ts';

export { expect } from '@playwright/test';

type Fixtures = {
  /** Fails the test on whatever browsers and logs must not show. */
  watch: Watch;
  /** Where the app of this test is. */
  address: string;
  /** The Spotify of this test. */
  simulator: Simulator;
  /** The app of this test, with a fresh database. */
  app: App;
  /** Opens another browser, of somebody who was never here, at its first empty page. */
  newcomer: () => Promise<Page>;
  /** Sets up by bare requests what other tests do by hand. */
  caterer: Caterer;
  /** A room with its host. */
  party: (beginning?: Beginning) => Promise<Party>;
};

export const test = base.extend<Fixtures>({
  watch: [
    async ({}, use) => {
      const watch = new Watch();
      await use(watch);
      base.expect([...watch.troubles]).toEqual([]);
    },
    { auto: true },
  ],

  address: async ({}, use) => {
    await use(`http://127.0.0.1:${await freePort()}`);
  },

  simulator: async ({ address, watch }, use) => {
    const simulator = new Simulator(`http://127.0.0.1:${await freePort()}`, address);
    watch.origins.add(simulator.url);
    await simulator.start();
    await use(simulator);
    await simulator.kill();
  },

  app: async ({ address, simulator, watch }, use, testInfo) => {
    const app = new App(address, simulator.url);
    watch.origins.add(app.url);
    await app.start();
    await use(app);
    await app.remove();
    watch.read(app.log);
    if (testInfo.status !== testInfo.expectedStatus || watch.troubles.size > 0) {
      const path = testInfo.outputPath('app.log');
      writeFileSync(path, app.log);
      await testInfo.attach('the log of the app', { path, contentType: 'text/plain' });
    }
  },

  baseURL: async ({ app }, use) => {
    await use(app.url);
  },

  context: async ({ context, watch }, use) => {
    watch.follow(context);
    await use(context);
    await watch.learnCookies(context);
  },

  newcomer: async ({ browser, baseURL, watch }, use) => {
    const contexts: Awaited<ReturnType<typeof browser.newContext>>[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL: baseURL ?? '' });
      contexts.push(context);
      watch.follow(context);
      return context.newPage();
    });
    for (const context of contexts) {
      await watch.learnCookies(context);
      await context.close();
    }
  },

  caterer: async ({ app, simulator, watch, newcomer }, use) => {
    await use(new Caterer(app, simulator, watch, newcomer));
  },

  party: async ({ caterer }, use) => {
    await use((beginning) => caterer.party(beginning));
  },
});
