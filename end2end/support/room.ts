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
};
