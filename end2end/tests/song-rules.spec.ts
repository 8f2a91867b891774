import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest, open } from '../support/scripts.ts';
import { addByRequest, addSong, search, waiting } from '../support/songs.ts';

/** Changes something on the settings page, and goes back to the room. */
async function decide(host: Page, path: string, change: (page: Page) => Promise<void>): Promise<void> {
  await open(host, `${path}/settings`);
  await change(host);
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(room.status(host, 'Settings saved.')).toBeVisible();
  await open(host, path);
}

const fill = (field: string, value: string) => (page: Page) => page.getByLabel(field).fill(value);

for (const { rule, set, isTold, title, reason } of [
  {
    rule: 'nothing explicit',
    set: (page: Page) => page.getByLabel('Explicit songs allowed').uncheck(),
    isTold: 'nothing explicit',
    title: 'Say It Louder',
    reason: 'No explicit songs in this room',
  },
  {
    rule: 'a longest song',
    set: fill('Longest song in minutes', '4'),
    isTold: 'songs up to 4 min',
    title: 'Last Ferry Home',
    reason: '4:03 is longer than 4:00',
  },
  {
    rule: 'so many songs per person',
    set: fill('Songs per person', '1'),
    isTold: 'one song each at a time',
    title: 'Slow Motion City',
    reason: 'One song each: wait until yours has played',
  },
  {
    rule: 'no repeat',
    set: fill('No repeat within minutes', '60'),
    isTold: 'no repeat within 60 min',
    title: 'Paper Lanterns',
    reason: /Played (just now|a minute ago)/,
  },
]) {
  test(`a host's rule of ${rule} is told to guests, and beside the songs that it keeps out`, async ({ party, caterer, simulator }) => {
    const { host, path, code, guest } = await party();
    const anna = await guest();
    await addByRequest({ caterer, simulator, page: anna, code }, [1]);
    await room.skip(host).click();
    await expect.poll(latest(room.title(host))).not.toBe('Paper Lanterns');
    await expect(room.queue(anna)).not.toContainText(isTold);

    await addByRequest({ caterer, simulator, page: anna, code }, [3]);
    await decide(host, path, set);

    await expect.poll(latest(room.queue(anna))).toContain(isTold);
    await search(anna, title);
    await expect(room.result(anna, title)).toContainText(reason);
    await expect(room.add(anna, title)).toHaveCount(0);
  });
}

test('songs come in the order that the host chose, and guests are told which', async ({ party, caterer, simulator }) => {
  const { host, path, code, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await addByRequest({ caterer, simulator, page: anna, code }, [1, 2]);
  await addByRequest({ caterer, simulator, page: ben, code }, [3]);
  await expect.poll(latest(room.queue(anna))).toContain('Most votes first');
  await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Last Ferry Home', 'Velvet Static']);

  await decide(host, path, (page) => page.getByLabel('Fair turns').check());

  await expect.poll(latest(room.queue(anna))).toContain('Everyone in turn');
  await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Velvet Static', 'Last Ferry Home']);
});

test('while the host takes no requests, guests see that and can vote alone; the host can add', async ({ party, caterer, simulator }) => {
  const { host, path, code, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: host, code }, [1]);
  await expect(anna.getByText('You can still vote.')).toHaveCount(0);

  await decide(host, path, (page) => page.getByLabel('Guests can ask for songs').uncheck());

  await expect.poll(latest(anna.getByText('You can still vote.'))).toContain('The host takes no requests right now.');
  await search(anna, 'marlowe');
  await expect(room.result(anna, 'Last Ferry Home')).toContainText('The host takes no requests right now');
  await expect(room.results(anna).getByRole('button', { name: /^Add / })).toHaveCount(0);
  await anna.getByRole('link', { name: 'Close results', exact: true }).click();
  await room.voteFor(anna, 'Tidewater').click();
  await expect.poll(latest(room.song(host, 'Tidewater'))).toContain('2 votes');
  // Whatever the page shows, the server refuses it.
  const there = await caterer.post(anna, '/api/queue/add', { code, uri: (await simulator.songs())[3]?.uri ?? '' });
  expect(there.search).toContain('__err');

  await expect(host.getByText('You can still vote.')).toHaveCount(0);
  await addSong(host, 'Last Ferry Home');
  await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Last Ferry Home']);
});
