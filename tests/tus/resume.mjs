// tus-js-client, as anyone would use it: announces a file, is cut in the middle of its body, and goes on from what the agency kept.
// Environment: AGENCY (http://…), TOKEN, FILE, DIGEST. Prints `cut at N of M, then whole`.
import { readFileSync } from 'node:fs'
import { Upload } from 'tus-js-client'

const { AGENCY, TOKEN, FILE, DIGEST } = process.env
const content = readFileSync(FILE)
const options = {
  endpoint: `${AGENCY}/v1/files`,
  headers: { Authorization: `Bearer ${TOKEN}` },
  metadata: { digest: DIGEST },
  retryDelays: [0, 100, 300, 1000, 3000],
}

// Torn in mid-body once so much was handed over; on a disk that is quicker than the news of it, after the first of three requests.
const url = await new Promise((resolve, reject) => {
  const tear = () => upload.abort().then(() => resolve(upload.url), reject)
  const upload = new Upload(content, {
    ...options,
    retryDelays: null,
    chunkSize: Math.ceil(content.length / 3),
    onProgress: (sent) => {
      if (sent > content.length / 6 && sent < content.length) tear()
    },
    onChunkComplete: () => tear(),
    onError: reject,
    onSuccess: () => reject(new Error('it was whole before it could be cut')),
  })
  upload.start()
})

let first
await new Promise((resolve, reject) => {
  const upload = new Upload(content, {
    ...options,
    uploadUrl: url,
    onProgress: (sent) => { first ??= sent },
    onError: reject,
    onSuccess: resolve,
  })
  upload.start()
})
console.log(`cut at ${first} of ${content.length}, then whole`)
