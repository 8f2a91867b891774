import { expect, test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import { room } from '../support/room.ts';
import { addByRequest, search, waiting } from '../support/songs.ts';

test('by the keyboard alone one searches, goes through the results, adds and votes', async ({ party, caterer, simulator }) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: host, code }, [4]);

  await tabTo(room.searchbox(anna));
  await anna.keyboard.type('quiet parade');
  await expect(room.results(anna)).toBeVisible();
  await anna.keyboard.press('ArrowDown');
  await expect(room.add(anna, '“Hello,” She Said')).toBeFocused();
  await anna.keyboard.press('ArrowDown');
  await expect(room.add(anna, 'Rock & Roll & Regret')).toBeFocused();
  await anna.keyboard.press('ArrowUp');
  await anna.keyboard.press('ArrowUp');
  await expect(room.searchbox(anna)).toBeFocused();
  await anna.keyboard.press('Escape');
  await expect(room.results(anna)).toHaveCount(0);

  await anna.keyboard.press('Enter');
  await expect(room.results(anna)).toBeVisible();
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('Enter');
  await expect.poll(waiting(anna)).toEqual(['Slow Motion City', '“Hello,” She Said']);
  await expect(room.results(anna)).toHaveCount(0);
  await expect(room.searchbox(anna)).toBeFocused();

  await tabTo(room.voteFor(anna, 'Slow Motion City'));
  await anna.keyboard.press('Space');
  await expect(room.voteFor(anna, 'Slow Motion City')).toHaveAttribute('aria-pressed', 'true');
  await expect(room.voteFor(anna, 'Slow Motion City')).toBeFocused();
});

for (const reducedMotion of ['no-preference', 'reduce'] as const) {
  test(`the focus stays on the button of a song that moves (motion: ${reducedMotion})`, async ({ party, caterer, simulator }) => {
    const { host, code, guest } = await party();
    const anna = await guest();
    await anna.emulateMedia({ reducedMotion });
    await addByRequest({ caterer, simulator, page: host, code }, [1, 2, 3]);
    await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Last Ferry Home', 'Velvet Static']);

    await room.voteFor(anna, 'Velvet Static').focus();
    await anna.keyboard.press('Enter');
    await expect.poll(waiting(anna)).toEqual(['Velvet Static', 'Tidewater', 'Last Ferry Home']);
    await expect(room.voteFor(anna, 'Velvet Static')).toBeFocused();
    const moving = await anna.evaluate(() => document.getAnimations().filter((one) => one.effect?.getTiming().duration === 300).length);
    if (reducedMotion === 'reduce') expect(moving).toBe(0);

    await room.playNext(host, 'Last Ferry Home').focus();
    await host.keyboard.press('Enter');
    await expect.poll(waiting(anna)).toEqual(['Last Ferry Home', 'Velvet Static', 'Tidewater']);
    await expect(room.playNext(host, 'Last Ferry Home')).toBeFocused();
    await expect(room.voteFor(anna, 'Velvet Static')).toBeFocused();
  });
}

test('an answer to a search that was overtaken is dropped', async ({ party }) => {
  const { guest } = await party();
  const anna = await guest();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await anna.route(/\/api\/search\?.*q=neon/, async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  const asked = anna.waitForRequest(/q=neon/);
  await room.searchbox(anna).fill('neon');
  await asked;
  await search(anna, 'marlowe');
  await expect(room.add(anna, 'Tidewater')).toBeVisible();
  const late = anna.waitForResponse(/q=neon/);
  release();
  await late;

  await expect(room.add(anna, 'Tidewater')).toBeVisible();
  await expect(room.add(anna, 'Velvet Static')).toHaveCount(0);
});

test('whoever types has it searched for once', async ({ party }) => {
  const { guest } = await party();
  const anna = await guest();
  const asked: string[] = [];
  anna.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/api/search') asked.push(searchParams.get('q') ?? '');
  });
  await room.searchbox(anna).pressSequentially('marlowe', { delay: 20 });
  await expect(room.add(anna, 'Tidewater')).toBeVisible();
  expect(asked).toEqual(['marlowe']);
});

test('a result that cannot be added says why in place of its button', async ({ party }) => {
  const { guest } = await party();
  const anna = await guest();
  await anna.route(/\/api\/search\?/, async (route) => {
    const response = await route.fetch();
    const found = (await response.json()) as { tracks: { name: string; refused: string | null }[] };
    for (const track of found.tracks) if (track.name === 'Tidewater') track.refused = 'Played just now';
    await route.fulfill({ response, json: found });
  });
  await search(anna, 'marlowe quay');
  await expect(room.result(anna, 'Tidewater')).toContainText('Played just now');
  await expect(room.result(anna, 'Tidewater').getByRole('button')).toHaveCount(0);
  await expect(room.add(anna, 'Last Ferry Home')).toBeVisible();
});

test('what was found closes at a press anywhere else and at Escape, and not at a vote', async ({ party, caterer, simulator }) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: host, code }, [1]);
  await expect.poll(waiting(anna)).toEqual(['Tidewater']);

  await search(anna, 'marlowe');
  const vote = room.result(anna, 'Tidewater').getByRole('button', { name: 'Vote for Tidewater', exact: true });
  await vote.click();
  await expect(vote).toHaveAttribute('aria-pressed', 'true');
  await room.result(anna, 'Last Ferry Home').getByText('4:03').click();
  await expect(room.results(anna)).toBeVisible();

  await room.title(anna).click();
  await expect(room.results(anna)).toHaveCount(0);
  await expect(room.searchbox(anna)).not.toBeFocused();

  await room.searchbox(anna).press('Enter');
  await expect(room.results(anna)).toBeVisible();
  await room.result(anna, 'Last Ferry Home').getByText('4:03').click();
  await anna.keyboard.press('Escape');
  await expect(room.results(anna)).toHaveCount(0);
});
