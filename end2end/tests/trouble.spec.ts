import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { catchUp, latest, open } from '../support/scripts.ts';
import { arriveInRoom } from '../support/steps.ts';
import { ALWAYS } from '../support/simulator.js';

const PLAYER = 'GET /v1/me/player';

test('an unreachable Spotify is said to be so, and the room recovers by itself', async ({ party, simulator }) => {
  await simulator.fail({ on: PLAYER, times: ALWAYS, effect: { answer: { status: 503 } } });
  const { host, guest } = await party();
  const anna = await guest();
  for (const page of [host, anna]) {
    await expect.poll(latest(room.status(page, 'Spotify cannot be reached'))).toBeTruthy();
  }

  await simulator.recover();

  for (const page of [host, anna]) {
    await expect.poll(latest(room.title(page))).toBe('Paper Lanterns');
    await expect(room.status(page, 'cannot be reached')).toHaveCount(0);
  }
});

test('answers that make no sense are trouble of the same kind', async ({ party, simulator }) => {
  await simulator.fail({ on: PLAYER, times: ALWAYS, effect: 'malform' });
  const { host } = await party();
  await expect.poll(latest(room.status(host, 'Spotify cannot be reached'))).toBeTruthy();
  await expect(room.leave(host)).toBeVisible();
});

test('a Spotify that asks to wait is waited for, and the room goes on by itself', async ({ party, simulator }) => {
  await simulator.fail({ on: PLAYER, effect: { answer: { status: 429, headers: { 'retry-after': '6' } } } });
  const { host } = await party();
  await expect(room.status(host, 'slow down')).toBeVisible();

  await expect.poll(latest(room.title(host))).toBe('Paper Lanterns');
  await expect(room.status(host, 'slow down')).toHaveCount(0);
});

test('while Spotify asks to wait, people read until when, and no button adds a request', async ({ party, simulator }) => {
  await simulator.fail({ on: PLAYER, effect: { answer: { status: 429, headers: { 'retry-after': '3600' } } } });
  const { host } = await party();
  await expect(room.status(host, /slow down.*\d\d:\d\d/)).toBeVisible();
  await expect(room.title(host)).toHaveText('No news from Spotify');

  await room.play(host).click();
  await expect(room.alert(host, 'slow down')).toBeVisible();
  const { [PLAYER]: looks, ...others } = await simulator.requestCounts();
  expect(looks).toBe(1);
  expect(Object.keys(others).filter((request) => request.startsWith('PUT'))).toEqual([]);
});

test('without an active device the host reads which step is missing', async ({ party, simulator }) => {
  const { host, account } = await party({ controls: [{ device: 'inactive' }] });
  await room.play(host).click();
  await expect(room.alert(host, 'Open Spotify').first()).toBeVisible();

  await simulator.play(account, { item: '2' });
  await expect.poll(latest(room.title(host))).toBe('Last Ferry Home');
  await catchUp(host);
  await expect(room.alert(host, 'Open Spotify')).toHaveCount(0);
});

test('an account without Premium is told that it cannot be controlled', async ({ party }) => {
  const { host, guest } = await party({ controls: [{ premium: false }] });
  await expect(room.title(host)).toHaveText('Paper Lanterns');
  await room.pause(host).click();
  await expect(room.alert(host, 'Premium').first()).toBeVisible();
  await expect(room.alert(await guest(), 'Premium')).toBeVisible();
});

test('an account that is not on the application\'s list is told where to add it', async ({ party }) => {
  const { host, path } = await party({ connected: false, controls: [{ registered: false }] });
  await room.connect(host).click();
  await host.getByRole('button', { name: 'Agree' }).click();

  await expect(host.getByRole('heading', { level: 1 })).toHaveText('Spotify is not connected');
  await expect(room.alert(host, 'User Management')).toBeVisible();
  await open(host, path);
  await expect(room.connect(host)).toBeVisible();
});

test('an account that was taken off the list shows it in the room', async ({ party, simulator }) => {
  const { host, account, guest } = await party();
  await expect(room.title(host)).toHaveText('Paper Lanterns');
  await simulator.control(account, { registered: false });
  await room.pause(host).click();
  await expect(room.alert(host, 'User Management').first()).toBeVisible();
  await expect(room.alert(await guest(), 'User Management')).toBeVisible();
});

test('a sign-in that Spotify ended is begun again from the room', async ({ party, simulator }) => {
  const { host, account, guest } = await party();
  const anna = await guest();
  await expect(room.title(host)).toHaveText('Paper Lanterns');
  await simulator.control(account, 'revoke_refresh_tokens');
  await simulator.control(account, 'expire_access_tokens');
  await room.pause(host).click();

  await expect(room.alert(host, 'needs to reconnect').first()).toBeVisible();
  await expect.poll(latest(room.alert(anna, 'needs to reconnect'))).toBeTruthy();
  await expect(room.reconnect(anna)).toHaveCount(0);
  await catchUp(host);
  await expect(host.getByRole('button', { name: 'Disconnect Spotify' })).toHaveCount(0);
  for (const button of [room.connect(host), room.pause(host), room.skip(host)]) await expect(button).toHaveCount(0);

  await room.reconnect(host).click();
  await host.getByLabel('Account').selectOption(account);
  await host.getByRole('button', { name: 'Agree' }).click();
  await arriveInRoom(host);
  await expect.poll(latest(room.title(anna))).toBe('Paper Lanterns');
  await expect(room.skip(host)).toBeVisible();
});

for (const [what, on] of [
  ['token', 'POST /api/token'],
  ['profile', 'GET /v1/me'],
] as const) {
  test(`a Spotify that fails to give the ${what} is said to be so, and can be tried again`, async ({ party, simulator }) => {
    await simulator.fail({ on, times: ALWAYS, effect: { answer: { status: 503 } } });
    const { host, path } = await party({ connected: false });
    await room.connect(host).click();
    await host.getByRole('button', { name: 'Agree' }).click();
    await expect(host.getByRole('heading', { level: 1 })).toHaveText('Spotify is not connected');
    await expect(room.alert(host, 'cannot be reached')).toBeVisible();

    await simulator.recover();
    await open(host, path);
    await room.connect(host).click();
    await host.getByRole('button', { name: 'Agree' }).click();
    await arriveInRoom(host);
    await expect(room.skip(host)).toBeVisible();
  });
}

test('a Spotify that is switched off breaks no page', async ({ party, simulator, app }) => {
  const { host, path } = await party();
  await expect(room.title(host)).toHaveText('Paper Lanterns');
  await simulator.kill();
  await room.pause(host).click();

  await expect(room.alert(host, 'cannot be reached').or(room.status(host, 'cannot be reached')).first()).toBeVisible();
  await open(host, path);
  await expect(room.leave(host)).toBeVisible();
  expect((await host.request.get(`${app.url}/readyz`)).status()).toBe(200);
});
