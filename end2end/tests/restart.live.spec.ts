import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { open } from '../support/scripts.ts';
import { CUT_OFF } from '../support/watch.ts';

test('a server that is killed and comes back finds open pages, votes and music where they were', async ({
  party,
  app,
  watch,
}) => {
  watch.allow(CUT_OFF);
  const { host, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await room.vote(anna).click();
  for (const page of [host, anna, ben]) await expect(room.votes(page)).toHaveText('1 of 2 votes to skip');

  await app.kill();
  for (const page of [host, anna]) {
    await expect(room.status(page, 'connection was lost')).toBeVisible();
    await expect(room.title(page)).toHaveText('Paper Lanterns');
  }
  await app.start();

  for (const page of [host, anna, ben]) {
    await expect(room.status(page, 'connection was lost')).toHaveCount(0);
    await expect(room.votes(page)).toHaveText('1 of 2 votes to skip');
    await expect(room.facts(page)).toContainText('3 people here');
  }
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'true');

  await room.vote(ben).click();
  for (const page of [host, anna, ben]) {
    await expect(room.title(page)).toHaveText('Tidewater');
    await expect(room.votes(page)).toHaveText('0 of 2 votes to skip');
  }
  await room.pause(host).click();
  await expect(room.play(host)).toBeVisible();
});

test('a page that comes back from the background is right after one message', async ({ party }) => {
  const { host, guest } = await party();
  const anna = await guest();
  // What comes by her stream says that it is open.
  await room.vote(anna).click();
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'true');
  const show = (state: 'hidden' | 'visible') =>
    anna.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, state);
  let streams = 0;
  anna.on('request', (request) => {
    if (request.url().endsWith('/events')) streams += 1;
  });

  await show('hidden');
  await room.skip(host).click();
  await expect(room.title(host)).toHaveText('Tidewater');
  await room.pause(host).click();
  await expect(room.play(host)).toBeVisible();
  await expect(room.title(anna)).toHaveText('Paper Lanterns');
  expect(streams).toBe(0);

  await show('visible');
  await expect(room.title(anna)).toHaveText('Tidewater');
  await expect(room.facts(anna)).toContainText('2 people here');
  expect(streams).toBe(1);
});

test('a page that missed a change asks for the whole room', async ({ party }) => {
  const { host, guest, path } = await party();
  const anna = await guest();
  await anna.addInitScript(() => {
    const listen = EventSource.prototype.addEventListener;
    let missed = 0;
    EventSource.prototype.addEventListener = function (this: EventSource, name: string, hear: EventListener) {
      listen.call(this, name, (event) => {
        if (name !== 'changes' || (missed += 1) > 1) hear.call(this, event);
      });
    } as typeof listen;
  });
  const first = anna.waitForRequest('**/events');
  await open(anna, path);
  await first;
  const anew = anna.waitForRequest('**/events');

  await room.skip(host).click();

  await anew;
  await expect(room.title(anna)).toHaveText('Tidewater');
  await guest();
  await expect(room.facts(anna)).toContainText('3 people here');
});

test('a phone that wakes up does not trust a stream that was silent meanwhile', async ({ party }) => {
  const { host, path } = await party();
  await host.clock.install();
  const first = host.waitForRequest('**/events');
  await open(host, path);
  await first;
  const anew = host.waitForRequest('**/events');

  // Sleep: the clock goes on, and nothing else does.
  await host.clock.fastForward(50_000);

  await anew;
  await expect(room.title(host)).toHaveText('Paper Lanterns');
  await expect(room.status(host, 'connection was lost')).toHaveCount(0);
});
