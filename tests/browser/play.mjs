// Plays an HLS playlist in hls.js under Chromium, to its end, and counts the frames.
//   node tests/browser/play.mjs PLAYLIST.m3u8 [EXPECTED_FRAMES]
// One line on standard output, `passed: …` or `failed: …`; exit 1 on any error of hls.js or the player, a stall, or another number of frames.
// A judge from outside: it knows nothing of how the playlist was made. Everything is served over 127.0.0.1.

import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';

const SPEED = 1; // at twice real time a frame beside a hole may never be shown, and the count would accuse the playlist
const STALLED_AFTER_MS = 20_000;
// Sound and picture of a take rarely end at the same instant, so that a player steps over a hole between takes; hls.js says so and goes on.
const STEPS_OVER_A_HOLE = ['bufferStalledError', 'bufferSeekOverHole', 'bufferNudgeOnStall'];
const TYPES = { '.m3u8': 'application/vnd.apple.mpegurl', '.mp4': 'video/mp4', '.m4s': 'video/iso.segment' };

const [playlist, expected] = process.argv.slice(2);
if (!playlist || (expected !== undefined && !/^\d+$/.test(expected))) {
  console.error('usage: node tests/browser/play.mjs PLAYLIST.m3u8 [EXPECTED_FRAMES]');
  process.exit(2);
}

const folder = path.resolve(path.dirname(playlist));
const hlsScript = createRequire(import.meta.url).resolve('hls.js/dist/hls.js');
const page = `<!doctype html><meta charset="utf-8"><video id="v" muted></video><script src="/.hls.js"></script>`;

const server = createServer(async (request, response) => {
  try {
    const name = decodeURIComponent(new URL(request.url, 'http://127.0.0.1').pathname);
    if (name === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    if (name === '/.hls.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(await readFile(hlsScript));
    const file = path.join(folder, name);
    if (!file.startsWith(folder + path.sep) || !(await stat(file)).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--disable-gpu'],
});
let result;
try {
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  result = await tab.evaluate(play, { url: '/' + path.basename(playlist), speed: SPEED, stalledAfterMs: STALLED_AFTER_MS, tolerated: STEPS_OVER_A_HOLE });
} finally {
  await browser.close();
  server.close();
}

const { errors, holes, frames, dropped, at, duration } = result;
const facts = `${frames}${expected ? ` of ${expected}` : ''} frames (${dropped} shown late, ${holes} notes about holes), ${at.toFixed(2)} of ${duration.toFixed(2)} s`;
const wrong = errors.length > 0 || frames === 0 || (expected !== undefined && frames !== Number(expected));
console.log(`${wrong ? 'failed' : 'passed'}: hls.js plays ${path.basename(playlist)}: ${facts}${errors.map((e) => `; ${e}`).join('')}`);
process.exitCode = wrong ? 1 : 0;

// Runs in the page.
function play({ url, speed, stalledAfterMs, tolerated }) {
  return new Promise((resolve) => {
    const video = document.getElementById('v');
    const errors = [];
    let holes = 0;
    const end = () => {
      clearInterval(watch);
      const quality = video.getVideoPlaybackQuality();
      resolve({
        errors,
        holes,
        frames: quality.totalVideoFrames,
        dropped: quality.droppedVideoFrames,
        at: video.currentTime,
        duration: Number.isFinite(video.duration) ? video.duration : 0,
      });
    };
    let last = -1;
    let still = 0;
    const watch = setInterval(() => {
      still = video.currentTime === last ? still + 250 : 0;
      last = video.currentTime;
      // The longer track's end may lie past the last frame that plays: standing still there is the end.
      if (still >= 2000 && video.currentTime >= video.duration - 0.5) return end();
      if (still >= stalledAfterMs) {
        errors.push(`stalled at ${last.toFixed(2)} s`);
        end();
      }
    }, 250);
    video.addEventListener('ended', end, { once: true });
    video.addEventListener('error', () => {
      errors.push(`player: ${video.error?.message}`);
      end();
    });
    const hls = new Hls({ maxBufferLength: 600, maxMaxBufferLength: 600 });
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (!data.fatal && tolerated.includes(data.details)) return void (holes += 1);
      errors.push(`hls.js: ${data.details}${data.error ? ` (${data.error.message})` : ''}`);
      if (data.fatal) end();
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      video.playbackRate = speed;
      video.play().catch((e) => errors.push(`play: ${e.message}`));
    });
    hls.loadSource(url);
    hls.attachMedia(video);
  });
}
