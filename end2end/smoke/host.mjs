/** What the host asks for, in this order. */
export const HOSTS_SONGS = ['Last Ferry Home', 'Velvet Static'];

/** Opens a room that plays the first song of the catalogue, and in which others wait, by bare requests; returns its code. */
export async function hostRoom(app, simulator) {
  const account = await simulator.addAccount();
  await simulator.play(account, { item: '0' });
  await simulator.control(account, { coming: [{ item: '1' }, { item: '2' }] });

  let cookie = '';
  const ask = async (method, address, form) => {
    const answer = await fetch(new URL(address, app.url), {
      method,
      headers: { accept: 'text/html', cookie },
      body: form && new URLSearchParams(form),
      redirect: 'manual',
    });
    // Not the one that keeps a browser signed in at Spotify.
    if (answer.url.startsWith(app.url)) cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return answer.headers.get('location') ?? '';
  };
  const room = await ask('POST', '/api/rooms/create', { votes_to_skip: '2' });
  const code = room.slice('/room/'.length, '/room/'.length + 6);
  const consent = await ask('POST', '/api/spotify/connect', { code });
  const back = await ask('POST', consent, { decision: 'agree' });
  await ask('GET', back);
  const songs = await simulator.songs();
  for (const title of HOSTS_SONGS) {
    const { uri } = songs.find((song) => song.name === title);
    await ask('POST', '/api/queue/add', { code, uri });
  }
  return code;
}
