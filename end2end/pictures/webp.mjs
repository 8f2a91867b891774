import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/program.js';

/** What GitHub shows in a moment. */
const MOST_BYTES = 1_500_000;

/** Writes frames as one WebP, animated if they are many. It loses nothing: whatever it lost would stay as a shadow. */
export function write(name, frames) {
  const file = join(repository, '.github', name);
  const images = frames.flatMap(({ path, lasts_ms }) => ['-d', String(lasts_ms), path]);
  execFileSync('img2webp', ['-loop', '0', '-min_size', ...images, '-o', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const { size } = statSync(file);
  console.log(`.github/${name}: ${frames.length} frames, ${Math.ceil(size / 1000)} kB`);
  if (size > MOST_BYTES) throw new Error(`${name} has more than ${MOST_BYTES / 1000} kB: try again`);
}
