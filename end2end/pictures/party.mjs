/** A title that every machine has letters for, and a picture has room for. */
const PLAIN = /^[\p{Script=Latin}\p{Punctuation}\p{Number}\s]{1,30}$/u;

/** A room of the demo's, with its simulated guests in it. */
export class Party {
  #browser;
  #baseURL;
  #host;

  constructor(browser, baseURL, host) {
    this.#browser = browser;
    this.#baseURL = baseURL;
    this.#host = host;
  }

  /** A host creates a room, connects it, and lets five guests join. */
  static async begin(browser, baseURL) {
    const host = await browser.newPage({ baseURL });
    const press = (name) => host.getByRole('button', { name, exact: true }).click();
    await host.goto('/create');
    await host.getByLabel('Votes to skip').fill('4');
    await press('Create room');
    await press('Connect Spotify');
    await press('Agree');
    const party = new Party(browser, baseURL, host);
    const song = host.locator('.now h2 a');
    for (let title = await song.innerText(); !PLAIN.test(title); title = await song.innerText()) {
      await party.skip();
      await host.waitForFunction((before) => document.querySelector('.now h2 a')?.textContent !== before, title);
    }
    await press('Let five guests join');
    return party;
  }

  /** One more guest, at the room's page. */
  async guest(name, window) {
    const page = await this.#browser.newPage({ baseURL: this.#baseURL, ...window });
    await page.goto(new URL(this.#host.url()).pathname);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Join room', exact: true }).click();
    await page.locator('#live[data-hydrated]').waitFor();
    return page;
  }

  /** Returns once so many songs wait; the host removes those that are not for pictures. */
  async songsWait(count) {
    const songs = this.#host.locator('.song');
    for (;;) {
      const titles = await songs.getByRole('heading').allInnerTexts();
      const other = titles.findIndex((title) => !PLAIN.test(title));
      if (other >= 0) {
        await songs.nth(other).getByRole('button', { name: /^Remove / }).click();
        await songs.getByRole('heading', { name: titles[other], exact: true }).waitFor({ state: 'detached' });
      } else if (titles.length >= count) {
        return;
      } else {
        await songs.nth(titles.length).waitFor({ timeout: 120_000 });
      }
    }
  }

  /** Has a guest vote for the lowest song in sight that this lifts above another, or else for the lowest. */
  async lift(page) {
    const name = await page.evaluate(() => {
      const songs = [...document.querySelectorAll('.song')].map((song) => ({
        votes: parseInt(song.querySelector('.ballot p')?.textContent ?? ''),
        vote: song.querySelector('.vote:not([hidden])[aria-pressed=false]'),
      }));
      // More are not in sight.
      const open = songs.slice(0, 5).filter(({ vote }) => vote);
      const lifted = open.findLast((song) => songs[songs.indexOf(song) - 1]?.votes === song.votes);
      return (lifted ?? open.at(-1))?.vote.getAttribute('aria-label');
    });
    if (!name) return;
    const vote = page.getByRole('button', { name, exact: true });
    // Not by a mouse, which would scroll, and hover over whatever comes under it next.
    await vote.dispatchEvent('click');
    await page.locator(`[aria-label=${JSON.stringify(name)}][aria-pressed=true]`).waitFor();
  }

  /** The host has the next song play. */
  async skip() {
    await this.#host.getByRole('button', { name: 'Skip', exact: true }).click();
  }
}
