import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';

/** Songs that are over before a test loses its patience. */
const SHORT = ['0', '1', '2', '3', '4', '5'].map((item) => ({ item, duration_ms: 7_000 }));

test('when a song ends, everybody sees the next one without doing anything', async ({ party }) => {
  const { host, guest } = await party({ plays: { item: '6', duration_ms: 7_000 }, coming: SHORT });
  const anna = await guest();
  const before = await room.title(anna).innerText();
  await expect(room.title(anna)).not.toHaveText(before);

  const now = await room.title(anna).innerText();
  await expect(room.title(host)).toHaveText(now);
  await expect(anna).toHaveTitle(new RegExp(`^${now} · Room `));
});

test('a new song is announced once, and its progress is not', async ({ party }) => {
  const { host } = await party({ plays: { item: '6', duration_ms: 7_000 }, coming: SHORT });
  const announced = room.nowPlaying(host).locator('[aria-live=polite]');
  const before = await announced.innerText();
  expect(before).toMatch(/^Now playing: .* by /);
  await expect(announced).not.toHaveText(before);
  await expect(announced).toHaveText(/^Now playing: .* by /);
  await expect(room.progress(host).locator('xpath=ancestor::*[@aria-live or @role="status"]')).toHaveCount(0);
});

test('what the host does in Spotify shows up by itself', async ({ party, simulator }) => {
  const { host, account } = await party();
  await expect(room.pause(host)).toBeVisible();
  await simulator.play(account, { item: '5', position_ms: 20_000 });
  await expect(room.title(host)).toHaveText('Say It Louder', { timeout: 15_000 });
});
