import { expect, test } from '../support/fixtures.ts';
import { postFrom } from '../support/pages.ts';
import { room } from '../support/room.ts';
import { load, open } from '../support/scripts.ts';
import { createRoom } from '../support/steps.ts';

for (const address of ['/nowhere', '/room/ABC234', '/room/toolong9', '/room', '/room/ABC234/nowhere']) {
  test(`${address} is a page that says so, with status 404 and a way on`, async ({ page }) => {
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('alert')).toBeVisible();
    await page.getByRole('link', { name: 'Back to the start' }).click();
    await expect(page.getByRole('link', { name: 'Create a room' })).toBeVisible();
  });
}

test('other spellings of a code lead to the right address', async ({ party }) => {
  const { host, code, path } = await party();
  const spellings = [code.toLowerCase(), `${code.slice(0, 3)}-${code.slice(3)}`, `${code.slice(0, 3)}%20${code.slice(3)}`];
  for (const spelling of spellings) {
    for (const rest of ['', '/settings', '/close', '?done=saved']) {
      const answer = await host.request.get(`/room/${spelling}${rest}`, { maxRedirects: 0 });
      expect(answer.status()).toBe(308);
      expect(answer.headers()['location']).toBe(`${path}${rest}`);
    }
  }
  await open(host, `/room/${code.toLowerCase()}`);
  await expect(host).toHaveURL(path);
  await expect(room.title(host)).toBeVisible();
});

test('localhost, which Spotify refuses, leads to the public address', async ({ page, app }) => {
  const answer = await page.request.get(`${app.url.replace('127.0.0.1', 'localhost')}/join?code=ABC234`, {
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(308);
  expect(answer.headers()['location']).toBe(`${app.url}/join?code=ABC234`);
});

test('a form on another site is refused with a page that says so', async ({ party, simulator, app }) => {
  const { host, code, path } = await party();
  // The simulator stands in for another site: its page posts to the app.
  await load(host, `${simulator.url}/artist/any`);
  await postFrom(host, `${app.url}/api/rooms/leave`, { code });
  await expect(host).toHaveURL(`${app.url}/api/rooms/leave`);
  await expect(host.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(host.getByRole('alert')).toBeVisible();
  await expect(host.getByRole('link', { name: 'Back to the start' })).toBeVisible();

  await open(host, path);
  await expect(room.leave(host)).toBeVisible();
});

test('every page has a title of its own', async ({ party, page }) => {
  for (const [address, title] of [
    ['/', 'Auxroom'],
    ['/join', 'Join a room · Auxroom'],
    ['/create', 'Create a room · Auxroom'],
    ['/nowhere', 'Nothing here · Auxroom'],
    ['/room/ABC234', 'No such room · Auxroom'],
    ['/spotify/callback', 'Spotify is not connected · Auxroom'],
  ] as const) {
    await page.goto(address);
    await expect(page, address).toHaveTitle(title);
  }
  const { host, code, path } = await party();
  await expect(host).toHaveTitle(`Paper Lanterns · Room ${code} · Auxroom`);
  await load(host, `${path}/settings`);
  await expect(host).toHaveTitle(`Settings of room ${code} · Auxroom`);
  await load(host, `${path}/close`);
  await expect(host).toHaveTitle(`Close room ${code} · Auxroom`);
  await load(page, path);
  await expect(page).toHaveTitle(`Join room ${code} · Auxroom`);
});

test('the title follows from page to page', async ({ page }) => {
  const code = await createRoom(page);
  await expect(page).toHaveTitle(`Room ${code} · Auxroom`);
  await room.settings(page).click();
  await expect(page).toHaveTitle(`Settings of room ${code} · Auxroom`);
  await page.getByRole('link', { name: 'Close room' }).click();
  await expect(page).toHaveTitle(`Close room ${code} · Auxroom`);
  await page.goBack();
  await expect(page).toHaveTitle(`Settings of room ${code} · Auxroom`);
  await page.getByRole('link', { name: 'Auxroom', exact: true }).click();
  await expect(page).toHaveTitle('Auxroom');
});
