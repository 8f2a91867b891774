import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { catchUp, latest } from '../support/scripts.ts';

test('the host pauses and plays', async ({ party, simulator }) => {
  const { host } = await party();
  const isPlaying = async () => (await simulator.accounts())[0]?.is_playing;

  await room.pause(host).click();
  await expect(room.play(host)).toBeVisible();
  await expect(room.pause(host)).toHaveCount(0);
  await expect.poll(isPlaying).toBe(false);

  await room.play(host).click();
  await expect(room.pause(host)).toBeVisible();
  await expect(room.play(host)).toHaveCount(0);
  await expect.poll(isPlaying).toBe(true);
});

test('the host\'s skip needs no votes', async ({ party, simulator }) => {
  const { host, guest } = await party({ votesToSkip: 5 });
  const anna = await guest();
  await room.vote(anna).click();
  await expect.poll(latest(room.votes(host))).toBe('1 of 5 votes to skip');

  await room.skip(host).click();

  for (const page of [host, anna]) {
    await expect.poll(latest(room.title(page))).toBe('Tidewater');
    await expect.poll(latest(room.votes(page))).toBe('0 of 5 votes to skip');
  }
  expect((await simulator.requestCounts())['POST /v1/me/player/next']).toBe(1);
});

test('guests cannot skip, nor pause until the host allows it', async ({ party }) => {
  const { host, guest } = await party();
  const anna = await guest();
  await expect(room.vote(anna)).toBeVisible();
  for (const button of [room.skip(anna), room.pause(anna), room.play(anna), room.settings(anna)]) {
    await expect(button).toHaveCount(0);
  }

  await room.settings(host).click();
  await host.getByLabel('Guests can pause').check();
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(host.getByRole('status').filter({ hasText: 'Settings saved.' })).toBeVisible();

  await catchUp(anna);
  await room.pause(anna).click();
  await expect(room.play(anna)).toBeVisible();
  await room.play(anna).click();
  await expect(room.pause(anna)).toBeVisible();
  await expect(room.skip(anna)).toHaveCount(0);
});

test('a pause that Spotify already did is no error', async ({ party, simulator }) => {
  const { host, account } = await party();
  await expect(room.pause(host)).toBeVisible();
  await simulator.control(account, 'pause');
  await room.pause(host).click();

  await expect(room.play(host)).toBeVisible();
  await expect(host.getByRole('alert').filter({ hasText: /\w/ })).toHaveCount(0);
});
