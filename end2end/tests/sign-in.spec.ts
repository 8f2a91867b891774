import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest, load, open } from '../support/scripts.ts';
import { arriveInRoom, connectSpotify } from '../support/steps.ts';

test('a host who cancels at Spotify comes back and can try again', async ({ party, simulator }) => {
  const { host } = await party({ connected: false });
  await room.connect(host).click();
  await host.getByRole('button', { name: 'Cancel' }).click();
  await arriveInRoom(host);
  await expect(host.getByRole('status').filter({ hasText: 'Spotify was not connected' })).toBeVisible();
  expect((await simulator.requestCounts())['POST /api/token']).toBeUndefined();

  await connectSpotify(host);
  await expect(host.getByRole('status').filter({ hasText: 'Spotify is connected.' })).toBeVisible();
  await expect(room.title(host)).toHaveText('Paper Lanterns');
  await expect(room.connect(host)).toHaveCount(0);
});

test('the way back from Spotify is good for once', async ({ party, simulator }) => {
  const { host, path } = await party({ connected: false });
  let callback = '';
  host.on('request', (request) => {
    if (new URL(request.url()).pathname === '/spotify/callback') callback = request.url();
  });
  await connectSpotify(host);
  await expect(room.title(host)).toHaveText('Paper Lanterns');

  const answer = await load(host, callback);
  expect(answer?.status()).toBe(403);
  await expect(host.getByRole('alert')).toContainText('expired or was already used');
  await expect(host.getByRole('link', { name: 'Back to the start' })).toBeVisible();
  expect((await simulator.requestCounts())['POST /api/token']).toBe(1);

  await open(host, path);
  await expect(room.title(host)).toHaveText('Paper Lanterns');
});

test('a sign-in of another browser, or a made-up one, connects nothing', async ({ party, newcomer, simulator, watch }) => {
  const { host, path } = await party({ connected: false });
  await room.connect(host).click();
  await expect(host.getByRole('button', { name: 'Agree' })).toBeVisible();
  const consent = host.url();
  watch.learn(consent);
  const state = new URL(consent).searchParams.get('state') ?? '';

  const attacker = await newcomer();
  for (const query of [`code=made-up&state=${state}`, 'code=made-up&state=made-up', 'error=access_denied&state=x', '']) {
    const answer = await attacker.goto(`/spotify/callback?${query}`);
    expect(answer?.status(), query).toBe(403);
    await expect(attacker.getByRole('alert')).toContainText('expired or was already used');
  }
  expect((await simulator.requestCounts())['POST /api/token']).toBeUndefined();

  await host.getByRole('button', { name: 'Agree' }).click();
  await arriveInRoom(host);
  await open(host, path);
  await expect(room.title(host)).toHaveText('Paper Lanterns');
});

test('the session is another one after a sign-in', async ({ party }) => {
  const { host } = await party({ connected: false });
  const session = async () => (await host.context().cookies()).find(({ name }) => name === 'auxroom');
  const before = await session();
  expect(before?.httpOnly).toBe(true);
  expect(before?.sameSite).toBe('Lax');

  await connectSpotify(host);

  const after = await session();
  expect(after?.value).toBeTruthy();
  expect(after?.value).not.toBe(before?.value);
  await expect(room.skip(host)).toBeVisible();
});

test('a host disconnects Spotify and connects it again', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  await room.settings(host).click();
  await expect(room.connect(host)).toHaveCount(0);
  await host.getByRole('button', { name: 'Disconnect Spotify' }).click();
  await expect(host.getByRole('status').filter({ hasText: 'Spotify is disconnected' })).toBeVisible();
  await expect.poll(latest(room.status(anna, 'has not connected Spotify'))).toBeTruthy();
  await expect(room.votes(anna)).toHaveCount(0);
  await expect(room.vote(anna)).toHaveCount(0);
  await expect(host.getByRole('button', { name: 'Disconnect Spotify' })).toHaveCount(0);

  await open(host, path);
  await connectSpotify(host);
  await expect(room.skip(host)).toBeVisible();
  await expect.poll(latest(room.title(anna))).toBeTruthy();
});

test('an account that plays in another browser\'s room moves by one button', async ({ party, newcomer, caterer }) => {
  const { host, account, guest } = await party();
  const anna = await guest();
  const other = await newcomer();
  const code = await caterer.createRoom(other);
  await open(other, `/room/${code}`);
  await room.connect(other).click();
  await other.getByLabel('Account').selectOption(account);
  await other.getByRole('button', { name: 'Agree' }).click();
  await arriveInRoom(other);
  await expect(room.status(other, 'plays in another room')).toBeVisible();
  await expect.poll(latest(room.title(host))).toBe('Paper Lanterns');

  await other.getByRole('button', { name: 'Move Spotify here' }).click();

  await expect.poll(latest(room.title(other))).toBe('Paper Lanterns');
  await expect(room.skip(other)).toBeVisible();
  await expect.poll(latest(room.status(anna, 'has not connected Spotify'))).toBeTruthy();
  await expect.poll(latest(room.status(host, 'has not connected Spotify'))).toBeTruthy();
});

test('a host with two rooms moves Spotify between them without signing in again', async ({ party, caterer }) => {
  const { host, code } = await party();
  const second = await caterer.createRoom(host);
  await open(host, `/room/${second}`);
  await expect(host.getByText(`plays in room ${code}`)).toBeVisible();

  await host.getByRole('button', { name: 'Move Spotify here' }).click();

  await expect.poll(latest(room.title(host))).toBe('Paper Lanterns');
  await expect(host.getByRole('button', { name: 'Move Spotify here' })).toHaveCount(0);
  await open(host, `/room/${code}`);
  await expect(room.connect(host)).toBeVisible();
});
