import { expect, type Page } from '@playwright/test';
import type { App } from './app.js';
import type { Caterer, Party, Beginning } from './party.ts';
import { room } from './room.ts';
import { catchUp, hasScripts, lasting, latest, load, open } from './scripts.ts';
import type { Simulator } from './simulator.js';
import { addByRequest, search } from './songs.ts';
import { fillUnchecked } from './steps.ts';

/** What it takes to show every page. */
export type Stage = {
  app: App;
  simulator: Simulator;
  caterer: Caterer;
  newcomer: () => Promise<Page>;
  party: (beginning?: Beginning) => Promise<Party>;
};

/** Opens a room's page so that it stays as it is, with scripts or without. */
async function settle(page: Page, path: string): Promise<Page> {
  await open(page, lasting(path));
  await expect(room.leave(page)).toBeVisible();
  return page;
}

async function visit({ newcomer }: Stage, address: string): Promise<Page> {
  const page = await newcomer();
  await open(page, address);
  return page;
}

/** Every page in every state that looks different, by a name for its picture. */
export const PAGES: Record<string, (stage: Stage) => Promise<Page>> = {
  home: (stage) => visit(stage, '/'),

  'home-with-rooms': async ({ party, caterer }) => {
    const { host } = await party({ connected: false });
    const other = await party({ connected: false });
    await caterer.join(host, other.code);
    await open(host, '/');
    return host;
  },

  create: (stage) => visit(stage, '/create'),

  'create-refused': async (stage) => {
    const page = await visit(stage, '/create');
    await fillUnchecked(page.getByLabel('Votes to skip'), '101');
    await page.getByRole('button', { name: 'Create room' }).click();
    await expect(room.alert(page, 'from 1 to 100')).toBeVisible();
    return page;
  },

  join: (stage) => visit(stage, '/join'),

  'join-refused': async (stage) => {
    const page = await visit(stage, '/join');
    await page.getByLabel('Room code').fill('ABC234');
    await page.getByRole('button', { name: 'Join room' }).click();
    await expect(room.alert(page, 'no room')).toBeVisible();
    return page;
  },

  'room-of-strangers': async (stage) => {
    const { path } = await stage.party({ connected: false });
    return visit(stage, path);
  },

  'room-new': async ({ party }) => {
    const { host, path } = await party({ connected: false });
    return settle(host, path);
  },

  'room-of-host': async ({ party }) => {
    const { host, path } = await party({ plays: { item: '5', position_ms: 60_000 } });
    return settle(host, path);
  },

  'room-of-guest': async ({ party }) => {
    const { path, guest } = await party({ plays: { item: '4', position_ms: 90_000 }, guestsCanPause: true });
    const anna = await guest();
    await room.vote(anna).click();
    await expect(room.votes(anna)).toHaveText('1 of 2 votes to skip');
    return settle(anna, path);
  },

  'room-with-long-title': async ({ party }) => {
    const { host, path } = await party({ plays: { item: '21' } });
    return settle(host, path);
  },

  'room-right-to-left': async ({ party }) => {
    const { host, path } = await party({ plays: { item: '18' } });
    return settle(host, path);
  },

  'room-without-cover': async ({ party }) => {
    const { host, path } = await party({ plays: { item: 'local' }, controls: ['pause'] });
    return settle(host, path);
  },

  'room-with-advertisement': async ({ party }) => {
    const { path, guest } = await party({ plays: { item: 'ad' } });
    return settle(await guest(), path);
  },

  'room-with-queue-of-host': async ({ party, caterer, simulator }) => {
    const { host, code, path } = await party();
    await addByRequest({ caterer, simulator, page: host, code }, [1, 13, 14, 18, 21]);
    return settle(host, path);
  },

  'room-with-queue-of-guest': async ({ party, caterer, simulator }) => {
    const { host, code, path, guest } = await party();
    await addByRequest({ caterer, simulator, page: host, code }, [1, 13]);
    const anna = await guest();
    await addByRequest({ caterer, simulator, page: anna, code }, [18, 21]);
    return settle(anna, path);
  },

  'room-with-lost-songs': async ({ party, caterer, simulator }) => {
    const { host, code, path, guest } = await party();
    const anna = await guest();
    await addByRequest({ caterer, simulator, page: anna, code }, [1, 21]);
    await catchUp(host);
    for (const song of [21, 1]) {
      await room.remove(host, (await simulator.songs())[song]?.name ?? '').click();
      await expect.poll(latest(room.queue(anna))).toContain('removed by the host');
      await catchUp(host);
    }
    await addByRequest({ caterer, simulator, page: host, code }, [13]);
    await expect(room.dismiss(await settle(anna, path))).toBeVisible();
    return anna;
  },

  'room-with-own-music': async ({ party, caterer, simulator }) => {
    const { host, code, path, account } = await party();
    const consent = await caterer.post(host, '/api/fallback/allow', { code });
    const back = await caterer.post(host, consent.href, { decision: 'agree', account });
    await load(host, back.href);
    await load(host, `${path}/playlist`);
    const playlist = await host.locator('li').filter({ hasText: '夜更かし' }).locator('input').first().inputValue();
    await caterer.post(host, '/api/fallback/choose', { code, playlist, shuffled: 'on' });
    await expect.poll(latest(room.queue(await settle(host, path)))).toContain('goes on meanwhile');
    await simulator.play(account, { item: '7' });
    await expect.poll(latest(room.queue(host))).toContain('Your own music plays');
    return host;
  },

  'room-with-results': async ({ party, caterer, simulator }) => {
    const { host, code, guest } = await party();
    await addByRequest({ caterer, simulator, page: host, code }, [12]);
    const anna = await guest();
    await search(anna, 'rain');
    return anna;
  },

  'room-with-nothing-playing': async ({ party }) => {
    const { host, path } = await party({ controls: ['nothing_playing'] });
    return settle(host, path);
  },

  'room-without-device': async ({ party }) => {
    const { host } = await party({ controls: [{ device: 'inactive' }] });
    await room.play(host).click();
    await expect(room.alert(host, 'Open Spotify').first()).toBeVisible();
    const { pathname, search } = new URL(host.url());
    if (!hasScripts()) await open(host, lasting(`${pathname}${search}`));
    await expect(room.alert(host, 'Open Spotify').first()).toBeVisible();
    return host;
  },

  'room-to-reconnect': async ({ party, simulator }) => {
    const { host, account, path } = await party();
    await simulator.control(account, 'revoke_refresh_tokens');
    await simulator.control(account, 'expire_access_tokens');
    await room.pause(host).click();
    await expect(room.reconnect(host)).toBeVisible();
    return settle(host, path);
  },

  'room-rate-limited': async ({ party, simulator }) => {
    const answer = { status: 429, headers: { 'retry-after': '3600' } };
    await simulator.fail({ on: 'GET /v1/me/player', effect: { answer } });
    const { host, path } = await party();
    return settle(host, path);
  },

  'room-to-move-spotify-to': async ({ party, caterer }) => {
    const { host } = await party();
    const second = await caterer.createRoom(host);
    return settle(host, `/room/${second}`);
  },

  settings: async ({ party }) => {
    const { host, path } = await party();
    await open(host, `${path}/settings`);
    return host;
  },

  'settings-refused': async ({ party }) => {
    const { host, path } = await party({ connected: false });
    await open(host, `${path}/settings`);
    await fillUnchecked(host.getByLabel('Votes to skip'), '0');
    await host.getByRole('button', { name: 'Save' }).click();
    await expect(room.alert(host, 'from 1 to 100')).toBeVisible();
    return host;
  },

  'settings-of-preset': async ({ party }) => {
    const { host, path } = await party({ connected: false });
    await open(host, `${path}/settings?preset=wedding`);
    return host;
  },

  people: async ({ party, newcomer, caterer }) => {
    const { host, code, path, guest } = await party({ connected: false });
    const names = ['Anna', 'Anna', 'Wolfeschlegelsteinhausen', 'مهسا'];
    for (const name of names) await caterer.post(await newcomer(), '/api/rooms/join', { code, name });
    await guest();
    await load(host, `${path}/people`);
    return host;
  },

  history: async ({ party, caterer }) => {
    const { host, code, path } = await party({ plays: { item: '21' } });
    await caterer.post(host, '/api/playback/skip', { code });
    await open(host, lasting(path));
    await load(host, `${path}/history`);
    return host;
  },

  speakers: async ({ party }) => {
    const { host, path } = await party();
    await load(host, `${path}/speakers`);
    return host;
  },

  'speakers-refused': async ({ party }) => {
    const { host, path } = await party();
    await load(host, `${path}/speakers`);
    await fillUnchecked(host.getByLabel('Volume', { exact: true }), '101');
    await host.getByRole('button', { name: 'Set volume' }).click();
    await expect(room.alert(host, 'from 0 to 100')).toBeVisible();
    return host;
  },

  'speakers-unreachable': async ({ party, simulator }) => {
    const { host, path } = await party();
    await simulator.fail({ on: 'GET /v1/me/player/devices', effect: { answer: { status: 503 } } });
    await load(host, `${path}/speakers`);
    await expect(room.alert(host, 'Spotify cannot be reached')).toBeVisible();
    return host;
  },

  playlist: async ({ party, caterer }) => {
    const { host, code, path } = await party();
    await caterer.showPlaylists(host, code);
    await load(host, `${path}/playlist`);
    await host.getByRole('radio', { name: /^Saturday Night/ }).check();
    await host.getByRole('button', { name: 'Use this playlist' }).click();
    await expect(host.getByText('goes on, shuffled')).toBeVisible();
    return host;
  },

  'playlist-before-consent': async ({ party }) => {
    const { host, path } = await party();
    await load(host, `${path}/playlist`);
    await expect(host.getByRole('button', { name: 'Show my playlists' })).toBeVisible();
    return host;
  },

  blocked: async ({ party, caterer, simulator }) => {
    const { host, code, path } = await party();
    const songs = await simulator.songs();
    for (const place of [18, 21]) {
      const uri = songs[place]?.uri ?? '';
      await caterer.post(host, '/api/blocked/add', { code, song: uri, uri });
    }
    await load(host, `${path}/blocked?song=${songs[4]?.uri}`);
    await expect(host.getByRole('button', { name: /^Block the song/ })).toBeVisible();
    return host;
  },

  removed: async ({ party, caterer }) => {
    const { host, code, path, guest } = await party({ connected: false });
    const anna = await guest();
    await load(host, `${path}/people`);
    const member = await host.locator('input[name="member"]').inputValue();
    await caterer.post(host, '/api/people/remove', { code, member });
    await load(anna, path);
    return anna;
  },

  close: async ({ party }) => {
    const { host, path } = await party({ connected: false });
    await open(host, `${path}/close`);
    return host;
  },

  left: async ({ party }) => {
    const { host } = await party({ connected: false });
    await room.leave(host).click();
    await expect(room.status(host, 'You left the room.')).toBeVisible();
    return host;
  },

  closed: async ({ party, caterer }) => {
    const { host, code, path } = await party({ connected: false });
    await caterer.post(host, '/api/rooms/close', { code });
    await open(host, path);
    return host;
  },

  'privacy-of-strangers': async ({ newcomer }) => {
    const page = await newcomer();
    await load(page, '/privacy');
    return page;
  },

  privacy: async ({ party, caterer }) => {
    const { host } = await party();
    const other = await party({ connected: false });
    await caterer.join(host, other.code);
    await load(host, '/privacy');
    return host;
  },

  'privacy-refused': async ({ party }) => {
    const { host } = await party({ connected: false });
    await load(host, '/privacy');
    await host.getByLabel('I know that this cannot be undone').evaluate((box: HTMLInputElement) => (box.required = false));
    await host.getByRole('button', { name: 'Forget me' }).click();
    await expect(room.alert(host, 'Nothing is deleted yet')).toBeVisible();
    return host;
  },

  'not-found': (stage) => visit(stage, '/nowhere'),
  'no-such-room': (stage) => visit(stage, '/room/ABC234'),

  forbidden: async (stage) => {
    const { path } = await stage.party({ connected: false });
    return visit(stage, `${path}/settings`);
  },

  'sign-in-expired': (stage) => visit(stage, '/spotify/callback?code=none&state=none'),

  'not-registered': async ({ party }) => {
    const { host } = await party({ connected: false, controls: [{ registered: false }] });
    await room.connect(host).click();
    await host.getByRole('button', { name: 'Agree' }).click();
    await expect(room.alert(host, 'User Management')).toBeVisible();
    return host;
  },

  'foreign-form': async ({ newcomer, simulator, app }) => {
    const page = await newcomer();
    await page.goto(`${simulator.url}/artist/any`);
    await postFrom(page, `${app.url}/api/rooms/join`, { code: 'ABC234' });
    await expect(page).toHaveURL(`${app.url}/api/rooms/join`);
    return page;
  },

  'consent-of-simulator': async ({ party }) => {
    const { host } = await party({ connected: false });
    await room.connect(host).click();
    await expect(host.getByRole('button', { name: 'Agree' })).toBeVisible();
    return host;
  },
};

/** Has a page, of whatever site, post a form. */
export async function postFrom(page: Page, action: string, fields: Record<string, string>): Promise<void> {
  await page.evaluate(
    ([action, fields]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
      }
      document.body.append(form);
      form.submit();
    },
    [action, fields] as const,
  );
}
