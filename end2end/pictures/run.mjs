// The README's pictures, of real pages: a demo, its five simulated guests, and three more who look and vote.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { App } from '../support/app.js';
import { freePort } from '../support/program.js';
import { film } from './film.mjs';
import { Party } from './party.mjs';
import { sideBySide } from './still.mjs';
import { write } from './webp.mjs';

/** How large a window is, and how fine its picture. */
const DESKTOP = { viewport: { width: 980, height: 760 }, deviceScaleFactor: 1.5 };
const PHONE = { viewport: { width: 390, height: 724 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };
const SCREEN = { viewport: { width: 980, height: 760 }, deviceScaleFactor: 1, colorScheme: 'dark' };

const folder = mkdtempSync(join(tmpdir(), 'auxroom-pictures-'));
const app = new App(`http://127.0.0.1:${await freePort()}`);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
try {
  await app.start();
  const party = await Party.begin(browser, app.url);
  const ada = await party.guest('Ada', DESKTOP);
  const ben = await party.guest('Ben', PHONE);
  const cleo = await party.guest('Cleo', SCREEN);
  await party.songsWait(5);
  for (const guest of [ada, ben, ben, ada]) await party.lift(guest);

  await ben.getByRole('searchbox').evaluate((box) => window.scrollTo(0, box.getBoundingClientRect().top - 16));
  for (const colorScheme of ['dark', 'light']) {
    const path = join(folder, `${colorScheme}.png`);
    await sideBySide(browser, [ada, ben], colorScheme, path);
    write(`room-${colorScheme}.webp`, [{ path, lasts_ms: 1_000 }]);
  }

  await party.songsWait(5);
  const lift = () => party.lift(cleo);
  const acts = [
    { at_ms: 1_500, act: lift },
    { at_ms: 5_000, act: lift },
    { at_ms: 8_000, act: lift },
    { at_ms: 11_000, act: () => party.skip() },
  ];
  write('party.webp', await film(cleo, { length_ms: 15_000, acts, folder }));
} finally {
  await browser.close();
  await app.remove();
  rmSync(folder, { recursive: true });
}
