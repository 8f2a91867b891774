// The shortest story, in the browsers that the other tests do not run in: a guest joins, sees the
// song change by itself, votes, asks for a song, and votes for another, which moves up.
import { App } from '../support/app.js';
import { freePort } from '../support/program.js';
import { Simulator } from '../support/simulator.js';
import { firefox, webKit } from './browsers.mjs';
import { hostRoom } from './host.mjs';
import { guest } from './guest.mjs';

const BROWSERS = { Firefox: firefox, WebKit: webKit };

async function story(browser) {
  const address = `http://127.0.0.1:${await freePort()}`;
  const simulator = new Simulator(`http://127.0.0.1:${await freePort()}`, address);
  const app = new App(address, simulator.url);
  await simulator.start();
  await app.start();
  try {
    const code = await hostRoom(app, simulator);
    return await browser((driver) => guest(driver, { app, simulator, code }));
  } finally {
    await app.remove();
    await simulator.kill();
  }
}

let failed = 0;
for (const [name, browser] of Object.entries(BROWSERS)) {
  const start = Date.now();
  try {
    const version = await story(browser);
    console.log(`${name} ${version}: ok, ${Math.round((Date.now() - start) / 1000)} s`);
  } catch (error) {
    failed += 1;
    console.log(`${name}: ${error.stack ?? error}`);
  }
}
process.exit(failed);
