import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { catchUp, hasScripts, latest } from '../support/scripts.ts';
import { addByRequest, addSong, search, waiting } from '../support/songs.ts';

test('guests search for songs, add them and vote, and everybody sees the order change', async ({ party }) => {
  const { host, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await expect(room.queue(anna)).toContainText('Nothing waits yet');

  await addSong(anna, 'Tidewater');
  await expect(room.status(anna, /Tidewater is first in line, about [34] minutes/)).toBeVisible();
  await catchUp(ben);
  await addSong(ben, 'Last Ferry Home');
  await expect(room.status(ben, /Last Ferry Home is second in line, about [67] minutes/)).toBeVisible();
  for (const page of [host, anna, ben]) {
    await expect.poll(waiting(page)).toEqual(['Tidewater', 'Last Ferry Home']);
  }
  await expect(room.song(ben, 'Tidewater')).toContainText('next');
  await expect(room.song(ben, 'Tidewater').getByText('1 vote', { exact: true })).toBeVisible();
  await expect(room.song(ben, 'Tidewater').getByText(/^added by \S/)).toBeVisible();
  await expect(room.song(ben, 'Last Ferry Home')).toContainText(/in about [67] min/);

  await catchUp(host);
  await expect(room.voteFor(host, 'Last Ferry Home')).toHaveAttribute('aria-pressed', 'false');
  await room.voteFor(host, 'Last Ferry Home').click();
  await expect(room.voteFor(host, 'Last Ferry Home')).toHaveAttribute('aria-pressed', 'true');
  for (const page of [host, anna, ben]) {
    await expect.poll(waiting(page)).toEqual(['Last Ferry Home', 'Tidewater']);
    await expect(room.song(page, 'Last Ferry Home').getByText('2 votes', { exact: true })).toBeVisible();
  }
  await expect(room.voteFor(anna, 'Last Ferry Home')).toHaveAttribute('aria-pressed', 'false');

  await room.voteFor(host, 'Last Ferry Home').click();
  await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Last Ferry Home']);
});

test('an owner withdraws a song; the host removes any and has any played next', async ({ party, caterer, simulator }) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await addByRequest({ caterer, simulator, page: anna, code }, [1, 2]);
  await addByRequest({ caterer, simulator, page: ben, code }, [3, 4]);
  await expect.poll(waiting(host)).toEqual(['Tidewater', 'Last Ferry Home', 'Velvet Static', 'Slow Motion City']);

  await catchUp(ben);
  await expect(room.withdraw(ben, 'Tidewater')).toHaveCount(0);
  await expect(room.queue(ben).getByRole('button', { name: /^(Remove|Play) / })).toHaveCount(0);
  await room.withdraw(ben, 'Slow Motion City').click();
  await expect.poll(waiting(host)).toEqual(['Tidewater', 'Last Ferry Home', 'Velvet Static']);

  await room.playNext(host, 'Velvet Static').click();
  await expect.poll(waiting(anna)).toEqual(['Velvet Static', 'Tidewater', 'Last Ferry Home']);
  await expect(room.song(anna, 'Velvet Static')).toContainText('the host\'s choice');

  await catchUp(host);
  await room.remove(host, 'Tidewater').click();
  await expect.poll(waiting(anna)).toEqual(['Velvet Static', 'Last Ferry Home']);
});

test('the host clears the queue, and takes that back', async ({ party, caterer, simulator }) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  await expect(room.clear(host)).toHaveCount(0);
  await addByRequest({ caterer, simulator, page: anna, code }, [1, 2]);
  await expect.poll(waiting(host)).toEqual(['Tidewater', 'Last Ferry Home']);
  await expect(room.clear(anna)).toHaveCount(0);

  await room.clear(host).click();
  await expect.poll(latest(room.queue(anna))).toContain('Nothing waits yet');
  await expect(room.status(host, 'The queue is cleared.').first()).toBeVisible();
  await room.undo(host).click();

  await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Last Ferry Home']);
  await expect(room.clear(host)).toBeVisible();
});

test('a result that waits already can be voted for', async ({ party, caterer, simulator }) => {
  const { code, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await addByRequest({ caterer, simulator, page: anna, code }, [1]);
  await expect.poll(waiting(ben)).toEqual(['Tidewater']);

  await search(ben, 'Marlowe Quay');
  const results = room.results(ben);
  await expect(room.result(ben, 'Last Ferry Home')).toContainText('Marlowe Quay');
  await expect(room.result(ben, 'Last Ferry Home')).toContainText('4:03');
  await expect(room.add(ben, 'Last Ferry Home')).toBeVisible();
  await expect(room.add(ben, 'Tidewater')).toHaveCount(0);
  await results.getByRole('button', { name: 'Vote for Tidewater', exact: true }).click();

  await expect.poll(latest(room.song(anna, 'Tidewater'))).toContain('2 votes');
});

test('more results follow, and what was searched for stays', async ({ party }) => {
  const { guest } = await party();
  const anna = await guest();
  await search(anna, 'a');
  const titles = room.results(anna).getByRole('heading', { level: 3 });
  await expect(titles).toHaveCount(10);
  const first = await titles.first().innerText();
  await anna.getByRole('link', { name: 'More results', exact: true }).click();
  if (hasScripts()) {
    await expect.poll(() => titles.count()).toBeGreaterThan(10);
    await expect(titles.first()).toHaveText(first);
  } else {
    await expect(anna).toHaveURL(/q=a&offset=10/);
    await expect(titles.first()).not.toHaveText(first);
  }
  await expect(room.searchbox(anna)).toHaveValue('a');
});

test('a link of a song is found as it is', async ({ party, simulator }) => {
  const { guest } = await party();
  const anna = await guest();
  const song = (await simulator.songs())[6];
  const id = song?.uri.split(':')[2] ?? '';
  await search(anna, `https://open.spotify.com/track/${id}?si=1`);
  await room.add(anna, song?.name ?? '').click();
  await expect.poll(waiting(anna)).toEqual([song?.name]);
});

test('where searching fails, the reason stands there and all else goes on', async ({ party, caterer, simulator }) => {
  const { code, host, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: host, code }, [1]);
  const answer = { status: 429, headers: { 'retry-after': '60' } };
  await simulator.fail({ on: 'GET /v1/search', effect: { answer } });

  await expect.poll(waiting(anna)).toEqual(['Tidewater']);
  await room.searchbox(anna).fill('rain');
  await room.searchbox(anna).press('Enter');
  await expect(room.alert(anna, 'search less')).toBeVisible();

  await expect(room.searchbox(anna)).toHaveValue('rain');
  await room.voteFor(anna, 'Tidewater').click();
  await expect(room.song(anna, 'Tidewater').getByText('2 votes', { exact: true })).toBeVisible();
});

test('while requests are closed a result that waits can be voted for', async ({ party, caterer, simulator }) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: host, code }, [1]);
  const rules = { code, votes_to_skip: '2', song_rules: 'all', order: 'most_votes', explicit_allowed: 'on' };
  await caterer.post(host, '/api/rooms/settings', rules);
  await expect.poll(latest(anna.locator('main'))).toContain('The host takes no requests right now. You can still vote.');

  await search(anna, 'Marlowe Quay');
  await expect(room.result(anna, 'Last Ferry Home')).toContainText('The host takes no requests right now');
  await room.results(anna).getByRole('button', { name: 'Vote for Tidewater', exact: true }).click();
  await expect.poll(latest(room.song(anna, 'Tidewater'))).toContain('2 votes');
});
