import { App } from '../support/app.js';
import { expect, test as base } from '../support/fixtures.ts';
import { freePort } from '../support/program.js';
import { barriers, picture } from '../support/looks.ts';
import { room } from '../support/room.ts';
import { catchUp, latest, open } from '../support/scripts.ts';
import { connectSpotify, createRoom, joinByCode } from '../support/steps.ts';

/** The server that `cargo leptos end-to-end` starts. */
const STARTED = `http://${process.env.LEPTOS_SITE_ADDR ?? '127.0.0.1:3000'}`;

async function isDemo(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined);
  return (await answer?.text())?.includes('aria-label="Demo mode"') ?? false;
}

const test = base.extend({
  baseURL: async ({ watch }, use) => {
    const own = (await isDemo(STARTED)) ? undefined : new App(`http://127.0.0.1:${await freePort()}`);
    await own?.start();
    const url = own?.url ?? STARTED;
    watch.origins.add(url);
    await use(url);
    await own?.remove();
    watch.read(own?.log ?? '');
  },
});

test('a host sees a party of guests who are none', async ({ page }) => {
  await createRoom(page);
  await connectSpotify(page);
  const invite = page.getByRole('button', { name: 'Let five guests join' });
  await expect(invite).toHaveAccessibleDescription(/They ask for songs and vote/);
  await invite.click();
  await expect(room.status(page, 'Five guests are coming.')).toBeVisible();
  await expect.poll(latest(room.facts(page)), { timeout: 60_000 }).toContain('6 people here');
  await expect.poll(latest(room.queue(page)), { timeout: 60_000 }).toMatch(/added by (Mara|Teo|Wanda|Iko|Jules)/);
  await picture(page, 'demo-party');
  expect(await barriers(page)).toEqual([]);
});

test('a newcomer has music in a minute, without an account anywhere', async ({ page, newcomer }) => {
  await open(page, '/');
  const banner = page.getByRole('complementary', { name: 'Demo mode' });
  await expect(banner).toContainText('makes no sound');
  await expect(banner).toContainText('SPOTIFY_CLIENT_ID');
  await picture(page, 'demo');
  expect(await barriers(page)).toEqual([]);

  const code = await createRoom(page);
  await connectSpotify(page);
  await expect(room.status(page, 'Spotify is connected.')).toBeVisible();
  await expect(room.title(page)).toHaveText(/\S/);
  await expect(room.nowPlaying(page).locator('img')).toBeVisible();
  await expect(room.pause(page)).toBeVisible();
  const progress = async () => {
    await catchUp(page);
    return room.progress(page).evaluate((bar: HTMLProgressElement) => bar.value);
  };
  const before = await progress();
  await expect.poll(progress).toBeGreaterThan(before);
  await expect(banner).toBeVisible();

  const guest = await newcomer();
  await joinByCode(guest, code);
  const song = await room.title(guest).innerText();
  await room.vote(guest).click();
  await expect.poll(latest(room.votes(page))).toBe('1 of 2 votes to skip');
  await room.skip(page).click();
  await expect.poll(latest(room.title(guest))).not.toBe(song);
});
