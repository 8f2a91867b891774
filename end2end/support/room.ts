import type { Locator, Page } from '@playwright/test';

/** What a room's page shows, by the names that people read. */
export const room = {
  nowPlaying: (page: Page): Locator => page.getByRole('region', { name: 'Now playing' }),
  title: (page: Page): Locator => room.nowPlaying(page).getByRole('heading', { level: 2 }),
  votes: (page: Page): Locator => page.getByText(/^\d+ of \d+ votes to skip$/),
  vote: (page: Page): Locator => page.getByRole('button', { name: 'Vote to skip', exact: true }),
  skip: (page: Page): Locator => page.getByRole('button', { name: 'Skip', exact: true }),
  play: (page: Page): Locator => page.getByRole('button', { name: 'Play', exact: true }),
  pause: (page: Page): Locator => page.getByRole('button', { name: 'Pause', exact: true }),
  leave: (page: Page): Locator => page.getByRole('button', { name: 'Leave room', exact: true }),
  settings: (page: Page): Locator => page.getByRole('link', { name: 'Settings', exact: true }),
  connect: (page: Page): Locator => page.getByRole('button', { name: 'Connect Spotify', exact: true }),
  reconnect: (page: Page): Locator => page.getByRole('button', { name: 'Reconnect Spotify', exact: true }),
  facts: (page: Page): Locator => page.getByText(/ (person|people) here/),
  /** Words for whom waiting helps. */
  status: (page: Page, words: string | RegExp): Locator => page.getByRole('status').filter({ hasText: words }),
  /** Words for whom something is to do. */
  alert: (page: Page, words: string | RegExp): Locator => page.getByRole('alert').filter({ hasText: words }),
  progress: (page: Page): Locator => page.getByRole('progressbar', { name: 'Progress' }),
  searchbox: (page: Page): Locator => page.getByRole('searchbox', { name: 'Search songs', exact: true }),
  results: (page: Page): Locator => page.getByRole('region', { name: 'Search results', exact: true }),
  result: (page: Page, title: string): Locator => songIn(room.results(page), title),
  add: (page: Page, title: string): Locator => page.getByRole('button', { name: `Add ${title}`, exact: true }),
  queue: (page: Page): Locator => page.getByRole('region', { name: 'Queue', exact: true }),
  /** The titles of the songs that wait, in order. */
  waiting: (page: Page): Locator => room.queue(page).getByRole('heading', { level: 3 }),
  song: (page: Page, title: string): Locator => songIn(room.queue(page), title),
  voteFor: (page: Page, title: string): Locator => inQueue(page, `Vote for ${title}`),
  withdraw: (page: Page, title: string): Locator => inQueue(page, `Withdraw ${title}`),
  remove: (page: Page, title: string): Locator => inQueue(page, `Remove ${title}`),
  playNext: (page: Page, title: string): Locator => inQueue(page, `Play ${title} next`),
  clear: (page: Page): Locator => inQueue(page, 'Clear queue'),
  undo: (page: Page): Locator => inQueue(page, 'Undo'),
  dismiss: (page: Page): Locator => inQueue(page, 'Dismiss'),
};

function inQueue(page: Page, name: string): Locator {
  return room.queue(page).getByRole('button', { name, exact: true });
}

function songIn(list: Locator, title: string): Locator {
  const heading = list.page().getByRole('heading', { level: 3, name: title, exact: true });
  return list.getByRole('listitem').filter({ has: heading });
}
