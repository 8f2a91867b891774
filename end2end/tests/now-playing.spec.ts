import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { catchUp, latest } from '../support/scripts.ts';

test('everybody sees cover, title, artists and album, with links to Spotify', async ({ party, simulator }) => {
  const song = (await simulator.songs())[4];
  const { host, guest } = await party({ plays: { item: '4' } });
  for (const page of [host, await guest()]) {
    const now = room.nowPlaying(page);
    await expect(room.title(page)).toHaveText(song?.name ?? '');
    await expect(now).toContainText('Neon Orchard, Ada Finch');
    await expect(now).toContainText(song?.album ?? '');
    const cover = now.locator('img');
    await expect(cover).toBeVisible();
    expect(await cover.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(640);
    const link = room.title(page).getByRole('link');
    await expect(link).toHaveAttribute('href', new RegExp(`^${simulator.url}/track/`));
    await expect(now.getByRole('link', { name: 'Spotify' })).toBeVisible();
  }
});

test('progress moves on', async ({ party }) => {
  const { host } = await party({ plays: { item: '0', position_ms: 30_000 } });
  const seconds = async () => {
    await catchUp(host);
    return room.progress(host).evaluate((bar: HTMLProgressElement) => bar.value / 1000);
  };
  const first = await seconds();
  expect(first).toBeGreaterThanOrEqual(30);
  expect(first).toBeLessThan(60);
  await expect.poll(seconds).toBeGreaterThan(first + 1);
});

test('progress stands still while nothing moves', async ({ party }) => {
  const { host } = await party({ plays: { item: '0', position_ms: 61_000 }, controls: ['pause'] });
  const times = room.nowPlaying(host).getByText('1:01');
  await expect(times).toBeVisible();
  await expect(room.play(host)).toBeVisible();
  await catchUp(host);
  await expect(times).toBeVisible();
});

test('what Spotify plays besides songs is named for what it is', async ({ party, simulator }) => {
  await test.step('an advertisement, which cannot be skipped', async () => {
    const { host, guest } = await party({ plays: { item: 'ad' } });
    await expect(room.title(host)).toHaveText('Advertisement');
    await expect(room.skip(host)).toHaveCount(0);
    await expect(room.vote(await guest())).toHaveCount(0);
  });
  await test.step('an episode of a podcast', async () => {
    const { host } = await party({ plays: { item: 'episode' } });
    await expect(room.title(host)).toHaveText('Who Wrote the Bridge?');
    await expect(room.nowPlaying(host)).toContainText('Liner Notes');
    await expect(room.votes(host)).toHaveText('0 of 2 votes to skip');
  });
  await test.step('a file of the host\'s own, which leads nowhere', async () => {
    const { host } = await party({ plays: { item: 'local' } });
    await expect(room.title(host)).toHaveText('Rehearsal, July');
    await expect(room.nowPlaying(host)).toContainText('Our Band');
    await expect(room.nowPlaying(host).getByRole('link')).toHaveCount(0);
  });
  await test.step('something that Spotify does not name', async () => {
    const { host } = await party({ plays: { item: 'unknown' } });
    await expect(room.title(host)).toHaveText('Spotify is playing something');
    await expect(room.pause(host)).toBeVisible();
  });
  expect(await simulator.accounts()).toHaveLength(4);
});

test('a song without a cover has its title, and no broken picture', async ({ party }) => {
  const { host } = await party({ plays: { item: 'no_cover' } });
  await expect(room.title(host)).toHaveText('Demo Tape 3');
  await expect(room.nowPlaying(host).locator('img')).toHaveCount(0);
});

test('a song that Spotify plays in place of another can be voted away once', async ({ party, simulator }) => {
  const { host, guest, account } = await party({ votesToSkip: 1, plays: { item: 'relinked' } });
  await expect(room.title(host)).toHaveText('Second Sunrise');
  const anna = await guest();
  await room.vote(anna).click();

  await expect.poll(latest(room.title(host))).toBe('Tidewater');
  expect((await simulator.requestCounts())['POST /v1/me/player/next']).toBe(1);
  expect((await simulator.accounts()).find(({ id }) => id === account)?.is_playing).toBe(true);
});

test('nothing playing says what the host can do, and offers Play', async ({ party }) => {
  const { host, guest } = await party({ controls: ['nothing_playing'] });
  for (const page of [host, await guest()]) {
    await expect(room.title(page)).toHaveText('Nothing is playing');
    await expect(page.getByRole('status').filter({ hasText: 'Start something in Spotify' })).toBeVisible();
    await expect(room.votes(page)).toHaveCount(0);
    await expect(room.vote(page)).toHaveCount(0);
    await expect(room.skip(page)).toHaveCount(0);
  }
  await expect(room.play(host)).toBeVisible();
});

test('a private session changes nothing in the room', async ({ party }) => {
  const { host } = await party({ controls: [{ private_session: true }] });
  await expect(room.title(host)).toHaveText('Paper Lanterns');
  await room.pause(host).click();
  await expect(room.play(host)).toBeVisible();
});

test('titles are text, whatever is in them', async ({ party }) => {
  const { host } = await party({ plays: { item: '13' } });
  await expect(room.title(host)).toHaveText('<Untitled> "No. 4"');
  await expect(host).toHaveTitle(/^<Untitled> "No\. 4" · Room /);
});
